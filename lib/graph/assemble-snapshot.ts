import type { AssetId } from "#lib/model/asset-id.ts";
import { orderByReach } from "./order.ts";
import { packBySource, pick8, pick16, pick32 } from "./pack-edges.ts";
import { type EdgeUse, type Notes, type Snapshot, TRAIT } from "./snapshot.ts";

/** Edges in any order: `source` and `target` as ends (a column, or `~relation`). */
export interface FlatEdges {
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly use: Uint16Array;
  readonly note: Int32Array;
}

/** Each pair of relations once. */
export interface FlatPairs {
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly rows: Uint8Array;
}

export interface SnapshotParts {
  readonly version: number;
  readonly assetIds: readonly AssetId[];
  readonly labels: readonly string[];
  readonly columnNames: readonly string[];
  readonly types: readonly string[];
  readonly uses: readonly EdgeUse[];
  readonly notes: Notes;
  readonly owner: Int32Array;
  readonly traits: Uint16Array;
  readonly columnStart: Int32Array;
  readonly columnType: Uint16Array;
  readonly columnTraits: Uint8Array;
  /** From columns. */
  readonly edges: FlatEdges;
  /** From whole relations; `source` holds relations, not ends. */
  readonly reads: FlatEdges;
  readonly pairs: FlatPairs;
}

/** Packs loose edges both ways and orders the relations. O(V + E). */
export function assembleSnapshot(parts: SnapshotParts): Snapshot {
  const relationCount = parts.owner.length;
  const columnCount = parts.columnStart[relationCount] ?? 0;
  const columnRelation = new Int32Array(columnCount);
  for (let relation = 0; relation < relationCount; relation++) {
    columnRelation.fill(relation, parts.columnStart[relation], parts.columnStart[relation + 1]);
  }
  const forward = packBySource(
    { source: parts.edges.source, count: parts.edges.source.length },
    columnCount,
  );
  const edgeTarget = pick32(parts.edges.target, forward.order);
  const reads = packBySource(
    { source: parts.reads.source, count: parts.reads.source.length },
    relationCount,
  );
  const pairs = packBySource(
    { source: parts.pairs.source, count: parts.pairs.source.length },
    relationCount,
  );
  const backPairs = packBySource(
    { source: parts.pairs.target, count: parts.pairs.target.length },
    relationCount,
  );
  const pairTarget = pick32(parts.pairs.target, pairs.order);
  const order = orderByReach(
    withoutSelfReads(parts.owner, { start: pairs.start, target: pairTarget }),
  );
  const traits = parts.traits.slice();
  for (let relation = 0; relation < relationCount; relation++) {
    if (order.cyclic[relation] === 1) traits[relation] = (traits[relation] ?? 0) | TRAIT.cyclic;
  }
  return {
    version: parts.version,
    assetCount: parts.assetIds.length,
    relationCount,
    columnCount,
    assetIds: parts.assetIds,
    columnNames: parts.columnNames,
    labels: parts.labels,
    types: parts.types,
    uses: parts.uses,
    notes: parts.notes,
    owner: parts.owner,
    traits,
    rank: order.rank,
    byRank: order.byRank,
    columnStart: parts.columnStart,
    columnRelation,
    columnType: parts.columnType,
    columnTraits: parts.columnTraits,
    edgeStart: forward.start,
    edgeTarget,
    edgeRelation: edgeTarget.map((end) => (end < 0 ? ~end : (columnRelation[end] ?? 0))),
    edgeUse: pick16(parts.edges.use, forward.order),
    readStart: reads.start,
    readTarget: pick32(parts.reads.target, reads.order),
    readUse: pick16(parts.reads.use, reads.order),
    readNote: pick32(parts.reads.note, reads.order),
    pairStart: pairs.start,
    pairTarget,
    pairRows: pick8(parts.pairs.rows, pairs.order),
    ...packBackwards(parts, columnCount, relationCount),
    backPairStart: backPairs.start,
    backPairSource: pick32(parts.pairs.source, backPairs.order),
    backPairRows: pick8(parts.pairs.rows, backPairs.order),
  };
}

/**
 * An incremental model that reads itself is no knot: the read of yesterday's rows is left out of the order, and the
 * walk comes back to it by itself.
 */
function withoutSelfReads(
  owner: Int32Array,
  { start, target }: { readonly start: Int32Array; readonly target: Int32Array },
): { readonly start: Int32Array; readonly target: Int32Array } {
  const count = start.length - 1;
  const keptStart = new Int32Array(count + 1);
  const kept = new Int32Array(target.length);
  let size = 0;
  for (let relation = 0; relation < count; relation++) {
    keptStart[relation] = size;
    const isAsset = owner[relation] === relation;
    for (let at = start[relation] ?? 0; at < (start[relation + 1] ?? 0); at++) {
      const to = target[at] ?? 0;
      if (isAsset && owner[to] === relation) continue;
      kept[size++] = to;
    }
  }
  keptStart[count] = size;
  return { start: keptStart, target: kept.subarray(0, size) };
}

function packBackwards(
  parts: SnapshotParts,
  columnCount: number,
  relationCount: number,
): Pick<Snapshot, "backStart" | "backSource" | "backUse" | "backNote"> {
  const edges = parts.edges.source.length;
  const all = edges + parts.reads.source.length;
  const into = new Int32Array(all);
  const source = new Int32Array(all);
  const use = new Uint16Array(all);
  const note = new Int32Array(all);
  const put = (at: number, from: number, flat: FlatEdges, edge: number): void => {
    const end = flat.target[edge] ?? 0;
    into[at] = end < 0 ? columnCount + ~end : end;
    source[at] = from;
    use[at] = flat.use[edge] ?? 0;
    note[at] = flat.note[edge] ?? -1;
  };
  for (let edge = 0; edge < edges; edge++)
    put(edge, parts.edges.source[edge] ?? 0, parts.edges, edge);
  for (let read = 0; read < parts.reads.source.length; read++) {
    put(edges + read, ~(parts.reads.source[read] ?? 0), parts.reads, read);
  }
  const packed = packBySource({ source: into, count: all }, columnCount + relationCount);
  return {
    backStart: packed.start,
    backSource: pick32(source, packed.order),
    backUse: pick16(use, packed.order),
    // A graph from packed arrays has no notes, and needs no numbers of them.
    backNote: parts.notes.length === 0 ? new Int32Array(0) : pick32(note, packed.order),
  };
}
