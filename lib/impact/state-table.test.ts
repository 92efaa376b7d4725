import fc from "fast-check";
import { expect, it } from "vitest";
import { MOST_IN_SET, StateTable } from "./state-table.ts";

const word = fc.integer({ min: 0, max: 0x3fffffff });
const states = fc.array(fc.tuple(word, word, fc.boolean()), { minLength: 1, maxLength: 29 });
/** Which of the states below `MOST_IN_SET`, by place. */
const picks = fc.array(fc.nat(MOST_IN_SET - 1), { maxLength: 40 });

it("the columns of a table together have what its columns have one by one", () => {
  fc.assert(
    fc.property(states, fc.array(picks, { minLength: 1, maxLength: 8 }), (all, tables) => {
      const table = new StateTable();
      for (const [lo, hi, reached] of all) table.numberOf({ lo, hi }, reached);
      const known = table.size;
      // Twice, since what was worked out once is looked up.
      for (const columns of [...tables, ...tables]) {
        const met = columns.filter((state) => state < Math.min(known, MOST_IN_SET));
        const oneByOne = met.reduce((joined, state) => table.join(joined, state), 0);
        const set = met.reduce((bits, state) => bits | (1 << state), 0);
        const together = table.joinOf(set);
        expect(table.wordsOf(together)).toEqual(table.wordsOf(oneByOne));
        expect(table.isReached(together)).toBe(table.isReached(oneByOne));
      }
    }),
  );
});
