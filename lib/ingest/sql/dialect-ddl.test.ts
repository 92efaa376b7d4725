import { expect, it } from "vitest";
import { spellPlainDdl } from "./dialect-ddl.ts";

it("the same with blanks and a semicolon at its end", () => {
  expect(spellPlainDdl("alter table t alter column a int  not null ; ", "tsql")).toBe(
    "alter table t alter column a type int, alter column a set not null",
  );
  expect(spellPlainDdl("alter table t drop columns ( a, b ) ;", "databricks")).toBe(
    "alter table t drop column a, drop column b",
  );
});

it.each([
  ["tsql", (blanks: string) => `alter table t drop column a${blanks}x y`],
  ["databricks", (blanks: string) => `alter table t drop columns a${blanks}x y`],
  ["databricks", (blanks: string) => `alter table t drop columns ${blanks}(`],
  ["tsql", (blanks: string) => `exec sp_rename 'a', 'b'${blanks}x`],
] as const)(
  "a text that is nothing of the kind in %s is given back, however long it is",
  (dialect, make) => {
    const sql = make(" ".repeat(100_000));
    expect(spellPlainDdl(sql, dialect)).toBe(sql);
  },
);
