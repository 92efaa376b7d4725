import fc from "fast-check";
import { expect, it } from "vitest";
import { withoutUndefined } from "./loose-value.ts";

it("a record without what is undefined has all other keys, in their order, whatever they are called", () => {
  const key = fc.oneof(fc.constantFrom("__proto__", "constructor", "1", "b"), fc.string());
  const entries = fc.array(fc.tuple(key, fc.option(fc.integer(), { nil: undefined })));
  fc.assert(
    fc.property(entries, (all) => {
      const kept = withoutUndefined(Object.fromEntries(all));
      const twin = Object.entries(Object.fromEntries(all)).filter(([, one]) => one !== undefined);
      expect(Object.entries(kept)).toEqual(twin);
      expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    }),
    { numRuns: 300, seed: 20261123 },
  );
});
