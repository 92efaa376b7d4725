import { type Snapshot, walkPlace } from "#lib/graph/snapshot.ts";
import type { Blast, NewColumn, Seed } from "./blast.ts";
import { BlastColumns } from "./blast-columns.ts";
import type { Words } from "./boundary.ts";
import type { Ignored } from "./ignored.ts";
import {
  emptyStates,
  FLAG,
  hasFlag,
  hopsIn,
  reachesMany,
  returnScratch,
  type Scratch,
  type StateArray,
} from "./scratch.ts";
import type { StateTable } from "./state-table.ts";

interface Collect {
  readonly snapshot: Snapshot;
  readonly seeds: readonly Seed[];
  readonly scratch: Scratch;
  readonly states: StateTable;
  readonly newColumns: readonly NewColumn[];
  readonly beforeBoundary: ReadonlyMap<number, Words>;
  readonly materializeTable: boolean;
  readonly ignored: Ignored | undefined;
}

/** Takes what a pass found out of the working arrays, in topological order, and hands the arrays back clean. */
export function collectBlast(given: Collect): Blast {
  const { snapshot, scratch, newColumns } = given;
  const relations = inOrder(given);
  joinNewColumns(given);
  const byPlace = takeRelations(relations, given);
  const newStates = scratch.columns.slice(
    snapshot.columnCount,
    snapshot.columnCount + newColumns.length,
  );
  const states = takeColumns(relations, given);
  returnScratch(scratch, snapshot);
  return {
    snapshot,
    states: given.states,
    seeds: given.seeds,
    relations,
    ...byPlace,
    columns: new BlastColumns({ snapshot, relations, ...states, newColumns, newStates }),
    newColumns,
    beforeBoundary: given.beforeBoundary,
    materializeTable: given.materializeTable,
    ignored: given.ignored,
  };
}

/** The reached relations. On a graph without cycles the pass meets them in topological order by itself. */
function inOrder({ snapshot, scratch }: Collect): Int32Array {
  const walked = scratch.walked.slice(0, scratch.walkedCount);
  if (scratch.isInOrder) return walked;
  const places = walked.map((relation) => snapshot.rank[relation] ?? 0).sort();
  return places.map((place) => snapshot.byRank[place] ?? 0);
}

function joinNewColumns({ snapshot, scratch, states, newColumns }: Collect): void {
  const { columns, joined } = scratch;
  newColumns.forEach(({ relation }, at) => {
    const state = columns[snapshot.columnCount + at] ?? 0;
    joined[relation] = states.join(joined[relation] ?? 0, state);
  });
}

function takeRelations(
  relations: Int32Array,
  given: Collect,
): Pick<Blast, "hops" | "rows" | "run" | "joined" | "masked" | "source"> {
  const { scratch } = given;
  const { rank } = given.snapshot;
  const count = relations.length;
  const hops = new Int32Array(count);
  const rows = takeStates(scratch.rows, relations);
  const run = takeStates(scratch.run, relations);
  const joined = new Int32Array(count);
  const masked = new Uint8Array(count);
  const source = new Uint8Array(count);
  for (let place = 0; place < count; place++) {
    const relation = relations[place] ?? 0;
    const entry = scratch.relations[rank[relation] ?? 0] ?? 0;
    hops[place] = hopsIn(entry);
    joined[place] = scratch.joined[relation] ?? 0;
    if ((entry & FLAG.masked) !== 0) masked[place] = 1;
    if ((entry & FLAG.source) !== 0) source[place] = isLedBackTo(relation, given) ? 2 : 1;
  }
  return { hops, rows, run, joined, masked, source };
}

const NOTHING = new Int32Array(0);

/** By place. Most changes leave all row sets or all runs alone, which needs no list of zeros. */
function takeStates(states: Int32Array, relations: Int32Array): Int32Array {
  if (relations.every((relation) => states[relation] === 0)) return NOTHING;
  return relations.map((relation) => states[relation] ?? 0);
}

/** Moves the states of all columns out of the working array, which is empty then. */
function takeColumns(
  relations: Int32Array,
  given: Collect,
): { readonly states: StateArray; readonly start: Int32Array | undefined } {
  const { scratch } = given;
  const { columnCount, columnStart, walkStart } = given.snapshot;
  const from = scratch.columns;
  if (reachesMany(scratch)) {
    // The array goes along as it is, and another one, which is empty, takes its place.
    const width = from instanceof Int32Array ? "wide" : "narrow";
    scratch.columns = emptyStates(columnCount, width);
    const states = from.subarray(0, columnCount);
    return { states, start: undefined };
  }
  const start = new Int32Array(relations.length);
  let size = 0;
  relations.forEach((relation, place) => {
    start[place] = size;
    size += (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0);
  });
  const states: StateArray =
    from instanceof Int32Array ? new Int32Array(size) : new Uint8Array(size);
  let at = 0;
  for (const relation of relations) {
    const first = walkStart[relation] ?? 0;
    const end = first + (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0);
    for (let place = first; place < end; place++) {
      states[at++] = from[place] ?? 0;
      from[place] = 0;
    }
  }
  from.fill(0, columnCount);
  return { states, start };
}

/** Whether the change comes back to where it started: over a cycle, or from another change. */
function isLedBackTo(relation: number, { snapshot, scratch }: Collect): boolean {
  if (hasFlag(scratch, snapshot.rank[relation] ?? 0, FLAG.entered)) return true;
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
    for (
      let at = snapshot.backStart[column] ?? 0;
      at < (snapshot.backStart[column + 1] ?? 0);
      at++
    ) {
      const from = snapshot.backSource[at] ?? 0;
      if (from < 0 || snapshot.columnRelation[from] === relation) continue;
      if (scratch.columns[walkPlace(snapshot, from)] !== 0) return true;
    }
  }
  for (
    let at = snapshot.backPairStart[relation] ?? 0;
    at < (snapshot.backPairStart[relation + 1] ?? 0);
    at++
  ) {
    const input = snapshot.backPairSource[at] ?? 0;
    if (input !== relation && scratch.rows[input] !== 0) return true;
  }
  return false;
}
