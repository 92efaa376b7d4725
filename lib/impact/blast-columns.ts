import { type Snapshot, walkShift } from "#lib/graph/snapshot.ts";
import type { StateArray } from "./scratch.ts";

interface BlastColumnsInput {
  readonly snapshot: Snapshot;
  /** The reached relations, by place. */
  readonly relations: Int32Array;
  /** A state for each column of these relations, 0 where it is not reached; or for each walk place of the snapshot. */
  readonly states: StateArray;
  /** By place: where the states of the relation's columns begin. Absent: at the walk place of its first column. */
  readonly start: Int32Array | undefined;
  /** Columns that only the change brings, by their number less the count of columns. */
  readonly newColumns: readonly { readonly relation: number }[];
  /** By new column. */
  readonly newStates: StateArray;
}

/** The states of the columns that a change reaches, as the pass left them: whole relations, copied as they stand. */
export class BlastColumns {
  readonly #given: BlastColumnsInput;
  readonly #newByRelation = new Map<number, number[]>();
  #length = -1;

  constructor(given: BlastColumnsInput) {
    this.#given = given;
    given.newColumns.forEach(({ relation }, at) => {
      const column = given.snapshot.columnCount + at;
      const known = this.#newByRelation.get(relation);
      if (known === undefined) this.#newByRelation.set(relation, [column]);
      else known.push(column);
    });
  }

  /** How many columns are reached. Counted when it is first asked for, O(columns of reached relations). */
  get length(): number {
    if (this.#length < 0) {
      const { states, newStates } = this.#given;
      this.#length = countSet(states) + countSet(newStates);
    }
    return this.#length;
  }

  /** The state of a column of the relation at a place; 0: not reached. */
  stateOf(column: number, place: number): number {
    const { snapshot, states, newStates } = this.#given;
    if (column >= snapshot.columnCount) return newStates[column - snapshot.columnCount] ?? 0;
    return states[column + this.#shiftAt(place)] ?? 0;
  }

  /** The reached columns of the relation at a place, its own in their order, then new ones. O(its columns). */
  at(place: number): Int32Array {
    const { snapshot, relations, states } = this.#given;
    const relation = relations[place] ?? 0;
    const shift = this.#shiftAt(place);
    const found: number[] = [];
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++)
      if (states[column + shift] !== 0) found.push(column);
    for (const column of this.#newByRelation.get(relation) ?? [])
      if (this.stateOf(column, place) !== 0) found.push(column);
    return Int32Array.from(found);
  }

  *[Symbol.iterator](): Generator<number> {
    for (let place = 0; place < this.#given.relations.length; place++) yield* this.at(place);
  }

  /** What to add to a column's number to find its state. */
  #shiftAt(place: number): number {
    const { snapshot, relations, start } = this.#given;
    const relation = relations[place] ?? 0;
    if (start === undefined) return walkShift(snapshot, relation);
    return (start[place] ?? 0) - (snapshot.columnStart[relation] ?? 0);
  }
}

function countSet(states: StateArray): number {
  let count = 0;
  for (const state of states) if (state !== 0) count++;
  return count;
}
