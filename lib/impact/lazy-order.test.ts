import fc from "fast-check";
import { expect, it } from "vitest";
import { LazyOrder, LEFT_OUT } from "./lazy-order.ts";

it("reads in the order of a plain sort, wherever it is read first (seed 20261125)", () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.nat(50), { nil: LEFT_OUT }), { maxLength: 3_000, size: "max" }),
      fc.array(fc.nat(3_000), { maxLength: 20 }),
      (buckets, places) => {
        // Within a bucket, later items stand first.
        const keyOf = (item: number): number => (buckets[item] ?? 0) * 10_000 + (9_999 - item);
        const order = new LazyOrder({
          bucketOf: Uint16Array.from(buckets),
          keyOf,
          itemOf: (key) => 9_999 - (key % 10_000),
        });
        const sorted = buckets
          .flatMap((bucket, item) => (bucket === LEFT_OUT ? [] : [item]))
          .sort((a, b) => keyOf(a) - keyOf(b));
        expect(order.count).toBe(sorted.length);
        for (const place of places) expect(order.at(place)).toBe(sorted[place]);
        expect(sorted.map((_, place) => order.at(place))).toEqual(sorted);
      },
    ),
    { seed: 20261125, numRuns: 100 },
  );
});
