import fc from "fast-check";
import { expect, test } from "vitest";
import { writeJson } from "./write-json.ts";

test("the pieces together are the text that JSON.stringify writes, with and without indentation (seed 20261127)", () => {
  const value = fc.oneof(
    fc.anything({ withDate: true, withNullPrototype: true, maxDepth: 6 }),
    fc.object({ maxDepth: 6, withDate: true }),
    fc.jsonValue({ maxDepth: 6 }),
  );
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, 2), (each, indent) => {
      const whole = JSON.stringify(each, null, indent) as string | undefined;
      expect([...writeJson(each, indent)].join("")).toBe(whole ?? "null");
    }),
    { seed: 20261127, numRuns: 3000 },
  );
});

test("a long list comes in many pieces, and each element is made when its turn comes", () => {
  let made = 0;
  const list: unknown[] = Array.from({ length: 100_000 });
  const lazy = new Proxy(list, {
    get(target, key, receiver) {
      if (typeof key !== "string" || !/^\d+$/.test(key)) return Reflect.get(target, key, receiver);
      made++;
      return { place: Number(key), words: "a verdict of some length ".repeat(4) };
    },
  });
  const pieces = writeJson({ verdicts: lazy }, 2);
  const first = pieces.next().value ?? "";
  expect(first.length).toBeLessThan(70_000);
  expect(made).toBeLessThan(1000);
  let count = 1;
  let longest = 0;
  for (const piece of pieces) {
    count++;
    longest = Math.max(longest, piece.length);
  }
  expect(made).toBe(100_000);
  expect(count).toBeGreaterThan(100);
  expect(longest).toBeLessThan(70_000);
});
