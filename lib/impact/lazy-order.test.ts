import fc from "fast-check";
import { expect, it } from "vitest";
import { LazyOrder } from "./lazy-order.ts";

it("reads in the order of a plain sort, wherever it is read first (seed 20261125)", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 3_000, size: "max" }),
      fc.array(fc.nat(3_000), { maxLength: 20 }),
      (numbers, places) => {
        const order = new LazyOrder(Float64Array.from(numbers), (key) => Math.floor(key / 1_000));
        const sorted = [...numbers].sort((a, b) => a - b);
        for (const place of places) expect(order.at(place)).toBe(sorted[place]);
        expect(numbers.map((_, place) => order.at(place))).toEqual(sorted);
      },
    ),
    { seed: 20261125, numRuns: 100 },
  );
});
