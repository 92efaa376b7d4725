import { expect, test } from "vitest";
import type { Column } from "./asset.ts";
import { refilledColumns } from "./refilled-columns.ts";

const field = (name: string, fieldId: number, more: object = {}): Column => ({
  name,
  extra: { fieldId, valuesById: "u-1", ...more },
});
const told = (before: readonly Column[], after: readonly Column[]) =>
  refilledColumns(before, after).map(({ column, by, of }) => [
    column.name,
    by,
    ...(of === undefined ? [] : [of]),
  ]);

test("a column dropped and added again under its name holds nulls in the rows that are there", () => {
  expect(told([field("id", 1), field("note", 2)], [field("id", 1), field("note", 3)])).toEqual([
    ["note", "nulls"],
  ]);
});

test("with a default for old rows they hold that default", () => {
  expect(told([field("note", 2)], [field("note", 3, { hasInitialDefault: true })])).toEqual([
    ["note", "a default"],
  ]);
});

test("two columns that swapped names have each other's values", () => {
  expect(told([field("a", 1), field("b", 2)], [field("a", 2), field("b", 1)])).toEqual([
    ["a", "another column", "b"],
    ["b", "another column", "a"],
  ]);
});

test("a column that was renamed away and added anew holds nulls under its old name", () => {
  expect(told([field("a", 1)], [field("c", 1), field("a", 4)])).toEqual([["a", "nulls"]]);
});

test("a field of a struct that was added again costs a part of the column", () => {
  const before = field("home", 5, { innerIds: { city: 8, zip: 9 } });
  expect(told([before], [field("home", 5, { innerIds: { city: 10, zip: 9 } })])).toEqual([
    ["home", "a part", "city"],
  ]);
  expect(told([before], [field("home", 5, { innerIds: { city: 8, zip: 9, no: 11 } })])).toEqual([]);
});

test("ids of a table that was made anew, and ids that do not decide where values lie, say nothing", () => {
  expect(told([field("a", 1)], [field("a", 7, { valuesById: "u-2" })])).toEqual([]);
  expect(
    told([{ name: "a", extra: { fieldId: 1 } }], [{ name: "a", extra: { fieldId: 2 } }]),
  ).toEqual([]);
});
