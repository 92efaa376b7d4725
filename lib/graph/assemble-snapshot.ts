import type { AssetId } from "#lib/model/asset-id.ts";
import { largeInt32Array, largeUint16Array } from "./large-arrays.ts";
import { type Adjacency, type Order, orderByReach } from "./order.ts";
import { startsOf } from "./pack-edges.ts";
import { type EdgeUse, type Notes, type Snapshot, type TextsByNumber, TRAIT } from "./snapshot.ts";
import { WorkArrays } from "./work-arrays.ts";

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
  readonly columnNames: TextsByNumber;
  readonly types: readonly string[];
  readonly uses: readonly EdgeUse[];
  readonly notes: Notes;
  readonly owner: Int32Array;
  readonly traits: Uint32Array;
  readonly columnStart: Int32Array;
  /** By column: its relation. */
  readonly columnRelation: Int32Array;
  readonly columnType: Uint16Array;
  readonly columnTraits: Uint8Array;
  /** From columns. */
  readonly edges: FlatEdges;
  /** From whole relations; `source` holds relations, not ends. */
  readonly reads: FlatEdges;
  readonly pairs: FlatPairs;
}

/** Packs loose edges both ways and orders the relations. O(V + E). `before`: an earlier version, to share what is the same. */
export function assembleSnapshot(
  parts: SnapshotParts,
  { before, work = new WorkArrays() }: Given = {},
): Snapshot {
  const { owner, columnStart, columnRelation } = parts;
  const relationCount = owner.length;
  const columnCount = parts.columnStart[relationCount] ?? 0;
  const { source, target, rows } = parts.pairs;
  const pairs = packPairs({ node: source, other: target, rows }, relationCount);
  const backPairs = packPairs({ node: target, other: source, rows }, relationCount);
  const order = orderOf({ owner, before }, { start: pairs.start, target: pairs.others });
  const walkStart = startWalk(order.byRank, columnStart);
  const walk = { ...order, columnStart, columnRelation, walkStart };
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
    layerStart: order.layerStart,
    columnStart: parts.columnStart,
    columnRelation,
    walkStart: walk.walkStart,
    columnType: parts.columnType,
    columnTraits: parts.columnTraits,
    ...packForwards(parts.edges, { ...walk, work }),
    ...packReads(parts.reads, relationCount),
    pairStart: pairs.start,
    pairTarget: pairs.others,
    pairRows: pairs.codes,
    ...packBackwards(parts, { columnCount, relationCount, work }),
    backPairStart: backPairs.start,
    backPairSource: backPairs.others,
    backPairRows: backPairs.codes,
  };
}

interface Given {
  readonly before?: Snapshot | undefined;
  readonly work?: WorkArrays;
}

/** As before, where the same relations read the same ones. */
function orderOf(
  { owner, before }: Pick<SnapshotParts, "owner"> & Pick<Given, "before">,
  reads: Adjacency,
): Order {
  if (
    before === undefined ||
    !isEqual(owner, before.owner) ||
    !isEqual(reads.start, before.pairStart) ||
    !isEqual(reads.target, before.pairTarget)
  )
    return orderByReach(withoutSelfReads(owner, reads));
  const cyclic = new Uint8Array(owner.length);
  for (let relation = 0; relation < owner.length; relation++)
    cyclic[relation] = ((before.traits[relation] ?? 0) & TRAIT.cyclic) === 0 ? 0 : 1;
  return { rank: before.rank, byRank: before.byRank, layerStart: before.layerStart, cyclic };
}

function isEqual(one: Int32Array, other: Int32Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** By relation: how many columns stand before its own where relations stand by rank. */
function startWalk(byRank: Int32Array, columnStart: Int32Array): Int32Array {
  const walkStart = new Int32Array(byRank.length);
  let place = 0;
  for (const relation of byRank) {
    walkStart[relation] = place;
    place += (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0);
  }
  return walkStart;
}

interface WithWork {
  readonly work: WorkArrays;
}

type Walk = Pick<Snapshot, "rank" | "byRank" | "columnStart" | "columnRelation" | "walkStart">;

/** Each edge is put in its place at once: lists of many millions are gone through as few times as can be. */
function packForwards(
  { source, target, use }: FlatEdges,
  walk: Walk & WithWork,
): Pick<Snapshot, "edgeStart" | "edgeTo" | "edgeRank" | "edgeUse"> {
  const { rank, columnStart, columnRelation, walkStart } = walk;
  const { edgeStart, next } = placeEdges(source, walk);
  const shift = walkStart.map((place, relation) => place - (columnStart[relation] ?? 0));
  const edgeTo = largeInt32Array(source.length);
  const edgeRank = largeInt32Array(source.length);
  const edgeUse = largeUint16Array(source.length);
  for (let edge = 0; edge < source.length; edge++) {
    const from = source[edge] ?? 0;
    const to = target[edge] ?? 0;
    const at = next[from] ?? 0;
    next[from] = at + 1;
    const relation = to < 0 ? ~to : (columnRelation[to] ?? 0);
    edgeTo[at] = to < 0 ? to : to + (shift[relation] ?? 0);
    edgeRank[at] = rank[relation] ?? 0;
    edgeUse[at] = use[edge] ?? 0;
  }
  return { edgeStart, edgeTo, edgeRank, edgeUse };
}

/** Where the edges of each walk place begin, and, by column, where its first edge goes. */
function placeEdges(
  source: Int32Array,
  { byRank, columnStart, work }: Walk & WithWork,
): { readonly edgeStart: Int32Array; readonly next: Int32Array } {
  const columnCount = columnStart[byRank.length] ?? 0;
  const next = work.int32("next", columnCount).fill(0);
  for (let edge = 0; edge < source.length; edge++) {
    const from = source[edge] ?? 0;
    next[from] = (next[from] ?? 0) + 1;
  }
  const edgeStart = largeInt32Array(columnCount + 1);
  let place = 0;
  let start = 0;
  for (const relation of byRank) {
    const end = columnStart[relation + 1] ?? 0;
    for (let column = columnStart[relation] ?? 0; column < end; column++) {
      const count = next[column] ?? 0;
      next[column] = start;
      start += count;
      edgeStart[++place] = start;
    }
  }
  return { edgeStart, next };
}

function packReads(
  { source, target, use, note }: FlatEdges,
  relationCount: number,
): Pick<Snapshot, "readStart" | "readTarget" | "readUse" | "readNote"> {
  const readStart = startsOf([source], relationCount);
  const readTarget = new Int32Array(source.length);
  const readUse = new Uint16Array(source.length);
  const readNote = new Int32Array(source.length);
  const next = readStart.slice();
  for (let read = 0; read < source.length; read++) {
    const from = source[read] ?? 0;
    const at = next[from] ?? 0;
    next[from] = at + 1;
    readTarget[at] = target[read] ?? 0;
    readUse[at] = use[read] ?? 0;
    readNote[at] = note[read] ?? -1;
  }
  return { readStart, readTarget, readUse, readNote };
}

/** The other relation of each pair, by `node`. */
function packPairs(
  { node, other, rows }: Record<"node" | "other", Int32Array> & Pick<FlatPairs, "rows">,
  relationCount: number,
): { readonly start: Int32Array; readonly others: Int32Array; readonly codes: Uint8Array } {
  const start = startsOf([node], relationCount);
  const others = new Int32Array(node.length);
  const codes = new Uint8Array(node.length);
  const next = start.slice();
  for (let pair = 0; pair < node.length; pair++) {
    const from = node[pair] ?? 0;
    const at = next[from] ?? 0;
    next[from] = at + 1;
    others[at] = other[pair] ?? 0;
    codes[at] = rows[pair] ?? 0;
  }
  return { start, others, codes };
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

/** Edges stand in the order of the assets that they lead to, so that this stays in one place for a while. */
function packBackwards(
  { edges, reads, notes }: SnapshotParts,
  { columnCount, relationCount, work }: Pick<Snapshot, "columnCount" | "relationCount"> & WithWork,
): Pick<Snapshot, "backStart" | "backSource" | "backUse" | "backNote"> {
  const ends = columnCount + relationCount;
  const backStart = largeInt32Array(ends + 1);
  for (const { target } of [edges, reads]) {
    for (let edge = 0; edge < target.length; edge++) {
      const end = target[edge] ?? 0;
      const after = (end < 0 ? columnCount + ~end : end) + 1;
      backStart[after] = (backStart[after] ?? 0) + 1;
    }
  }
  for (let end = 0; end < ends; end++)
    backStart[end + 1] = (backStart[end + 1] ?? 0) + (backStart[end] ?? 0);
  const next = work.int32("next", ends);
  next.set(backStart.subarray(0, ends));
  const all = edges.target.length + reads.target.length;
  const backSource = largeInt32Array(all);
  const backUse = largeUint16Array(all);
  // A graph from packed arrays has no notes, and needs no numbers of them.
  const backNote = largeInt32Array(notes.length === 0 ? 0 : all);
  const lay = ({ source, target, use, note }: FlatEdges, isRead: boolean): void => {
    for (let edge = 0; edge < target.length; edge++) {
      const to = target[edge] ?? 0;
      const end = to < 0 ? columnCount + ~to : to;
      const at = next[end] ?? 0;
      next[end] = at + 1;
      const from = source[edge] ?? 0;
      backSource[at] = isRead ? ~from : from;
      backUse[at] = use[edge] ?? 0;
      if (at < backNote.length) backNote[at] = note[edge] ?? -1;
    }
  };
  lay(edges, false);
  lay(reads, true);
  return { backStart, backSource, backUse, backNote };
}
