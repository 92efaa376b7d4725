import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addToThinned, thinOut } from "./thin-out.ts";

const timeOf = (at: string): string => at;
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const times = fc.array(
  fc
    .integer({ min: 0, max: 90 * 24 * 60 })
    .map((at) => new Date(START + at * MINUTE).toISOString()),
  { maxLength: 150 },
);

describe("points that are thinned out", () => {
  it("are the same whether all are looked at again for each new one, or only those beside it", () => {
    fc.assert(
      fc.property(times, fc.constantFrom(3, 20, 56), (points, most) => {
        let fast: readonly string[] = [];
        let slow: readonly string[] = [];
        for (const point of points) {
          const before = fast;
          fast = addToThinned(fast, point, { timeOf, most });
          slow = thinOut([...slow, point], { timeOf, most });
          expect(fast).toEqual(slow);
          if (fast !== before) expect(fast).not.toEqual(before);
        }
      }),
      { numRuns: 40 },
    );
  });
});
