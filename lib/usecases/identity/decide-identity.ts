import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { findOne } from "../ask/split-reference.ts";
import { mutationRecord } from "../audit/record-mutation.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { IDENTITY_COLLECTION, listDecisions } from "./confirmed-names.ts";
import { definingSources } from "./defining-sources.ts";
import { pairKey } from "./suggest-identities.ts";

export const IDENTITY_ACTIONS = ["confirm", "reject", "undo"] as const;
export type IdentityAction = (typeof IDENTITY_ACTIONS)[number];

export interface DecideRequest {
  readonly store: LineageStore;
  readonly action: IdentityAction;
  /** Ids, or unambiguous tails of names; of a decision that is undone also the names as they were. */
  readonly a: string;
  readonly b: string;
  readonly reason?: string;
  readonly actor: Pick<Actor, "kind" | "name" | "teams">;
  /** ISO 8601. */
  readonly now: string;
  /** How names meet besides; default: as the last ingest with names had them. */
  readonly names?: NamesConfig;
}

export interface IdentityOutcome {
  readonly decision: IdentityDecision;
  /** Of the store afterwards: names were resolved anew where that changed. */
  readonly version: number;
}

/**
 * Says that two assets are one, that they are not, or takes either back; kept with who said so. The names of all sources are
 * resolved anew: one becomes another name of the other, and after an undo each is itself again.
 */
export async function decideIdentity(
  request: DecideRequest,
): Promise<Result<IdentityOutcome, Failure>> {
  const { store, action, actor, now } = request;
  const decisions = await listDecisions(store);
  if (!decisions.ok) return err(failureOfStore(decisions.error));
  const claims = await store.claims();
  if (!claims.ok) return err(failureOfStore(claims.error));
  // Anew, and not what is in memory: who defines a table must be known before anything is joined.
  const graph = mergeClaims(claims.value, 0);
  const decided =
    action === "undo"
      ? findDecision(decisions.value, request)
      : makeDecision(decisions.value, { ...request, graph });
  if (!decided.ok) return decided;
  const decision = decided.value;
  const key = pairKey(decision.a, decision.b);
  const written =
    action === "undo"
      ? await store.deleteRecord(IDENTITY_COLLECTION, key)
      : await store.putRecord(IDENTITY_COLLECTION, key, decision);
  if (!written.ok) return err(failureOfStore(written.error));
  const audit = mutationRecord({
    at: now,
    actor,
    action: "decide-identity",
    details: { action, ...decision },
  });
  const noted = await store.putRecord(audit.collection, audit.key, audit.body);
  if (!noted.ok) return err(failureOfStore(noted.error));
  if (decision.decision === "apart") {
    const version = await store.version();
    return version.ok
      ? ok({ decision, version: version.value.version })
      : err(failureOfStore(version.error));
  }
  const { names } = request;
  const resolved = await ingestSources({
    sources: [],
    store,
    parser: await loadSqlParser(),
    now,
    ...(names === undefined ? {} : { names }),
  });
  return resolved.ok
    ? ok({ decision, version: resolved.value.version })
    : err(failureOfStore(resolved.error));
}

function makeDecision(
  known: readonly IdentityDecision[],
  { graph, action, a, b, reason, actor, now }: DecideRequest & { readonly graph: MergedGraph },
): Result<IdentityDecision, Failure> {
  const one = findOne(graph, a);
  if (!one.ok) return one;
  const other = findOne(graph, b);
  if (!other.ok) return other;
  if (one.value.id === other.value.id)
    return err({
      code: "bad-usage",
      message: `${a} and ${b} are one asset already: ${one.value.name}`,
    });
  const told = action === "confirm" ? toldApart(graph, one.value, other.value) : undefined;
  if (told !== undefined) return err(told);
  const names = { a: nameOf(one.value), b: nameOf(other.value) };
  const decision = action === "confirm" ? "same" : "apart";
  const earlier = known.find((each) => pairKey(each.a, each.b) === pairKey(names.a, names.b));
  if (earlier?.decision === decision)
    return err({
      code: "conflict",
      message: `${earlier.by} has said so already, at ${earlier.at}`,
    });
  return ok({
    ...names,
    decision,
    at: now,
    by: actor.name,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** One source that defines both means two things by them; joining them would merge two real tables. */
function toldApart(graph: MergedGraph, a: MergedAsset, b: MergedAsset): Failure | undefined {
  const own = new Set(definingSources(graph, a).map(({ id }) => id));
  const both = definingSources(graph, b).find(({ id }) => own.has(id));
  return both === undefined
    ? undefined
    : {
        code: "conflict",
        message: `${both.label} names both ${a.name} and ${b.name}, so they are two`,
        next: "if one of them is a copy, say so where they are defined",
      };
}

const nameOf = ({ namespace, name }: MergedAsset): AssetName => ({ namespace, name });

/** By the names as they were: one of them may be no asset of its own any more. */
function findDecision(
  known: readonly IdentityDecision[],
  { a, b }: DecideRequest,
): Result<IdentityDecision, Failure> {
  const fits = (name: AssetName, asked: string): boolean =>
    [name.name, `${name.namespace}/${name.name}`, `${name.namespace} ${name.name}`].some(
      (one) =>
        one.toLowerCase() === asked.toLowerCase() ||
        decodeURIComponentSafely(asked).toLowerCase() === one.toLowerCase(),
    );
  const found = known.filter(
    (each) => (fits(each.a, a) && fits(each.b, b)) || (fits(each.a, b) && fits(each.b, a)),
  );
  const [only, second] = found;
  if (only === undefined)
    return err({
      code: "not-found",
      message: `nobody has decided anything of ${a} and ${b}`,
      candidates: known.map((each) => `${each.a.name} ${each.b.name}`),
    });
  return second === undefined
    ? ok(only)
    : err({
        code: "ambiguous-name",
        message: `several decisions are of ${a} and ${b}`,
        next: "give the namespaces as well: NAMESPACE/NAME",
      });
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
