import type { Consequence } from "./consequence.ts";
import { hiBits, joinWords, type Level, levelIn, loBits } from "./effects.ts";
import type { StateTable } from "./state-table.ts";
import { SAME_VALUES } from "./type-stops.ts";

/** Bits of an entry beside the state of the column. */
export const ENTRY = {
  /** The entry was worked out: an entry is never 0 then. */
  known: 1,
  /** The reader's rows or run get something too. */
  beside: 2,
  /** The column gets another type with the same values, which ends where the type comes out the same all the same. */
  sameValues: 4,
} as const;

export const ENTRY_BITS = 3;

/** What each use makes of one state. */
export interface Outcomes {
  readonly state: number;
  readonly reached: boolean;
  /** By use: bits of `ENTRY`, above them the state that the reader's column gets; 0 is not worked out yet. */
  readonly entries: Int32Array;
  /** Two for each use: the state that the reader's row set gets, and its run. */
  readonly beside: Int32Array;
}

export const columnOf = (entry: number): number => entry >>> ENTRY_BITS;

/**
 * The rules as a machine: what one use makes of a state, for the reader's column, row set and run. Worked out when it is
 * first asked for and kept, since states repeat a great deal.
 */
export class Transfer {
  readonly #table: readonly (readonly (readonly Consequence[])[])[];
  readonly #states: StateTable;
  readonly #outcomes: (Outcomes | undefined)[] = [];
  /** Entries of which none is worked out. */
  readonly none: Int32Array;

  constructor(table: readonly (readonly (readonly Consequence[])[])[], states: StateTable) {
    this.#table = table;
    this.#states = states;
    this.none = new Int32Array(table.length);
  }

  /** What all uses make of a state; an entry of 0 has to be filled first. */
  of(state: number): Outcomes {
    const known = this.#outcomes[state];
    if (known !== undefined) return known;
    const made: Outcomes = {
      state,
      reached: this.#states.isReached(state),
      entries: new Int32Array(this.#table.length),
      beside: new Int32Array(2 * this.#table.length),
    };
    // Without holes the list stays a plain one for the machine.
    while (this.#outcomes.length <= state) this.#outcomes.push(undefined);
    this.#outcomes[state] = made;
    return made;
  }

  /** One entry, worked out where that was not done yet. */
  entry(outcomes: Outcomes, use: number): number {
    const known = outcomes.entries[use] ?? 0;
    return known !== 0 ? known : this.fill(outcomes, use);
  }

  fill(outcomes: Outcomes, use: number): number {
    const states = this.#states;
    const words = this.#wordsOver(use, states.wordsOf(outcomes.state));
    const [lo, hi] = words.col;
    const isNothing = !outcomes.reached && (lo | hi) === 0;
    const column = isNothing ? 0 : states.numberOf({ lo, hi }, true);
    const rows = stateOf(states, words.rows, true);
    const run = stateOf(states, words.run, false);
    const entry =
      (column << ENTRY_BITS) |
      ENTRY.known |
      ((rows | run) === 0 ? 0 : ENTRY.beside) |
      (((lo & SAME_VALUES.lo) | (hi & SAME_VALUES.hi)) === 0 ? 0 : ENTRY.sameValues);
    outcomes.entries[use] = entry;
    outcomes.beside[2 * use] = rows;
    outcomes.beside[2 * use + 1] = run;
    return entry;
  }

  #wordsOver(
    use: number,
    state: { readonly lo: number; readonly hi: number },
  ): Record<Consequence["slot"], [number, number]> {
    const words: Record<Consequence["slot"], [number, number]> = {
      col: [0, 0],
      rows: [0, 0],
      run: [0, 0],
    };
    this.#table[use]?.forEach((steps, lane) => {
      const level = levelIn(state, lane);
      if (level === 0) return;
      for (const step of steps) {
        const reached = Math.min(level, step.level) as Level;
        const slot = words[step.slot];
        slot[0] = joinWords(slot[0], loBits(step.lane, reached));
        slot[1] = joinWords(slot[1], hiBits(step.lane, reached));
      }
    });
    return words;
  }
}

const stateOf = (states: StateTable, [lo, hi]: [number, number], reached: boolean): number =>
  (lo | hi) === 0 ? 0 : states.numberOf({ lo, hi }, reached);
