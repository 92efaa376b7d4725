import fc from "fast-check";
import { expect, test } from "vitest";
import { sayNumber, verdictOfMany } from "./verdict-words.ts";

test("a count is written as the platform writes it in English, whatever its size", () => {
  expect(sayNumber(1466)).toBe("1,466");
  expect(sayNumber(999)).toBe("999");
  const counts = fc.oneof(
    fc.integer({ min: 0 }),
    fc.integer({ min: -1_000_000, max: -1 }),
    fc.nat(Number.MAX_SAFE_INTEGER),
    fc.nat(2_000_000).map((thousandths) => thousandths / 1000),
  );
  fc.assert(
    fc.property(counts, (count) => {
      expect(sayNumber(count)).toBe(count.toLocaleString("en-GB"));
    }),
  );
});

test("says a verdict so that it agrees with the number before it", () => {
  expect(verdictOfMany("breaks_loudly", 1)).toBe("fails");
  expect(verdictOfMany("breaks_loudly", 3)).toBe("fail");
  expect(verdictOfMany("breaks_silently", 3)).toBe("silently wrong");
});
