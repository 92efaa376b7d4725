import { largeInt32Array } from "#lib/graph/large-arrays.ts";
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
  joinNewColumns(given);
  const byPlace = takeRelations(inOrder(given), given);
  const { relations } = byPlace;
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
    ...byPlace,
    columns: new BlastColumns({ snapshot, relations, ...states, newColumns, newStates }),
    newColumns,
    beforeBoundary: given.beforeBoundary,
    materializeTable: given.materializeTable,
    ignored: given.ignored,
  };
}

/** The ranks of the reached relations. On a graph without cycles the pass meets them in topological order by itself. */
function inOrder({ scratch }: Collect): Int32Array {
  const ranks = scratch.walked.subarray(0, scratch.walkedCount);
  return scratch.isInOrder ? ranks : ranks.sort();
}

function joinNewColumns({ snapshot, scratch, states, newColumns }: Collect): void {
  const { columns, joined } = scratch;
  newColumns.forEach(({ relation }, at) => {
    const rank = snapshot.rank[relation] ?? 0;
    const state = columns[snapshot.columnCount + at] ?? 0;
    joined[rank] = states.join(joined[rank] ?? 0, state);
  });
}

const NOTHING = new Int32Array(0);

function takeRelations(
  ranks: Int32Array,
  given: Collect,
): Pick<Blast, "relations" | "hops" | "rows" | "run" | "joined" | "masked" | "source"> {
  const { scratch } = given;
  const { byRank } = given.snapshot;
  const count = ranks.length;
  const relations = largeInt32Array(count);
  const hops = largeInt32Array(count);
  const joined = largeInt32Array(count);
  const masked = new Uint8Array(count);
  const source = new Uint8Array(count);
  for (let place = 0; place < count; place++) {
    const rank = ranks[place] ?? 0;
    const entry = scratch.relations[rank] ?? 0;
    relations[place] = byRank[rank] ?? 0;
    hops[place] = hopsIn(entry);
    joined[place] = scratch.joined[rank] ?? 0;
    if ((entry & FLAG.masked) !== 0) masked[place] = 1;
    if ((entry & FLAG.source) !== 0) source[place] = isLedBackTo(byRank[rank] ?? 0, given) ? 2 : 1;
  }
  // Most changes leave all row sets or all runs alone, which needs no list of zeros.
  const rows = scratch.hasRows ? takeStates(scratch.rows, relations) : NOTHING;
  const run = scratch.hasRun ? takeStates(scratch.run, relations) : NOTHING;
  return { relations, hops, rows, run, joined, masked, source };
}

function takeStates(states: Int32Array, relations: Int32Array): Int32Array {
  const taken = largeInt32Array(relations.length);
  for (let place = 0; place < relations.length; place++)
    taken[place] = states[relations[place] ?? 0] ?? 0;
  return taken;
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
