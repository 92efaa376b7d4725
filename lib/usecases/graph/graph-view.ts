import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Policy } from "#lib/impact/policy.ts";
import type { AsOfStamp } from "#lib/view/blast-answer.ts";

/** One version of the graph in memory, ready to be asked. */
export interface GraphView {
  readonly graph: MergedGraph;
  /** Built when it is first asked for: many versions come and go between two questions. */
  readonly snapshot: Snapshot;
  readonly asOf: AsOfStamp;
  /** How much things count where the company says so; absent: as the product has it. */
  readonly weights?: Policy;
}

const snapshots = new WeakMap<MergedGraph, Snapshot>();
/** For a graph without a snapshot: that of an earlier version, to go on from. */
const earlier = new WeakMap<MergedGraph, Snapshot>();
const asked = new WeakSet<MergedGraph>();

export function createGraphView(graph: MergedGraph, asOf: AsOfStamp, weights?: Policy): GraphView {
  return {
    graph,
    asOf,
    ...(weights === undefined ? {} : { weights }),
    get snapshot() {
      asked.add(graph);
      return buildAhead(graph);
    },
  };
}

/** So that the first question of a version need not wait for its snapshot. */
export function buildAhead(graph: MergedGraph): Snapshot {
  const known = snapshots.get(graph);
  if (known !== undefined) return known;
  const built = buildSnapshot(graph, earlier.get(graph));
  snapshots.set(graph, built);
  earlier.delete(graph);
  return built;
}

/** Puts a snapshot that was kept in a file beside its graph. */
export function keepSnapshot(graph: MergedGraph, snapshot: Snapshot): void {
  snapshots.set(graph, snapshot);
}

/** The snapshot of `graph` will be made from that of `before`: of a large graph only what has changed is looked at. */
export function goOnFrom(before: MergedGraph, graph: MergedGraph): void {
  const known = snapshots.get(before) ?? earlier.get(before);
  if (known !== undefined && !snapshots.has(graph)) earlier.set(graph, known);
}

/** Whether somebody has asked for the snapshot of this version. */
export const wasAsked = ({ graph }: GraphView): boolean => asked.has(graph);
