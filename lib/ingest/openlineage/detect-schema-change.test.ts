import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#lib/model/asset.ts";
import { detectLifecycleChange, detectSchemaChange } from "./detect-schema-change.ts";

const asset = { namespace: "db", name: "orders" };
const columns = (...texts: readonly string[]): readonly Column[] =>
  texts.map((text) => {
    const [name = "", type] = text.split(" ");
    return type === undefined ? { name } : { name, type };
  });
const kinds = (before: readonly Column[], after: readonly Column[]) =>
  detectSchemaChange({ asset, before, after }).map(({ asset: _asset, ...change }) => change);

describe("what two schemas show", () => {
  it("a column that came where one of its type went was renamed", () => {
    expect(kinds(columns("id INT", "amt INT"), columns("id INT", "amount INT"))).toEqual([
      { kind: "rename_column", column: "amt", to: "amount" },
    ]);
  });
  it("with another type, or without one, it was dropped and added", () => {
    expect(kinds(columns("amt INT"), columns("amount TEXT"))).toEqual([
      { kind: "drop_column", column: "amt" },
      { kind: "add_nullable_column", column: "amount", type: "TEXT" },
    ]);
    expect(kinds(columns("amt"), columns("amount")).map((change) => change.kind)).toEqual([
      "drop_column",
      "add_nullable_column",
    ]);
  });
  it("types differ by more than spelling, and an unknown type is no change", () => {
    expect(kinds(columns("a DECIMAL(10,2)", "b INT"), columns("a decimal(10,2)", "b"))).toEqual([]);
    expect(kinds(columns("a INT"), columns("a BIGINT"))).toEqual([
      { kind: "type_changed", column: "a", fromType: "INT", toType: "BIGINT" },
    ]);
  });
  it("an added column does not change the order, a moved one does", () => {
    expect(kinds(columns("a", "b"), columns("x", "a", "b")).map((change) => change.kind)).toEqual([
      "add_nullable_column",
    ]);
    expect(kinds(columns("a", "b"), columns("b", "a"))).toEqual([
      { kind: "column_order_changed", columns: ["b", "a"] },
    ]);
  });
  it("a required column is added as such, and nullability is a change of its own", () => {
    expect(
      kinds(
        [{ name: "a", nullable: false }],
        [
          { name: "a", nullable: true },
          { name: "b", nullable: false },
        ],
      ).map((change) => change.kind),
    ).toEqual(["required_to_nullable", "add_required_column"]);
  });
  it("every column that went or came is named exactly once", () => {
    const list = fc
      .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 5 })
      .map((names) => names.map((name) => ({ name, type: "INT" })));
    fc.assert(
      fc.property(list, list, (before, after) => {
        const changes = detectSchemaChange({ asset, before, after });
        const gone = changes.flatMap((one) =>
          one.kind === "drop_column" || one.kind === "rename_column" ? [one.column] : [],
        );
        const came = changes.flatMap((one) =>
          one.kind === "add_nullable_column"
            ? [one.column]
            : one.kind === "rename_column"
              ? [one.to]
              : [],
        );
        expect(gone).toEqual(
          before.map((one) => one.name).filter((name) => !after.some((one) => one.name === name)),
        );
        expect(came.sort()).toEqual(
          after
            .map((one) => one.name)
            .filter((name) => !before.some((one) => one.name === name))
            .sort(),
        );
      }),
      { seed: 11 },
    );
  });
  it("a dropped dataset is a change of the whole", () => {
    const fact = {
      name: asset,
      attributes: { extra: { lifecycle: { state: "DROP" } } },
      edges: [],
      queries: [],
      provenance: {},
    };
    expect(detectLifecycleChange(fact)).toEqual({ kind: "table_dropped_or_renamed", asset });
    expect(detectLifecycleChange({ ...fact, attributes: {} })).toBeUndefined();
  });
});
