import { expect, it } from "vitest";
import type { Column } from "#lib/model/asset.ts";
import { FIELD_ID, toldRenames } from "#lib/model/told-renames.ts";
import { diffColumns } from "./diff-columns.ts";

const list = (...columns: readonly Column[]) => ({ columns, complete: true });
const said = (before: readonly Column[], after: readonly Column[]): string[] =>
  diffColumns(list(...before), list(...after)).map((one) =>
    one.what === "reordered" ? one.what : `${one.what} ${one.column.name}`,
  );

it("columns that only their letters tell apart are two: one of them can go", () => {
  const both = [{ name: "id" }, { name: "Qty" }, { name: "qty" }];
  expect(said(both, [{ name: "id" }, { name: "Qty" }])).toEqual(["dropped qty"]);
  expect(said([{ name: "id" }, { name: "qty" }], both)).toEqual(["added Qty"]);
});

it("a column whose letters alone differ is the same where there is no other", () => {
  expect(said([{ name: "ID" }, { name: "QTY" }], [{ name: "id" }, { name: "qty" }])).toEqual([]);
});

it("a rename is told by its id, also beside a column that has its letters", () => {
  const id = (name: string, fieldId: string): Column => ({ name, extra: { [FIELD_ID]: fieldId } });
  const before = [id("Qty", "1.2"), id("qty", "1.3")];
  const after = [id("Qty", "1.2"), id("qty_lower", "1.3")];
  expect([...toldRenames(before, after)]).toEqual([["qty", "qty_lower"]]);
});
