import type { Snapshot } from "#lib/graph/snapshot.ts";
import { ENOUGH, FLAG, HOPS_SHIFT, type Scratch } from "./scratch.ts";
import { MOST_IN_SET, type StateTable } from "./state-table.ts";
import type { States } from "./states.ts";

interface BatchInput {
  readonly snapshot: Snapshot;
  readonly scratch: Scratch;
  readonly table: StateTable;
  readonly states: States;
}

const REACHED_AND_DIRTY = FLAG.reached | FLAG.dirty;

/**
 * Columns that are swept over in one go: those of one relation, or of several that do not reach each other. A change
 * reaches five columns or so of a table, too few to be worth a start and an end of their own.
 */
export class Batch {
  readonly #given: BatchInput;
  #count = 0;
  #parts = 0;

  constructor(given: BatchInput) {
    this.#given = given;
  }

  /** How many columns there are; they stand in `Scratch.batch`, with one part for each relation that has some. */
  get count(): number {
    return this.#count;
  }

  /** All columns of the relation in work, reached or not. The front may have gone back behind it. */
  takeWhole(rank: number): void {
    const { batch, placeStart } = this.#given.scratch;
    const start = placeStart[rank] ?? 0;
    const count = (placeStart[rank + 1] ?? 0) - start;
    for (let at = 0; at < count; at++) batch.place[at] = start + at;
    this.#begin();
    this.#join(rank);
    this.#endPart(rank, count);
  }

  /** The reached columns of the relation in work. */
  takeReached(rank: number): void {
    this.#begin();
    this.#take(rank);
  }

  /** The reached columns of the relation in work, and of those after it up to `end` that can be taken with it. */
  takeStretch(end: number): void {
    const { states } = this.#given;
    this.#begin();
    for (let rank = states.front; rank >= 0; rank = states.nextCalm(end)) {
      this.#take(rank);
      if (this.#count >= ENOUGH) break;
    }
  }

  #begin(): void {
    this.#count = 0;
    this.#parts = 0;
  }

  #take(rank: number): void {
    const { scratch, snapshot } = this.#given;
    const { placeStart } = scratch;
    const first = snapshot.edgeStart[placeStart[rank] ?? 0];
    const last = snapshot.edgeStart[placeStart[rank + 1] ?? 0];
    if (first === last) this.#join(rank);
    else this.#endPart(rank, this.#list(rank));
  }

  #endPart(rank: number, count: number): void {
    if (count === this.#count) return;
    const { end, rank: ranks, reached } = this.#given.scratch.batch;
    end[this.#parts] = count;
    ranks[this.#parts] = rank;
    reached[this.#parts] = REACHED_AND_DIRTY | (this.#given.states.hops << HOPS_SHIFT);
    this.#parts++;
    this.#count = count;
  }

  /**
   * Puts the reached columns behind those of relations before; returns how many there are then. Without a branch: whether
   * a column is reached cannot be foreseen, and foreseeing it wrongly costs more than writing.
   */
  #list(rank: number): number {
    const { columns, batch, placeStart } = this.#given.scratch;
    const list = batch.place;
    const end = placeStart[rank + 1] ?? 0;
    let count = this.#count;
    let met = 0;
    let all = 0;
    for (let place = placeStart[rank] ?? 0; place < end; place++) {
      const own = columns[place] ?? 0;
      list[count] = place;
      count += -own >>> 31;
      met |= 1 << own;
      all |= own;
    }
    this.#noteJoined(rank, { met, all });
    return count;
  }

  #join(rank: number): void {
    const { columns, placeStart } = this.#given.scratch;
    const end = placeStart[rank + 1] ?? 0;
    let met = 0;
    let all = 0;
    for (let place = placeStart[rank] ?? 0; place < end; place++) {
      const own = columns[place] ?? 0;
      met |= 1 << own;
      all |= own;
    }
    this.#noteJoined(rank, { met, all });
  }

  /** `met`: a bit for each state of a column, where `all` of them together say that there is one for each. */
  #noteJoined(rank: number, { met, all }: { readonly met: number; readonly all: number }): void {
    const { scratch, table } = this.#given;
    scratch.joined[rank] = all < MOST_IN_SET ? table.joinOf(met) : this.#joinOneByOne(rank);
  }

  #joinOneByOne(rank: number): number {
    const { columns, placeStart } = this.#given.scratch;
    const end = placeStart[rank + 1] ?? 0;
    let joined = 0;
    for (let place = placeStart[rank] ?? 0; place < end; place++)
      joined = this.#given.table.join(joined, columns[place] ?? 0);
    return joined;
  }
}
