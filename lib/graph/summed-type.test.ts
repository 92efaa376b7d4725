import { expect, test } from "vitest";
import { isSummedType } from "./summed-type.ts";

test.each([
  ["bigint", "hugeint"],
  ["INTEGER", "HUGEINT"],
  ["decimal(10,2)", "decimal(20,2)"],
  ["decimal(18, 2)", "decimal(38,2)"],
])("an aggregate of %s that is a %s adds up", (from, to) => {
  expect(isSummedType(from, to)).toBe(true);
});

test.each([
  ["int", "bigint", "may be a count"],
  ["hugeint", "hugeint", "may be an extreme"],
  ["bigint", "bigint", "may be an extreme or a count"],
  ["varchar", "hugeint", "is made of something else"],
  ["bigint", "numeric", "may be an average in PostgreSQL"],
  ["decimal(10,2)", "decimal(14,6)", "is an average in Spark"],
  ["decimal(38,2)", "decimal(38,2)", "may be an extreme"],
  ["double", "double", "may be anything"],
  ["", "", "has no type"],
])("an aggregate of %s that is a %s %s", (from, to) => {
  expect(isSummedType(from, to)).toBe(false);
});
