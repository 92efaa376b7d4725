import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { Observation } from "./observation.ts";
import { countObserved, type ObservedReach } from "./reach-observed.ts";
import {
  isAfterAll,
  type ScoredFault,
  type ScoreInput,
  scoreLogged,
  type WalkBudget,
} from "./score-candidate.ts";
import type { LoggedChange, RejectedSuspect } from "./suspect.ts";

export interface RejectInput extends ScoreInput {
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
  /** The suspects that the answer names. */
  readonly shown: readonly ScoredFault[];
  /** Of all that was observed, and which of it is broken. */
  readonly reach: ObservedReach;
  readonly broken: Int32Array;
  readonly budget: WalkBudget;
}

/** Looking at more would only lengthen the list of what it was not. */
const MOST_REJECTED = 30;

export function assetAt(
  graph: MergedGraph,
  snapshot: Snapshot,
  relation: number,
): MergedAsset | undefined {
  const id = snapshot.assetIds[relation];
  return id === undefined ? undefined : graph.assets.get(id);
}

/** What changed lately and is not among the suspects, each with the reason why not; newest first. */
export function rejectSuspects(input: RejectInput): RejectedSuspect[] {
  const shown = new Set(input.shown.map(({ candidate }) => candidate.relation));
  const changed = [...input.changesAt].flatMap(([relation, changes]) =>
    shown.has(relation) ? [] : changes.map((change) => ({ relation, change })),
  );
  changed.sort(
    (a, b) => compareText(b.change.at ?? "", a.change.at ?? "") || a.relation - b.relation,
  );
  return changed.slice(0, MOST_REJECTED).flatMap(({ relation, change }) => {
    const asset = assetAt(input.graph, input.snapshot, relation);
    if (asset === undefined) return [];
    return [
      {
        asset: describeAsset(asset),
        ...(change.column === undefined ? {} : { column: change.column }),
        reason: reasonFor(input, { asset, relation, change }),
        change,
      },
    ];
  });
}

function reasonFor(
  input: RejectInput,
  {
    asset,
    relation,
    change,
  }: { readonly asset: MergedAsset; readonly relation: number; readonly change: LoggedChange },
): string {
  if (isAfterAll(input.observations, change)) return "it came after everything was broken already";
  if (countObserved(input.reach.relations, relation, input.broken) === 0)
    return "nothing that is broken reads what it changed";
  const candidate = { relation, asset, changes: [change], isOutside: false };
  const best = scoreLogged({ scoring: input, candidate, budget: input.budget });
  if (best === undefined) return "less likely than those shown";
  const { explains, contradicted, hops } = best.evidence;
  if (explains.length > 0)
    return contradicted.length === 0
      ? "explains less than those shown"
      : `explains ${explains.length}, but ${contradicted.length} that it should have broken ${contradicted.length === 1 ? "is" : "are"} healthy`;
  const isUpstream = input.observations.some(
    ({ isBroken }: Observation, at) => isBroken && (hops[at] ?? 0) > 0,
  );
  return isUpstream
    ? "it reaches what is broken, but its effect is absorbed on the way"
    : "nothing that is broken reads what it changed";
}
