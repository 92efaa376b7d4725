import type { Words } from "./boundary.ts";
import { joinWords, REACHED } from "./effects.ts";

const FIELDS_HI = ~REACHED;
/**
 * Bits of the largest number of a state whose joins are looked up; the table of them grows so far, beyond it joins are
 * worked out each time. Twenty thousand questions about a project of 870 models meet 435 states, one question some dozens.
 */
const FEWEST_BITS = 5;
const MOST_BITS = 10;

/** States below this number may stand in a set, and sets of those below that one are kept. */
export const MOST_IN_SET = 32;
const KEPT_SETS = 10;

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
  #bits = FEWEST_BITS;
  /** What is known of the joins of whole sets, and one; 0: not worked out yet. */
  readonly #sets = new Uint16Array(1 << KEPT_SETS);
  #joins = new Uint16Array(1 << (2 * FEWEST_BITS));

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

  /** Whether the joins of all states so far are looked up. */
  get isJoinable(): boolean {
    return this.size <= 1 << this.#bits;
  }

  /**
   * What is known of joins: for states `a` and `b` below `1 << bits`, the number of their join and one at
   * `(a << bits) | b`, or 0. To be fetched again after anything was joined, for the inside of loops that call nothing.
   */
  get joins(): { readonly known: Uint16Array; readonly bits: number } {
    return { known: this.#joins, bits: this.#bits };
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
    if (made >>> this.#bits !== 0 && this.#bits < MOST_BITS) this.#grow();
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
    if ((a | b) === 0) return 0;
    if ((a | b) >>> this.#bits !== 0) return this.#makeJoin(a, b);
    const at = (a << this.#bits) | b;
    const known = this.#joins[at] ?? 0;
    if (known !== 0) return known - 1;
    const made = this.#makeJoin(a, b);
    // Where a new state made the table grow, the next one who asks writes it down.
    if (made < 0xffff && at === ((a << this.#bits) | b)) this.#joins[at] = made + 1;
    return made;
  }

  /** All states at once of a set, in which each has its bit. */
  joinOf(set: number): number {
    const isKept = set >>> KEPT_SETS === 0;
    const known = isKept ? (this.#sets[set] ?? 0) : 0;
    if (known !== 0) return known - 1;
    let joined = 0;
    for (let left = set; left !== 0; left &= left - 1)
      joined = this.join(joined, 31 - Math.clz32(left & -left));
    if (isKept && joined < 0xffff) this.#sets[set] = joined + 1;
    return joined;
  }

  #grow(): void {
    const before = 1 << this.#bits;
    this.#bits++;
    const larger = new Uint16Array(1 << (2 * this.#bits));
    for (let row = 0; row < before; row++)
      larger.set(this.#joins.subarray(row * before, (row + 1) * before), row << this.#bits);
    this.#joins = larger;
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
