import fc from "fast-check";
import { expect, test } from "vitest";
import { valueAtPlace } from "./value-at-place.ts";

test("at each place stands what sorting would put there, and past the end nothing", () => {
  const few = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 });
  const many = fc.array(fc.double({ noNaN: true }), { maxLength: 90 });
  fc.assert(
    fc.property(fc.oneof(few, many), (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      for (let place = 0; place <= values.length; place++)
        expect((valueAtPlace(values, place) ?? Number.NaN) + 0).toBe(
          (sorted[place] ?? Number.NaN) + 0,
        );
    }),
  );
});

test("what is no number keeps nobody waiting", () => {
  for (const values of [[Number.NaN, 1, Number.NaN, 0], Array(30).fill(Number.NaN)])
    expect(() => valueAtPlace(values, 2)).not.toThrow();
});
