import type { AssetId } from "#lib/model/asset-id.ts";
import type { MergedGraph } from "./merged-graph.ts";

/** Stands for an asset that is not there. */
export const NO_ASSET = -1;

/** Numbers of the same asset before and now; -1 where there is none. */
export interface Renumbering {
  readonly ids: readonly AssetId[];
  readonly oldOf: Int32Array;
  readonly newOf: Int32Array;
}

/** The assets of an earlier version in order, and which are known to be new since; absent: each has to be looked at. */
interface EarlierNumbers {
  readonly ids: readonly AssetId[];
  readonly changed: ReadonlySet<AssetId> | undefined;
}

/** Numbers for the assets of a graph in the order of their ids. */
export function renumberAssets(graph: MergedGraph, earlier: EarlierNumbers): Renumbering {
  const old = earlier.ids;
  const ids = idsOf(graph, earlier);
  if (ids === old) {
    const same = new Int32Array(old.length);
    for (let number = 0; number < old.length; number++) same[number] = number;
    return { ids: old, oldOf: same, newOf: same };
  }
  const oldOf = new Int32Array(ids.length).fill(NO_ASSET);
  const newOf = new Int32Array(old.length).fill(NO_ASSET);
  let at = 0;
  for (let number = 0; number < ids.length; number++) {
    const id = ids[number] ?? "";
    while (at < old.length && (old[at] ?? "") < id) at++;
    if (old[at] !== id) continue;
    oldOf[number] = at;
    newOf[at] = number;
  }
  return { ids, oldOf, newOf };
}

/** In order; the list of before where no asset came or went. */
function idsOf(graph: MergedGraph, { ids: old, changed }: EarlierNumbers): readonly AssetId[] {
  if (changed === undefined) {
    const isSame = old.length === graph.assets.size && old.every((id) => graph.assets.has(id));
    return isSame ? old : [...graph.assets.keys()].sort();
  }
  const came: AssetId[] = [];
  const went = new Set<AssetId>();
  for (const id of changed) {
    const isThere = graph.assets.has(id);
    if (isThere !== findNumber(old, id) >= 0) {
      if (isThere) came.push(id);
      else went.add(id);
    }
  }
  if (came.length + went.size === 0) return old;
  const kept = went.size === 0 ? old : old.filter((id) => !went.has(id));
  return insertSorted(kept, came.sort());
}

function insertSorted(list: readonly AssetId[], more: readonly AssetId[]): readonly AssetId[] {
  const all: AssetId[] = [];
  let from = 0;
  for (const id of more) {
    const to = placeFor(list, id);
    for (let at = from; at < to; at++) all.push(list[at] ?? id);
    all.push(id);
    from = to;
  }
  for (let at = from; at < list.length; at++) all.push(list[at] ?? ("" as AssetId));
  return all;
}

/** How many of a sorted list come before the id. */
function placeFor(list: readonly AssetId[], id: AssetId): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of an id, by binary search; -1 where there is none. */
export function findNumber(ids: readonly AssetId[], id: AssetId): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = ids[middle] ?? "";
    if (at === id) return middle;
    if (at < id) low = middle + 1;
    else high = middle - 1;
  }
  return NO_ASSET;
}
