import { describe, expect, it } from "vitest";
import { mayChangeTables, readSchemaStatement } from "./schema-statement.ts";

describe("statements that drop, move and rename", () => {
  it.each([
    [
      'alter table if exists only "Shop".orders rename to sold',
      { kind: "rename", relation: ["Shop", "orders"], to: ["sold"] },
    ],
    [
      "ALTER MATERIALIZED VIEW a.b RENAME TO c",
      { kind: "rename", relation: ["a", "b"], to: ["c"] },
    ],
    ["alter view a set schema b", { kind: "move", relation: ["a"], schema: "b" }],
    [
      "drop table if exists a, b.c cascade",
      { kind: "drop", relations: [["a"], ["b", "c"]], takesViews: true },
    ],
    ["drop foreign table a", { kind: "drop", relations: [["a"]], takesViews: false }],
    ["drop schema a, b cascade", { kind: "drop-schema", schemas: [["a"], ["b"]] }],
    ["alter schema a rename to b", { kind: "rename-schema", schema: ["a"], to: "b" }],
  ])("%s is read", (sql, expected) => {
    expect(readSchemaStatement(sql)).toEqual(expected);
  });

  it.each([
    "alter table a rename column b to c",
    "alter table a add column b int",
    "alter index a rename to b",
    "drop index a",
    "drop",
    "alter schema a owner to b",
    "",
  ])("%s is none of them", (sql) => {
    expect(readSchemaStatement(sql)).toBeUndefined();
  });

  it("triggers, functions and indexes take no table away", () => {
    expect(mayChangeTables("create or replace procedure p() as $$ x $$")).toBe(false);
    expect(mayChangeTables("refresh materialized view a")).toBe(false);
    expect(mayChangeTables("alter foreign table a drop column b")).toBe(true);
    expect(mayChangeTables("exec sp_rename 'a.b', 'c', 'COLUMN'")).toBe(true);
  });
});
