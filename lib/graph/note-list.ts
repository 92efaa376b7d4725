import type { EdgeNote } from "./snapshot.ts";

/** The notes of all edges, left where the assets keep them: a list of millions costs a number for each asset. */
export class NoteList {
  readonly #lists: readonly (readonly EdgeNote[])[];
  readonly #start: Int32Array;

  constructor(lists: readonly (readonly EdgeNote[])[]) {
    this.#lists = lists;
    this.#start = new Int32Array(lists.length + 1);
    lists.forEach((list, at) => {
      this.#start[at + 1] = (this.#start[at] ?? 0) + list.length;
    });
  }

  get length(): number {
    return this.#start[this.#lists.length] ?? 0;
  }

  /** The number of the first note of a list. */
  startOf(list: number): number {
    return this.#start[list] ?? 0;
  }

  at(note: number): EdgeNote | undefined {
    let low = 0;
    let high = this.#lists.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#start[middle] ?? 0) <= note) low = middle;
      else high = middle - 1;
    }
    return this.#lists[low]?.[note - (this.#start[low] ?? 0)];
  }
}
