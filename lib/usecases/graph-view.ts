import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { AsOfStamp } from "#lib/view/blast-answer.ts";

/** One version of the graph in memory, ready to be asked. */
export interface GraphView {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly asOf: AsOfStamp;
}
