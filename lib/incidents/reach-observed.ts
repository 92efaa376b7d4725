import { edgeEnd, type Snapshot, walkPlace } from "#lib/graph/snapshot.ts";
import type { Observation } from "./observation.ts";

/**
 * Which observations lie downstream of each column and each asset, one bit for each: one pass against the order of the
 * graph, O(V + E) plus O(observations / 32) where anything lies downstream; on cycles it comes back until nothing changes.
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
  /** 1 where the entry has a bit: most edges of a large graph lead to nothing that anybody looked at. */
  readonly anyColumn: Uint8Array;
  readonly anyRelation: Uint8Array;
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
    anyColumn: new Uint8Array(snapshot.columnCount),
    anyRelation: new Uint8Array(snapshot.relationCount),
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
  const { words, columns, relations, anyColumn, anyRelation } = reach;
  const wholes = new Set<number>();
  observations.forEach(({ relation, column }, at) => {
    const mark = (array: Int32Array, entry: number): void => {
      const place = entry * words + (at >> 5);
      array[place] = (array[place] ?? 0) | (1 << (at & 31));
    };
    mark(relations, relation);
    anyRelation[relation] = 1;
    if (column === undefined) wholes.add(relation);
    for (const own of column === undefined ? columnsOf(snapshot, relation) : [column]) {
      mark(columns, own);
      anyColumn[own] = 1;
    }
  });
  // What a query does inside is part of the asset that asks it.
  for (let inner = snapshot.assetCount; inner < snapshot.relationCount; inner++) {
    const owner = snapshot.owner[inner] ?? inner;
    if (anyRelation[owner] === 0) continue;
    anyRelation[inner] = 1;
    copyBits({ from: relations, source: owner, into: relations, target: inner, words });
    if (!wholes.has(owner)) continue;
    for (const column of columnsOf(snapshot, inner)) {
      anyColumn[column] = 1;
      copyBits({ from: relations, source: owner, into: columns, target: column, words });
    }
  }
}

function* columnsOf(snapshot: Snapshot, relation: number): Generator<number> {
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) yield column;
}

interface Copying {
  readonly from: Int32Array;
  readonly source: number;
  readonly into: Int32Array;
  readonly target: number;
  readonly words: number;
}

function copyBits({ from, source, into, target, words }: Copying): void {
  for (let word = 0; word < words; word++) {
    const place = target * words + word;
    into[place] = (into[place] ?? 0) | (from[source * words + word] ?? 0);
  }
}

/** One pass from the consumers up. True when, on a cycle, something learned what it should have passed on already. */
function sweep(snapshot: Snapshot, reach: ObservedReach): boolean {
  let late = false;
  for (let place = snapshot.relationCount - 1; place >= 0; place--) {
    const relation = snapshot.byRank[place] ?? 0;
    const grewWhole = pullRelation(snapshot, reach, relation);
    // A column reaches no more than the readers of its whole asset do.
    const grewColumns = reach.anyRelation[relation] !== 0 && pullColumns(snapshot, reach, relation);
    if ((grewWhole || grewColumns) && !late) late = isPassedBy(snapshot, relation);
  }
  return late;
}

/** Word by word, because a large mesh has as many pairs as it has edges: what is gathered stays in a register. */
function pullRelation(snapshot: Snapshot, reach: ObservedReach, relation: number): boolean {
  const { relations, anyRelation, words } = reach;
  const { pairTarget } = snapshot;
  const start = snapshot.pairStart[relation] ?? 0;
  const end = snapshot.pairStart[relation + 1] ?? 0;
  let grew = 0;
  for (let word = 0; word < words; word++) {
    const into = relation * words + word;
    const before = relations[into] ?? 0;
    let after = before;
    for (let at = start; at < end; at++)
      after |= relations[(pairTarget[at] ?? 0) * words + word] ?? 0;
    relations[into] = after;
    grew |= before ^ after;
  }
  if (grew !== 0) anyRelation[relation] = 1;
  return grew !== 0;
}

function pullColumns(snapshot: Snapshot, reach: ObservedReach, relation: number): boolean {
  const { anyColumn } = reach;
  let grew = 0;
  const lastColumn = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < lastColumn; column++) {
    const grown = pullColumn(snapshot, reach, column);
    if (grown !== 0) anyColumn[column] = 1;
    grew |= grown;
  }
  return grew !== 0;
}

function pullColumn(snapshot: Snapshot, reach: ObservedReach, column: number): number {
  const { columns, relations, anyColumn, anyRelation, words } = reach;
  const { edgeStart } = snapshot;
  let grew = 0;
  const into = column * words;
  const place = walkPlace(snapshot, column);
  const lastEdge = edgeStart[place + 1] ?? 0;
  for (let at = edgeStart[place] ?? 0; at < lastEdge; at++) {
    const target = edgeEnd(snapshot, at);
    const isWhole = target < 0;
    if ((isWhole ? anyRelation[~target] : anyColumn[target]) === 0) continue;
    const bits = isWhole ? relations : columns;
    const source = (isWhole ? ~target : target) * words;
    for (let word = 0; word < words; word++) {
      const before = columns[into + word] ?? 0;
      const after = before | (bits[source + word] ?? 0);
      columns[into + word] = after;
      grew |= before ^ after;
    }
  }
  return grew;
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
  const start = entry * mask.length;
  for (let word = 0; word < mask.length; word++)
    count += countBits((array[start + word] ?? 0) & (mask[word] ?? 0));
  return count;
}

/** Bits of a 32-bit word that are set: pairs, fours, bytes are added up side by side. */
function countBits(bits: number): number {
  if (bits === 0) return 0;
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
