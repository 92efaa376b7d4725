import type { Consequence } from "./compile-rules.ts";
import { hiBits, joinWords, loBits } from "./effects.ts";

/**
 * What one use makes of a state: three states, for the reader's column, row set and run. States repeat a great deal (a
 * hub's readers all meet "values wrong, certain"), so the last answer of each use is kept.
 */
export class Transfer {
  readonly #table: readonly (readonly (readonly Consequence[])[])[];
  readonly #keyLo: Int32Array;
  readonly #keyHi: Int32Array;
  /** Six words for each use: column, rows, run; low and high. */
  readonly words: Int32Array;

  constructor(table: readonly (readonly (readonly Consequence[])[])[]) {
    this.#table = table;
    this.#keyLo = new Int32Array(table.length);
    this.#keyHi = new Int32Array(table.length);
    this.words = new Int32Array(table.length * 6);
  }

  /** Where in `words` the answer begins. */
  apply(use: number, lo: number, hi: number): number {
    const at = use * 6;
    if (this.#keyLo[use] !== lo || this.#keyHi[use] !== hi) {
      this.#keyLo[use] = lo;
      this.#keyHi[use] = hi;
      this.#fill(at, use, lo, hi);
    }
    return at;
  }

  #fill(at: number, use: number, lo: number, hi: number): void {
    const { words } = this;
    words.fill(0, at, at + 6);
    const lanes = this.#table[use];
    if (lanes === undefined) return;
    for (let lane = 0; lane < lanes.length; lane++) {
      const level = (lane < 16 ? lo >>> (lane * 2) : hi >>> ((lane - 16) * 2)) & 3;
      const steps = lanes[lane];
      if (level === 0 || steps === undefined) continue;
      for (const step of steps) {
        const reached = Math.min(level, step.level) as 1 | 2 | 3;
        const slot = at + (step.slot === "col" ? 0 : step.slot === "rows" ? 2 : 4);
        words[slot] = joinWords(words[slot] ?? 0, loBits(step.lane, reached));
        words[slot + 1] = joinWords(words[slot + 1] ?? 0, hiBits(step.lane, reached));
      }
    }
  }
}
