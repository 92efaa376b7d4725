import type { Outcomes } from "./transfer.ts";

/** What edges make of the columns of a relation, by the state that a column is in there. */
export class Leaving {
  /** By state: entries by use, see `Outcomes`. All zero, which is "not worked out", where nobody asked yet. */
  readonly entries: Int32Array[] = [];
  readonly #outcomes: (Outcomes | undefined)[] = [];
  readonly #make: (own: number) => Outcomes;
  readonly #none: Int32Array;

  constructor(make: (own: number) => Outcomes, none: Int32Array) {
    this.#make = make;
    this.#none = none;
  }

  /** So that there are entries for so many states. */
  ensure(count: number): void {
    while (this.entries.length < count) {
      this.entries.push(this.#none);
      this.#outcomes.push(undefined);
    }
  }

  of(own: number): Outcomes {
    const known = this.#outcomes[own];
    if (known !== undefined) return known;
    const made = this.#make(own);
    this.ensure(own + 1);
    this.#outcomes[own] = made;
    this.entries[own] = made.entries;
    return made;
  }
}
