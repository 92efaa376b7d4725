import { assembleSnapshot } from "./assemble-snapshot.ts";
import { isWorn, type LinkedGraph, linkGraph } from "./linked-graph.ts";
import type { MergedGraph } from "./merged-graph.ts";
import { packGraph } from "./pack-graph.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a snapshot was made of, kept beside it so that the next version need not be made from nothing. */
const linkedOf = new WeakMap<Snapshot, LinkedGraph>();

/**
 * Builds the engine's graph of all assets, with the inner relations of their queries. O(assets + columns + edges).
 * `before` is the snapshot of another version of the graph: assets that are the same objects in both are copied as
 * numbers, and the result is the same as without it.
 */
export function buildSnapshot(graph: MergedGraph, before?: Snapshot): Snapshot {
  const known = before === undefined ? undefined : linkedOf.get(before);
  const linked = linkGraph(graph, known === undefined || isWorn(known) ? undefined : known);
  const snapshot = assembleSnapshot(packGraph(linked, graph.version));
  linkedOf.set(snapshot, linked);
  return snapshot;
}
