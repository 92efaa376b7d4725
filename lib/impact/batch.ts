import type { Snapshot } from "#lib/graph/snapshot.ts";
import { ENOUGH, FLAG, HOPS_SHIFT, type Scratch } from "./scratch.ts";
import type { StateTable } from "./state-table.ts";
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

  constructor(given: BatchInput) {
    this.#given = given;
  }

  /** How many columns there are; they stand in `Scratch.batch`. */
  get count(): number {
    return this.#count;
  }

  /** All columns of the relation in work, reached or not. The front may have gone back behind it. */
  takeWhole(rank: number): void {
    const { batch, placeStart } = this.#given.scratch;
    const start = placeStart[rank] ?? 0;
    const count = (placeStart[rank + 1] ?? 0) - start;
    for (let at = 0; at < count; at++) batch.place[at] = start + at;
    this.#fill(rank, { first: 0, count });
  }

  /** The reached columns of the relation in work. */
  takeReached(rank: number): void {
    this.#fill(rank, { first: 0, count: this.#list(rank, 0) });
  }

  /** The reached columns of the relation in work, and of those after it up to `end` that can be taken with it. */
  takeStretch(end: number): void {
    const { states } = this.#given;
    let count = 0;
    for (let rank = states.front; rank >= 0; rank = states.nextCalm(end)) {
      const first = count;
      count = this.#list(rank, first);
      this.#fill(rank, { first, count });
      if (count >= ENOUGH) break;
    }
  }

  /** Without a branch: whether a column is reached cannot be foreseen, and foreseeing it wrongly costs more than writing. */
  #list(rank: number, first: number): number {
    const { columns, batch, placeStart } = this.#given.scratch;
    const list = batch.place;
    const end = placeStart[rank + 1] ?? 0;
    let count = first;
    for (let place = placeStart[rank] ?? 0; place < end; place++) {
      list[count] = place;
      count += -(columns[place] ?? 0) >>> 31;
    }
    return count;
  }

  /** What is known of all columns of one relation. */
  #fill(rank: number, { first, count }: { readonly first: number; readonly count: number }): void {
    const { table, states, scratch, snapshot } = this.#given;
    const { batch, columns } = scratch;
    const { known, bits } = table.joins;
    const reached = REACHED_AND_DIRTY | (states.hops << HOPS_SHIFT);
    let joined = 0;
    for (let at = first; at < count; at++) {
      batch.rank[at] = rank;
      batch.reached[at] = reached;
      const own = columns[batch.place[at] ?? 0] ?? 0;
      if (own === joined) continue;
      const found = (joined | own) >>> bits === 0 ? (known[(joined << bits) | own] ?? 0) : 0;
      joined = found === 0 ? table.join(joined, own) : found - 1;
    }
    scratch.joined[snapshot.byRank[rank] ?? 0] = joined;
    this.#count = count;
  }
}
