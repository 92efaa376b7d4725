import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Blast, NewColumn, Seed } from "./blast.ts";
import type { Words } from "./boundary.ts";
import { joinWords, REACHED } from "./effects.ts";
import { FIELD, FLAG, hasFlag, returnScratch, type Scratch } from "./scratch.ts";

interface Collect {
  readonly snapshot: Snapshot;
  readonly seeds: readonly Seed[];
  readonly scratch: Scratch;
  readonly newColumns: readonly NewColumn[];
  readonly newByRelation: ReadonlyMap<number, readonly number[]>;
  readonly beforeBoundary: ReadonlyMap<number, Words>;
  readonly materializeTable: boolean;
}

/** Copies what a pass found out of the working arrays, in topological order, and hands the arrays back clean. */
export function collectBlast(given: Collect): Blast {
  const { snapshot, scratch } = given;
  const places = Int32Array.from(scratch.list, (relation) => snapshot.rank[relation] ?? 0).sort();
  const relations = places.map((place) => snapshot.byRank[place] ?? 0);
  const count = relations.length;
  const rows = new Int32Array(2 * count);
  const run = new Int32Array(2 * count);
  const joined = new Int32Array(2 * count);
  const hops = new Int32Array(count);
  const masked = new Uint8Array(count);
  const source = new Uint8Array(count);
  const columnStart = new Int32Array(count + 1);
  let size = 0;
  let columns = new Int32Array(1024);
  let states = new Int32Array(2048);
  const take = (column: number, place: number): void => {
    const hi = scratch.columns[2 * column + 1] ?? 0;
    if ((hi & REACHED) === 0) return;
    if (size === columns.length) {
      columns = grown(columns, new Int32Array(2 * columns.length));
      states = grown(states, new Int32Array(2 * states.length));
    }
    const lo = scratch.columns[2 * column] ?? 0;
    columns[size] = column;
    states[2 * size] = lo;
    states[2 * size + 1] = hi & ~REACHED;
    joined[2 * place] = joinWords(joined[2 * place] ?? 0, lo);
    joined[2 * place + 1] = joinWords(joined[2 * place + 1] ?? 0, hi & ~REACHED);
    size++;
  };
  for (let place = 0; place < count; place++) {
    const relation = relations[place] ?? 0;
    columnStart[place] = size;
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++)
      take(column, place);
    for (const column of given.newByRelation.get(relation) ?? []) take(column, place);
    rows[2 * place] = scratch.rows[2 * relation] ?? 0;
    rows[2 * place + 1] = (scratch.rows[2 * relation + 1] ?? 0) & ~REACHED;
    run[2 * place] = scratch.run[2 * relation] ?? 0;
    run[2 * place + 1] = scratch.run[2 * relation + 1] ?? 0;
    hops[place] = scratch.relations[FIELD.count * relation + FIELD.hops] ?? 0;
    if (hasFlag(scratch, relation, FLAG.source))
      source[place] = isLedBackTo(relation, given) ? 2 : 1;
    masked[place] = hasFlag(scratch, relation, FLAG.masked) ? 1 : 0;
  }
  columnStart[count] = size;
  returnScratch(scratch, snapshot);
  return {
    snapshot,
    seeds: given.seeds,
    relations,
    hops,
    rows,
    run,
    masked,
    source,
    columnStart,
    columns: columns.slice(0, size),
    columnStates: states.slice(0, 2 * size),
    joined,
    newColumns: given.newColumns,
    beforeBoundary: given.beforeBoundary,
    materializeTable: given.materializeTable,
  };
}

/** Whether the change comes back to where it started: over a cycle, or from another change. */
function isLedBackTo(relation: number, { snapshot, scratch }: Collect): boolean {
  if (hasFlag(scratch, relation, FLAG.entered)) return true;
  const isReached = (words: Int32Array, at: number): boolean =>
    ((words[2 * at + 1] ?? 0) & REACHED) !== 0;
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
    for (
      let at = snapshot.backStart[column] ?? 0;
      at < (snapshot.backStart[column + 1] ?? 0);
      at++
    ) {
      const from = snapshot.backSource[at] ?? 0;
      if (
        from >= 0 &&
        snapshot.columnRelation[from] !== relation &&
        isReached(scratch.columns, from)
      )
        return true;
    }
  }
  for (
    let at = snapshot.backPairStart[relation] ?? 0;
    at < (snapshot.backPairStart[relation + 1] ?? 0);
    at++
  ) {
    const input = snapshot.backPairSource[at] ?? 0;
    if (input !== relation && isReached(scratch.rows, input)) return true;
  }
  return false;
}

function grown(
  from: Int32Array<ArrayBuffer>,
  to: Int32Array<ArrayBuffer>,
): Int32Array<ArrayBuffer> {
  to.set(from);
  return to;
}
