import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { findColumn } from "#lib/graph/snapshot.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import type { Incident, IncidentCause } from "#lib/incidents/incident.ts";
import type {
  AffectedAsset,
  IncidentAction,
  Published,
  ReportedSymptom,
  Stamp,
} from "#lib/incidents/incident-action.ts";
import {
  findPublished,
  isPublishing,
  type PastRun,
  planRepair,
} from "#lib/incidents/plan-repair.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { shortText } from "#lib/kit/short-text.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { type JobRuns, RUNS_COLLECTION } from "../history/keep-runs.ts";
import { findNamed, findObserved } from "./triage-incident.ts";

type Cause = Pick<IncidentCause, "asset" | "column" | "change" | "reach">;

/** What a cause hits, and when that which leaves the house ran. */
export interface Reach {
  readonly cause: Cause;
  readonly hit: readonly AssetVerdict[];
  readonly runs: ReadonlyMap<string, readonly PastRun[]>;
}

/** Times that say what went out while it was wrong, and from when on to fill again. */
export const PLANNING: ReadonlySet<Stamp> = new Set([
  "deployed",
  "first_bad_run",
  "mitigated",
  "repaired",
]);

export async function reachOfCause(
  store: LineageStore,
  { view, cause }: { readonly view: GraphView; readonly cause: Cause },
): Promise<Result<Reach, Failure>> {
  const hit = hitBy(view, cause);
  const runs = new Map<string, readonly PastRun[]>();
  for (const { asset } of hit) {
    if (!isPublishing(asset.kind)) continue;
    const record = await store.getRecord(RUNS_COLLECTION, asset.id);
    if (!record.ok) return err(failureOfStore(record.error));
    if (record.value !== undefined) runs.set(asset.id, pastRunsOf(record.value.body as JobRuns));
  }
  return ok({ cause, hit, runs });
}

const pastRunsOf = ({ runs }: JobRuns): readonly PastRun[] =>
  runs.map(({ at, endedAt, state }) => ({ at: endedAt ?? at, state }));

function hitBy(view: GraphView, cause: Cause): readonly AssetVerdict[] {
  const answer = assessChanges({
    snapshot: view.snapshot,
    graph: view.graph,
    changes: [changeOfCause(cause)],
    ...(view.weights === undefined ? {} : { options: { policy: view.weights } }),
  });
  if (isChangeError(answer)) return [];
  return answer.verdicts.filter(({ verdict }) => verdict !== "unaffected");
}

/**
 * Of a picked cause the graph says what it is called and whose it is: who picks it does not choose who is held for it. What is
 * in the graph no more, and may be the cause for that, is kept as it was written: whom it reaches is not known then.
 */
export function completePick(
  view: GraphView,
  action: IncidentAction,
): Result<IncidentAction, Failure> {
  if (action.kind !== "pick_suspect") return ok(action);
  const found = findObserved(view, action.asset);
  if (!found.ok)
    return found.error.code === "ambiguous-name" ? found : ok({ ...action, reach: "unknown" });
  const { relation, asset } = found.value;
  const { id, attributes, columns } = asset;
  const { domain: _, ...picked } = action;
  const isThere =
    action.column === undefined ||
    columns.length === 0 ||
    findColumn(view.snapshot, relation, action.column) >= 0;
  return ok({
    ...picked,
    asset: id,
    ...(attributes.domain === undefined ? {} : { domain: attributes.domain }),
    ...(isThere ? {} : { reach: "unknown" as const }),
  });
}

/** Of a broken or healthy thing, the other names under which the incident has it: an address and a title are one dashboard. */
export function nameAlike(
  view: GraphView,
  { incident, action }: { readonly incident: Incident; readonly action: IncidentAction },
): IncidentAction {
  if (action.kind !== "add_symptom" && action.kind !== "see_healthy") return action;
  const ref = action.kind === "add_symptom" ? action.symptom.ref : action.ref;
  const named = findNamed(view, ref);
  if (!named.ok) return action;
  const { relation, column } = named.value;
  const alike = [...incident.symptoms.map((one) => one.ref), ...incident.healthy].filter(
    (other) => {
      if (other === ref) return false;
      const known = findNamed(view, other);
      return known.ok && known.value.relation === relation && known.value.column === column;
    },
  );
  return alike.length === 0 ? action : { ...action, alike };
}

/** What the product itself knows to add: whose a new symptom is; of a cause the radius, the repair, what went out. */
export function followsFrom(
  view: GraphView,
  {
    incident,
    action,
    reach,
  }: {
    readonly incident: Incident;
    readonly action: IncidentAction;
    readonly reach: Reach | undefined;
  },
): readonly IncidentAction[] {
  if (reach === undefined) return affectedBy(view, action);
  if (action.kind !== "pick_suspect") {
    // Whatever was picked meanwhile had a plan of its own.
    if (incident.cause?.asset !== reach.cause.asset || incident.state === "closed") return [];
    const plan = planOf(view, { reach, stamps: stampsAfter(incident, action) });
    return plan.filter((one) => !isPlanned(incident, one));
  }
  const affected = reach.hit.flatMap(({ asset }) => {
    const known = view.graph.assets.get(asset.id);
    return known === undefined ? [] : [affectedAsset(known)];
  });
  const worst = worstOf(reach);
  return [
    ...(action.reach === "unknown" ? [{ kind: "note" as const, text: sayUnknown(action) }] : []),
    ...(affected.length === 0 ? [] : [{ kind: "affect" as const, affected }]),
    ...planOf(view, { reach, stamps: incident.stamps }),
    ...(worst !== undefined && worst < incident.severity
      ? [{ kind: "set_severity" as const, severity: worst }]
      : []),
  ];
}

const sayUnknown = ({ asset, column }: Extract<IncidentAction, { kind: "pick_suspect" }>): string =>
  `${shortText(column === undefined ? asset : `column ${column} of ${asset}`)} is not in the graph: whom it reaches, what to fill again and what went out is not known. If it is a slip, pick the right one`;

const stampsAfter = ({ stamps }: Incident, action: IncidentAction): Incident["stamps"] =>
  action.kind === "stamp" ? { ...stamps, [action.stamp]: action.time } : stamps;

/** By the points of what a picked cause reaches: it may reach worse than what was noticed. Never less than people said. */
const worstOf = ({ hit }: Reach): Incident["severity"] | undefined =>
  hit
    .flatMap(({ severity }) => severity ?? [])
    .sort()
    .at(0);

function planOf(
  view: GraphView,
  {
    reach: { cause, hit, runs },
    stamps,
  }: {
    readonly reach: Reach;
    readonly stamps: Incident["stamps"];
  },
): readonly Planning[] {
  if (hit.length === 0) return [];
  const { snapshot, graph } = view;
  const steps = planRepair({ snapshot, graph, verdicts: hit, firstBadRun: stamps.first_bad_run });
  const published = findPublished({
    graph,
    verdicts: hit,
    wrongSince: stamps.first_bad_run ?? stamps.deployed ?? cause.change?.at,
    mitigated: stamps.mitigated ?? stamps.repaired,
    runs,
  });
  return [{ kind: "plan_repair", steps, published }];
}

type Planning = Extract<IncidentAction, { readonly kind: "plan_repair" }>;

/** Whether the incident has that plan already. */
function isPlanned({ repair, published: kept }: Incident, { steps, published = [] }: Planning) {
  const found = kept.filter(({ isFound, isObsolete }) => isFound === true && isObsolete !== true);
  const keyOf = ({ asset, what, at }: Published): string => JSON.stringify([asset, what, at]);
  const keys = new Set(found.map(keyOf));
  return (
    steps.length === repair.length &&
    steps.every(({ asset, since }, at) => {
      const planned = repair[at];
      return planned?.asset === asset && planned.since === since;
    }) &&
    published.length === keys.size &&
    published.every((one) => keys.has(keyOf(one)))
  );
}

/** Whose a new symptom is. */
export function affectedBy(view: GraphView, action: IncidentAction): readonly IncidentAction[] {
  if (action.kind !== "add_symptom") return [];
  const affected = harmedBy(view, action.symptom).map(affectedAsset);
  return affected.length === 0 ? [] : [{ kind: "affect", affected }];
}

/** Whose data is wrong. That a column is not there, or does not fit, is told of the side of the cause: its readers suffer. */
export function harmedBy(view: GraphView, { ref, shows }: ReportedSymptom): readonly MergedAsset[] {
  if (shows === "gone" || shows === "unfit") return [];
  const found = findObserved(view, ref);
  return found.ok ? [found.value.asset] : [];
}

export const affectedAsset = ({ id, name, attributes }: MergedAsset): AffectedAsset => ({
  asset: id,
  name,
  ...(attributes.domain === undefined ? {} : { domain: attributes.domain }),
  ...(attributes.owner === undefined ? {} : { owner: attributes.owner }),
  ...(attributes.tier === undefined ? {} : { tier: attributes.tier }),
});
