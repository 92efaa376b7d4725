import { assembleSnapshot } from "./assemble-snapshot.ts";
import type { DraftShelf } from "./draft-shelf.ts";
import { isWorn, linkGraph } from "./linked-graph.ts";
import type { MergedGraph } from "./merged-graph.ts";
import { notesOf } from "./note-list.ts";
import type { PackedColumns } from "./pack-columns.ts";
import { packGraph } from "./pack-graph.ts";
import type { Snapshot } from "./snapshot.ts";
import { WorkArrays } from "./work-arrays.ts";

/** What a snapshot was made of, kept beside it so that the next version need not be made from nothing. */
const madeOf = new WeakMap<Snapshot, Made>();

interface Made {
  readonly columns: PackedColumns;
  readonly work: WorkArrays;
}

/**
 * Builds the engine's graph of all assets, with the inner relations of their queries. O(assets + columns + edges).
 * `before` is the snapshot of another version of the graph: assets that are the same objects in both are copied as
 * numbers, and the result is the same as without it.
 */
export const buildSnapshot = (graph: MergedGraph, before?: Snapshot): Snapshot =>
  build(graph, { before });

/** The same from nothing, with drafts that an earlier run kept; the shelf then has those of this graph. */
export const buildWithShelf = (graph: MergedGraph, shelf: DraftShelf): Snapshot =>
  build(graph, { shelf });

interface BuildFrom {
  readonly before?: Snapshot | undefined;
  readonly shelf?: DraftShelf;
}

function build(graph: MergedGraph, { before, shelf }: BuildFrom): Snapshot {
  const known = before === undefined ? undefined : madeOf.get(before);
  const kept = known === undefined || isWorn(known.columns.linked) ? undefined : known;
  const linked = linkGraph(graph, kept?.columns.linked, shelf);
  const work = kept?.work ?? new WorkArrays();
  const { version } = graph;
  if (linked.isLike && before !== undefined && kept !== undefined) {
    const snapshot = { ...before, version, notes: notesOf(linked) };
    madeOf.set(snapshot, { columns: { ...kept.columns, linked }, work });
    return snapshot;
  }
  const { parts, columns } = packGraph(linked, { version, before: kept?.columns, work });
  const snapshot = assembleSnapshot(parts, { before, work });
  madeOf.set(snapshot, { columns, work });
  return snapshot;
}
