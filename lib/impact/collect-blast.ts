import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Blast, NewColumn, Seed } from "./blast.ts";
import type { Words } from "./boundary.ts";
import type { RenamedValue } from "./renamed-value.ts";
import { FIELD, FLAG, hasFlag, returnScratch, type Scratch } from "./scratch.ts";
import type { StateTable } from "./state-table.ts";

interface Collect {
  readonly snapshot: Snapshot;
  readonly seeds: readonly Seed[];
  readonly scratch: Scratch;
  readonly states: StateTable;
  readonly newColumns: readonly NewColumn[];
  readonly newByRelation: ReadonlyMap<number, readonly number[]>;
  readonly beforeBoundary: ReadonlyMap<number, Words>;
  readonly materializeTable: boolean;
  readonly renamed: RenamedValue | undefined;
}

/** Takes what a pass found out of the working arrays, in topological order, and hands the arrays back clean. */
export function collectBlast(given: Collect): Blast {
  const { snapshot, scratch } = given;
  const relations = inOrder(given);
  const count = relations.length;
  const hops = new Int32Array(count);
  const masked = new Uint8Array(count);
  const source = new Uint8Array(count);
  for (let place = 0; place < count; place++) {
    const relation = relations[place] ?? 0;
    hops[place] = scratch.relations[FIELD.count * relation + FIELD.hops] ?? 0;
    masked[place] = hasFlag(scratch, relation, FLAG.masked) ? 1 : 0;
    if (hasFlag(scratch, relation, FLAG.source))
      source[place] = isLedBackTo(relation, given) ? 2 : 1;
  }
  const rows = relations.map((relation) => scratch.rows[relation] ?? 0);
  const run = relations.map((relation) => scratch.run[relation] ?? 0);
  const columns = takeColumns(relations, given);
  returnScratch(scratch);
  return {
    snapshot,
    states: given.states,
    seeds: given.seeds,
    relations,
    hops,
    rows,
    run,
    masked,
    source,
    ...columns,
    newColumns: given.newColumns,
    beforeBoundary: given.beforeBoundary,
    materializeTable: given.materializeTable,
    renamed: given.renamed,
  };
}

/** The reached relations. On a graph without cycles the pass meets them in topological order by itself. */
function inOrder({ snapshot, scratch }: Collect): Int32Array {
  const walked = scratch.walked.slice(0, scratch.walkedCount);
  if (scratch.isInOrder) return walked;
  const places = walked.map((relation) => snapshot.rank[relation] ?? 0).sort();
  return places.map((place) => snapshot.byRank[place] ?? 0);
}

/** Moves the states of all columns out of the working array, which is empty then. */
function takeColumns(
  relations: Int32Array,
  { snapshot, scratch, states, newByRelation }: Collect,
): Pick<Blast, "columnStart" | "columns" | "columnStates" | "joined"> {
  const from = scratch.columns;
  const columnStart = new Int32Array(relations.length + 1);
  const columns = new Int32Array(scratch.columnCount);
  const columnStates = new Int32Array(scratch.columnCount);
  const joined = new Int32Array(relations.length);
  let size = 0;
  for (let place = 0; place < relations.length; place++) {
    const relation = relations[place] ?? 0;
    let all = 0;
    const take = (column: number): void => {
      const state = from[column] ?? 0;
      from[column] = 0;
      columns[size] = column;
      columnStates[size++] = state;
      all = states.join(all, state);
    };
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++)
      if (from[column] !== 0) take(column);
    if (newByRelation.size > 0)
      for (const column of newByRelation.get(relation) ?? []) if (from[column] !== 0) take(column);
    joined[place] = all;
    columnStart[place + 1] = size;
  }
  return { columnStart, columns, columnStates, joined };
}

/** Whether the change comes back to where it started: over a cycle, or from another change. */
function isLedBackTo(relation: number, { snapshot, scratch }: Collect): boolean {
  if (hasFlag(scratch, relation, FLAG.entered)) return true;
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
    for (
      let at = snapshot.backStart[column] ?? 0;
      at < (snapshot.backStart[column + 1] ?? 0);
      at++
    ) {
      const from = snapshot.backSource[at] ?? 0;
      if (from >= 0 && snapshot.columnRelation[from] !== relation && scratch.columns[from] !== 0)
        return true;
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
