import type { Words } from "./boundary.ts";
import { joinWords, REACHED } from "./effects.ts";

const FIELDS_HI = ~REACHED;
/** Joins of states below `SMALL` are looked up in a table of their own: of `a` and `b` at `(a << SMALL_BITS) | b`. */
export const SMALL_BITS = 8;
export const SMALL = 1 << SMALL_BITS;

/** The state of a node that the change reaches and does nothing to. 0 is that of a node that it does not reach. */
export const REACHED_ONLY = 1;

/**
 * Every state that was met so far, under a small number. A graph of millions of columns meets some dozens of different
 * states, so a column holds one number instead of two words, and what rules and joins make of states is a look-up.
 * Numbers are only ever added: what holds a number keeps its meaning as long as it keeps the table.
 */
export class StateTable {
  /** By state, without the mark of being reached. */
  readonly words: Words[] = [];
  /** By state: 1 where the node is reached. */
  readonly #reached: (0 | 1)[] = [];
  readonly #numbers: readonly [Map<number, Map<number, number>>, Map<number, Map<number, number>>] =
    [new Map(), new Map()];
  /** By two states below `SMALL`: the number of their join and one; 0: not asked yet. */
  readonly joins = new Uint16Array(SMALL * SMALL);

  constructor() {
    this.numberOf({ lo: 0, hi: 0 }, false);
    this.numberOf({ lo: 0, hi: 0 }, true);
  }

  get size(): number {
    return this.words.length;
  }

  isReached(state: number): boolean {
    return this.#reached[state] === 1;
  }

  /** The number of a state, a new one where it was not met before. */
  numberOf({ lo, hi }: Words, reached: boolean): number {
    const byLo = this.#numbers[reached ? 1 : 0];
    const fields = hi & FIELDS_HI;
    let byHi = byLo.get(lo);
    if (byHi === undefined) {
      byHi = new Map();
      byLo.set(lo, byHi);
    }
    const known = byHi.get(fields);
    if (known !== undefined) return known;
    const made = this.words.length;
    byHi.set(fields, made);
    this.words.push({ lo, hi: fields });
    this.#reached.push(reached ? 1 : 0);
    return made;
  }

  wordsOf(state: number): Words {
    return this.words[state] ?? { lo: 0, hi: 0 };
  }

  /** Both at once: of each effect the larger certainty. */
  join(a: number, b: number): number {
    if ((a | b) >= SMALL) return this.#makeJoin(a, b);
    const at = (a << SMALL_BITS) | b;
    const known = this.joins[at] ?? 0;
    if (known !== 0) return known - 1;
    const made = this.#makeJoin(a, b);
    if (made < 0xffff) this.joins[at] = made + 1;
    return made;
  }

  #makeJoin(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const one = this.wordsOf(a);
    const two = this.wordsOf(b);
    return this.numberOf(
      { lo: joinWords(one.lo, two.lo), hi: joinWords(one.hi, two.hi) },
      this.isReached(a) || this.isReached(b),
    );
  }

  /** The state of a column of which only these effects are left. */
  keep(state: number, mask: Words): number {
    const { lo, hi } = this.wordsOf(state);
    return this.numberOf({ lo: lo & mask.lo, hi: hi & mask.hi }, this.isReached(state));
  }

  /** The same effects, not as those of a node that is reached. */
  unreached(state: number): number {
    if (state <= REACHED_ONLY) return 0;
    return this.numberOf(this.wordsOf(state), false);
  }
}
