import { expect, test } from "vitest";
import { middleOf } from "./middle-of.ts";

test("the middle of an even number of values lies between two, so that it is the same seen from either end", () => {
  expect(middleOf([])).toBe(0);
  expect(middleOf([9, 1, 2])).toBe(2);
  expect(middleOf([9, 1, 2, 4])).toBe(3);
  expect(middleOf([-9, -1, -2, -4])).toBe(-3);
});
