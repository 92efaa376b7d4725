import type { AssetId } from "#lib/model/asset-id.ts";
import type { MergedGraph } from "./merged-graph.ts";

/** The changes from one version of a graph to the next, oldest first. */
interface ChangeLog {
  readonly steps: ReadonlySet<AssetId>[];
  /** Steps that were left out before the first one here. */
  forgotten: number;
}

/** A version of a graph in the log of its changes. */
export interface GraphPlace {
  readonly log: ChangeLog;
  /** Steps until then. */
  readonly step: number;
}

/** Further back, looking at every asset is as good. */
const MOST_STEPS = 200;

const places = new WeakMap<MergedGraph, GraphPlace>();

/** Where a graph stands, to ask later what has changed since. It does not keep the graph in memory. */
export function placeOf(graph: MergedGraph): GraphPlace {
  const known = places.get(graph) ?? { log: { steps: [], forgotten: 0 }, step: 0 };
  places.set(graph, known);
  return known;
}

/** `after` was made from `before`, and all assets but `changed` are the same objects in both. */
export function noteChanges(
  before: MergedGraph,
  { after, changed }: { readonly after: MergedGraph; readonly changed: ReadonlySet<AssetId> },
): void {
  const { log, step } = placeOf(before);
  // Another version was made from `before` already: only one of the two can go on with its log.
  if (log.forgotten + log.steps.length !== step) return;
  log.steps.push(changed);
  if (log.steps.length > MOST_STEPS) {
    log.steps.shift();
    log.forgotten++;
  }
  places.set(after, { log, step: step + 1 });
}

/** The assets that came, went or are other objects since `place`; undefined where that is not known. */
export function changedSince(
  { log, step }: GraphPlace,
  graph: MergedGraph,
): ReadonlySet<AssetId> | undefined {
  const now = places.get(graph);
  if (now?.log !== log || step < log.forgotten || now.step < step) return undefined;
  const steps = log.steps.slice(step - log.forgotten, now.step - log.forgotten);
  return steps.length === 1 ? steps[0] : new Set(steps.flatMap((changed) => [...changed]));
}
