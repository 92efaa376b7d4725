import type { Snapshot } from "#lib/graph/snapshot.ts";
import {
  edgeEnd,
  edgesFrom,
  findAsset,
  findColumn,
  hasTrait,
  relationOfEnd,
  TRAIT,
} from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

/** Marks by epoch, so that asking for the next column clears nothing; one for each version of the graph. */
interface Marks {
  readonly columns: Uint32Array;
  readonly relations: Uint32Array;
  readonly assets: Uint32Array;
  epoch: number;
}

const MARKS = new WeakMap<Snapshot, Marks>();

function nextEpoch(snapshot: Snapshot): Marks {
  let marks = MARKS.get(snapshot);
  if (!marks) {
    marks = {
      columns: new Uint32Array(snapshot.columnCount),
      relations: new Uint32Array(snapshot.relationCount),
      assets: new Uint32Array(snapshot.assetCount),
      epoch: 0,
    };
    MARKS.set(snapshot, marks);
  }
  marks.epoch++;
  return marks;
}

/**
 * The assets that something which happens to a column (or, without one, to the whole asset) can reach at most: plain
 * closure, with no regard to what the change means. Linear in what is reached. `limit` ends the walk early.
 */
export function reachAssets(
  snapshot: Snapshot,
  start: { readonly asset: AssetId; readonly column?: string },
  limit = Number.POSITIVE_INFINITY,
): readonly AssetId[] {
  const relation = findAsset(snapshot, start.asset);
  if (relation < 0) return [];
  const first =
    start.column === undefined ? ~relation : findColumn(snapshot, relation, start.column);
  if (start.column !== undefined && first < 0) return [];
  const walk: Walk = {
    snapshot,
    marks: nextEpoch(snapshot),
    ends: [],
    reached: [],
    origin: relation,
    steps: 0,
  };
  visit(walk, first);
  for (let end = walk.ends.pop(); end !== undefined; end = walk.ends.pop()) {
    leave(walk, end);
    if (walk.reached.length >= limit) break;
  }
  return walk.reached.map((asset) => snapshot.assetIds[asset] ?? ("" as AssetId));
}

/** What lies nearest below a column, as far as so many steps (an edge each) lead. */
export function reachWithin(
  snapshot: Snapshot,
  {
    asset,
    column,
    most,
  }: { readonly asset: AssetId; readonly column: string; readonly most: number },
): { readonly reached: readonly AssetId[]; readonly steps: number; readonly isWhole: boolean } {
  const origin = findAsset(snapshot, asset);
  const first = origin < 0 ? -1 : findColumn(snapshot, origin, column);
  if (first < 0) return { reached: [], steps: 0, isWhole: true };
  const walk: Walk = {
    snapshot,
    marks: nextEpoch(snapshot),
    ends: [],
    reached: [],
    origin,
    steps: 0,
  };
  visit(walk, first);
  let at = 0;
  for (; at < walk.ends.length && walk.steps < most; at++) leave(walk, walk.ends[at] ?? 0);
  return {
    reached: walk.reached.map((one) => snapshot.assetIds[one] ?? ("" as AssetId)),
    steps: walk.steps,
    isWhole: at === walk.ends.length,
  };
}

interface Walk {
  readonly snapshot: Snapshot;
  readonly marks: Marks;
  readonly ends: number[];
  readonly reached: number[];
  readonly origin: number;
  /** Edges that were looked along. */
  steps: number;
}

function leave(walk: Walk, end: number): void {
  if (end >= 0) leaveColumn(walk, end);
  else leaveRelation(walk, ~end);
}

function visit(walk: Walk, end: number): void {
  walk.steps++;
  const { marks, snapshot } = walk;
  const seen = end >= 0 ? marks.columns : marks.relations;
  const position = end >= 0 ? end : ~end;
  if (seen[position] === marks.epoch) return;
  seen[position] = marks.epoch;
  walk.ends.push(end);
  const owner = snapshot.owner[relationOfEnd(snapshot, end)] ?? 0;
  if (owner === walk.origin || marks.assets[owner] === marks.epoch) return;
  marks.assets[owner] = marks.epoch;
  walk.reached.push(owner);
  // Whatever happens to a chart happens to its dashboard, though no column leads there.
  if (hasTrait(snapshot, owner, TRAIT.part)) visit(walk, ~owner);
}

function leaveColumn(walk: Walk, column: number): void {
  const [first, end] = edgesFrom(walk.snapshot, column);
  for (let i = first; i < end; i++) visit(walk, edgeEnd(walk.snapshot, i));
}

/** What happens to rows happens to all columns, and to whoever reads the rows. */
function leaveRelation(walk: Walk, relation: number): void {
  const { columnStart, readStart, readTarget, pairStart, pairTarget } = walk.snapshot;
  const lastColumn = columnStart[relation + 1] ?? 0;
  for (let column = columnStart[relation] ?? 0; column < lastColumn; column++) visit(walk, column);
  const lastRead = readStart[relation + 1] ?? 0;
  for (let i = readStart[relation] ?? 0; i < lastRead; i++) visit(walk, readTarget[i] ?? 0);
  const lastPair = pairStart[relation + 1] ?? 0;
  for (let i = pairStart[relation] ?? 0; i < lastPair; i++) visit(walk, ~(pairTarget[i] ?? 0));
}
