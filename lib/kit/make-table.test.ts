import { expect, it } from "vitest";
import { makeTable } from "./make-table.ts";

it("answers to its own words alone", () => {
  const table: Readonly<Record<string, number>> = makeTable({ a: 1 });
  expect([table["a"], table["constructor"], table["toString"], table["__proto__"]]).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ]);
  expect("constructor" in table).toBe(false);
  expect(Object.entries(table)).toEqual([["a", 1]]);
});
