import { readLedger } from "#lib/incidents/ledger/read-ledger.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { workingDaysBetween } from "#lib/review/review-days.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { showCoupling } from "#lib/view/coupling.ts";
import type { LedgerPage } from "#lib/view/ledger-words.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { type ChangesAnswer, listDetected } from "../history/judge-detected.ts";
import { listReviews } from "../reviews/manage-reviews.ts";
import { agreedOwners, countRemovals } from "./count-removals.ts";
import { listIncidents } from "./manage-incidents.ts";
import { listSharing } from "./share-ledger.ts";

/** After so many working days a named role decides a dispute. */
export const DISPUTE_DAYS = 5;
const COUNTED_CHANGES = 10_000;

export interface LedgerQuestion {
  readonly store: LineageStore;
  readonly view: GraphView;
  readonly config: FaultlineConfig | undefined;
  readonly actor: Actor;
  /** ISO 8601. */
  readonly now: string;
  /** The row to show, where who asks may see it. */
  readonly domain?: string | undefined;
}

export const DEFAULT_DECIDER = "data governance";

/** The ledger as far as who asks may see it: their own domains at first, all of it where that was decided. */
export async function showLedger(question: LedgerQuestion): Promise<Result<LedgerPage, Failure>> {
  const { store, view, config, actor, now, domain } = question;
  if (config?.ledger?.on !== true) {
    return ok({
      state: "off",
      message: "the ledger of causes and pain is off",
      next: "a company that wants it writes ledger: {on: true} into faultline.yaml",
    });
  }
  const decisions = await listSharing(store);
  if (!decisions.ok) return decisions;
  const sharing = decisions.value.at(-1)?.with ?? "own";
  const own = domainsOf(actor, { config, domain });
  if (sharing === "own" && own.length === 0) {
    return ok({
      state: "asks_domain",
      message: "at first each domain sees its own row, and nobody knows which domain you are of",
      next: "name it (?domain=checkout), or send a token of the domain",
    });
  }
  const incidents = await listIncidents(store);
  if (!incidents.ok) return incidents;
  const detected = await listDetected(store, { limit: COUNTED_CHANGES });
  if (!detected.ok) return detected;
  const reviews = await listReviews(store);
  if (!reviews.ok) return reviews;
  const { couplings } = showCoupling(view.graph, view.asOf);
  const ledger = readLedger({
    incidents: incidents.value,
    now,
    visible: sharing === "all" ? "all" : new Set(own),
    changes: countChanges(view, detected.value),
    removals: countRemovals(view.graph, {
      found: detected.value.changes,
      reviews: reviews.value,
    }),
    agreed: (incident) => agreedOwners(incident, reviews.value),
    underContract: (cause, suffers) => {
      const found = couplings.find(({ of, by }) => of === cause && by === suffers);
      return found === undefined || found.columns.length === 0
        ? undefined
        : found.underContract / found.columns.length;
    },
  });
  const isOwn = new Set(own);
  return ok({
    state: "shown",
    ...ledger,
    // One's own row first.
    rows: [...ledger.rows].sort(
      (a, b) => Number(isOwn.has(b.domain)) - Number(isOwn.has(a.domain)),
    ),
    disputes: ledger.disputes.map((dispute) => {
      const workingDays = workingDaysBetween(dispute.at, now);
      return { ...dispute, workingDays, isDue: workingDays >= DISPUTE_DAYS };
    }),
    decides: config.ledger.decides ?? DEFAULT_DECIDER,
    sharing,
    decisions: decisions.value,
    own,
  });
}

/**
 * A token of a domain is of that domain, a person of those that their teams own. Whoever is neither is asked, and that is
 * only possible where nobody has to say who they are.
 */
function domainsOf(
  actor: Actor,
  { config, domain }: { readonly config: FaultlineConfig; readonly domain: string | undefined },
): readonly string[] {
  if (actor.domain !== undefined) return [actor.domain];
  const teams = new Set(actor.teams);
  const own = Object.entries(config.domains).flatMap(([name, { owner }]) =>
    teams.has(name) || (owner !== undefined && teams.has(owner)) ? [name] : [],
  );
  const all = [...new Set([...own, ...actor.teams])];
  if (actor.kind === "local") return domain === undefined ? [] : [domain];
  return domain === undefined || !all.includes(domain) ? all : [domain];
}

function countChanges(
  { graph }: GraphView,
  { changes }: ChangesAnswer,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { asset } of changes) {
    const domain = graph.assets.get(asset)?.attributes.domain;
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}
