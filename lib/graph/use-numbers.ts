import type { EdgeBook } from "./edge-book.ts";
import type { EdgeUse } from "./snapshot.ts";

/** More would not fit into the numbers that an edge has for its use: from there on, the texts of conditions are left out. */
const MOST_USES = 20_000;

/** Uses in the order in which edges have them. */
export class UseNumbers {
  readonly all: EdgeUse[] = [];
  readonly #book: EdgeBook;
  readonly #numbers: number[] = [];

  constructor(book: EdgeBook) {
    this.#book = book;
  }

  numberOf(booked: number): number {
    const known = this.#numbers[booked];
    if (known !== undefined && known >= 0) return known;
    while (this.#numbers.length <= booked) this.#numbers.push(-1);
    const number = this.#add(booked);
    this.#numbers[booked] = number;
    return number;
  }

  #add(booked: number): number {
    const use = this.#book.uses[booked];
    if (use === undefined) throw new Error(`no use ${booked}`);
    if (use.literals === undefined || this.all.length <= MOST_USES) return this.all.push(use) - 1;
    const { literals: _, ...plain } = use;
    return this.numberOf(this.#book.useNumber(plain));
  }
}
