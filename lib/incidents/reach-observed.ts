import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Observation } from "./observation.ts";

/**
 * Which observations lie downstream of each column and each asset, one bit for each: one pass against the order of the
 * graph, O((V + E) × observations / 32); on cycles it comes back until nothing changes.
 *
 * This is plain reach, without asking what effects survive: an upper bound that tells which suspects are worth a walk.
 */
export interface ObservedReach {
  /** 32-bit words of each entry. */
  readonly words: number;
  /** `words` entries for each column: what a wrong value of it may touch. */
  readonly columns: Int32Array;
  /** `words` entries for each relation: what its rows and its run may touch. */
  readonly relations: Int32Array;
}

const MOST_ROUNDS = 8;

export function reachObserved(
  snapshot: Snapshot,
  observations: readonly Observation[],
): ObservedReach {
  const words = Math.max(1, Math.ceil(observations.length / 32));
  const reach: ObservedReach = {
    words,
    columns: new Int32Array(snapshot.columnCount * words),
    relations: new Int32Array(snapshot.relationCount * words),
  };
  plant(snapshot, observations, reach);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!sweep(snapshot, reach)) break;
  }
  return reach;
}

function plant(
  snapshot: Snapshot,
  observations: readonly Observation[],
  reach: ObservedReach,
): void {
  const { words } = reach;
  const wholes = new Set<number>();
  observations.forEach(({ relation, column }, at) => {
    const mark = (array: Int32Array, entry: number): void => {
      const place = entry * words + (at >> 5);
      array[place] = (array[place] ?? 0) | (1 << (at & 31));
    };
    mark(reach.relations, relation);
    if (column !== undefined) mark(reach.columns, column);
    else {
      wholes.add(relation);
      for (const own of columnsOf(snapshot, relation)) mark(reach.columns, own);
    }
  });
  // What a query does inside is part of the asset that asks it.
  for (let inner = snapshot.assetCount; inner < snapshot.relationCount; inner++) {
    const owner = snapshot.owner[inner] ?? inner;
    join({ into: reach.relations, target: inner, from: reach.relations, source: owner, words });
    if (!wholes.has(owner)) continue;
    for (const column of columnsOf(snapshot, inner))
      join({ into: reach.columns, target: column, from: reach.relations, source: owner, words });
  }
}

function* columnsOf(snapshot: Snapshot, relation: number): Generator<number> {
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) yield column;
}

interface Joining {
  readonly into: Int32Array;
  readonly target: number;
  readonly from: Int32Array;
  readonly source: number;
  readonly words: number;
}

/** ORs one entry into another; says whether that changed anything. */
function join({ into, target, from, source, words }: Joining): boolean {
  let grew = false;
  for (let word = 0; word < words; word++) {
    const before = into[target * words + word] ?? 0;
    const after = before | (from[source * words + word] ?? 0);
    if (after === before) continue;
    into[target * words + word] = after;
    grew = true;
  }
  return grew;
}

/** One pass from the consumers up. True when, on a cycle, something learned what it should have passed on already. */
function sweep(snapshot: Snapshot, reach: ObservedReach): boolean {
  let late = false;
  for (let place = snapshot.relationCount - 1; place >= 0; place--) {
    const relation = snapshot.byRank[place] ?? 0;
    const grewWhole = pullRelation(snapshot, reach, relation);
    const grewColumns = pullColumns(snapshot, reach, relation);
    if ((grewWhole || grewColumns) && !late) late = isPassedBy(snapshot, relation);
  }
  return late;
}

function pullRelation(
  snapshot: Snapshot,
  { relations, words }: ObservedReach,
  relation: number,
): boolean {
  let grew = false;
  const end = snapshot.pairStart[relation + 1] ?? 0;
  for (let at = snapshot.pairStart[relation] ?? 0; at < end; at++) {
    const source = snapshot.pairTarget[at] ?? 0;
    if (join({ into: relations, target: relation, from: relations, source, words })) grew = true;
  }
  return grew;
}

/** The inside of the pass: written out, because it comes to every edge that is upstream of anything. */
function pullColumns(snapshot: Snapshot, reach: ObservedReach, relation: number): boolean {
  const { columns, relations, words } = reach;
  const { columnStart, edgeStart, edgeTarget } = snapshot;
  if (!reachesAnything(reach, relation)) return false;
  let grew = 0;
  const lastColumn = columnStart[relation + 1] ?? 0;
  for (let column = columnStart[relation] ?? 0; column < lastColumn; column++) {
    const into = column * words;
    const lastEdge = edgeStart[column + 1] ?? 0;
    for (let at = edgeStart[column] ?? 0; at < lastEdge; at++) {
      const target = edgeTarget[at] ?? 0;
      const from = target >= 0 ? columns : relations;
      const source = (target >= 0 ? target : ~target) * words;
      for (let word = 0; word < words; word++) {
        const before = columns[into + word] ?? 0;
        const after = before | (from[source + word] ?? 0);
        columns[into + word] = after;
        grew |= before ^ after;
      }
    }
  }
  return grew !== 0;
}

/** A column reaches no more than the readers of its whole asset do. */
function reachesAnything({ relations, words }: ObservedReach, relation: number): boolean {
  for (let word = 0; word < words; word++) {
    if (relations[relation * words + word] !== 0) return true;
  }
  return false;
}

/** Whether this pass has already left something behind that the relation reads: only then is another pass needed. */
function isPassedBy(snapshot: Snapshot, relation: number): boolean {
  const rank = snapshot.rank[relation] ?? 0;
  const end = snapshot.backPairStart[relation + 1] ?? 0;
  for (let at = snapshot.backPairStart[relation] ?? 0; at < end; at++) {
    if ((snapshot.rank[snapshot.backPairSource[at] ?? 0] ?? 0) >= rank) return true;
  }
  return false;
}

/** How many of the observations in `mask` an entry reaches. */
export function countObserved(array: Int32Array, entry: number, mask: Int32Array): number {
  let count = 0;
  for (let word = 0; word < mask.length; word++) {
    let bits = (array[entry * mask.length + word] ?? 0) & (mask[word] ?? 0);
    while (bits !== 0) {
      bits &= bits - 1;
      count++;
    }
  }
  return count;
}
