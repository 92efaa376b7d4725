import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderChanges } from "./order-changes.ts";

/** What is broken: the readers of each change, less those that two changes mend together. */
const harmBy =
  (readers: readonly (readonly string[])[], mends: readonly (readonly [number, number])[]) =>
  (set: readonly number[]): ReadonlySet<string> => {
    const mended = mends.filter(([a, b]) => set.includes(a) && set.includes(b));
    const broken = set.flatMap((change) =>
      mended.some(([a, b]) => a === change || b === change) ? [] : (readers[change] ?? []),
    );
    return new Set(broken);
  };

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((one) =>
    permutations(items.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 4 });

describe("the order of several changes", () => {
  it("begins with what breaks nothing, and says what each step breaks", () => {
    const steps = orderChanges(3, harmBy([["a", "b"], [], ["b"]], []));
    expect(steps).toEqual([
      { change: 1, breaks: [], broken: 0 },
      { change: 2, breaks: ["b"], broken: 1 },
      { change: 0, breaks: ["a"], broken: 2 },
    ]);
  });

  it("is as good as the best of all orders, tried one by one", () => {
    fc.assert(
      fc.property(
        fc.array(names, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 2 }),
        (readers, mends) => {
          const harm = harmBy(readers, mends);
          const all = permutations(readers.map((_, at) => at));
          const costs = all.map((order) =>
            order.reduce((sum, _, at) => sum + harm(order.slice(0, at + 1)).size, 0),
          );
          const steps = orderChanges(readers.length, harm);
          expect(steps.reduce((sum, { broken }) => sum + broken, 0)).toBe(Math.min(...costs));
          expect([...steps].map(({ change }) => change).sort()).toEqual(readers.map((_, at) => at));
        },
      ),
    );
  });

  it("has every change once, also of many", () => {
    const readers = Array.from({ length: 12 }, (_, at) =>
      Array.from({ length: 12 - at }, (_, n) => `r${n}`),
    );
    const steps = orderChanges(12, harmBy(readers, []));
    expect(steps.map(({ change }) => change)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });
});
