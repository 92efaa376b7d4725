import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { listReads } from "./list-reads.ts";
import { readStatements } from "./read-statements.ts";
import { splitStatements } from "./split-statements.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

describe("a file of statements", () => {
  it("declares tables with types, keys and allowed values, and folds later changes in", () => {
    const { tables, problems } = readStatements({
      dialect: "postgres",
      parser,
      sql: `-- orders
create table shop.orders (id int primary key, status text not null check (status in ('open', 'paid')), amount numeric(10,2), x int);
alter table shop.orders add column note text, drop column x, rename column amount to total;
alter table shop.orders alter column note set not null, alter column id type bigint;
comment on column shop.orders.total is 'in euro';`,
    });
    expect(problems).toEqual([]);
    expect(tables).toEqual([
      {
        path: ["shop", "orders"],
        columns: [
          { name: "id", type: "BIGINT", nullable: false, unique: true },
          { name: "status", type: "TEXT", nullable: false, allowedValues: ["open", "paid"] },
          { name: "total", type: "NUMERIC(10,2)", description: "in euro" },
          { name: "note", type: "TEXT", nullable: false },
        ],
        primaryKey: ["id"],
        uniqueKeys: [],
        refersTo: [],
        line: 2,
      },
    ]);
  });

  it("lists what writes, with target and line, and keeps going after a statement that does not parse", () => {
    const { statements, problems } = readStatements({
      dialect: "postgres",
      parser,
      sql: "create view v as select ';' as x from a;\n\nnot sql at all;\ninsert into s.t (a) select b from c;\nselect 1",
    });
    expect(statements.map(({ kind, target, line }) => [kind, target?.join("."), line])).toEqual([
      ["view", "v", 1],
      ["insert", "s.t", 4],
      ["query", undefined, 5],
    ]);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([["sql-not-parsed", 3]]);
  });

  it("reports a change of a table that the file does not create", () => {
    const { problems } = readStatements({
      dialect: "duckdb",
      parser,
      sql: "\nalter table gone add column z int",
    });
    expect(problems.map(({ code, line }) => [code, line])).toEqual([["unresolved-name", 2]]);
  });

  it("cuts at semicolons and GO, not inside quotes, comments or dollar quotes", () => {
    const pieces = splitStatements(
      "select ';' -- ;\n; /* ; */ select $$ ; $$;\nselect 1\nGO\nselect 2",
    );
    expect(pieces.map((piece) => piece.sql)).toEqual([
      "select ';'",
      "select $$ ; $$",
      "select 1",
      "select 2",
    ]);
    expect(pieces.map((piece) => piece.line)).toEqual([1, 2, 3, 5]);
  });
});

describe("table names of a text", () => {
  it("leaves CTEs out and finds subqueries, in the order of the text", () => {
    const found = listReads({
      dialect: "snowflake",
      parser,
      sql: "with a as (select * from b), c as (select * from a join db.x.y) select * from c where k in (select q from w)",
    });
    expect(found.reads.map((path) => path.join("."))).toEqual(["B", "DB.X.Y", "W"]);
  });

  it("finds the names of text that does not parse, without extract(year from x)", () => {
    const found = listReads({
      dialect: "duckdb",
      parser,
      sql: "with a as (select 1) select extract(year from ts) from orders o, a join s.payments using (x) {{ broken }}",
    });
    expect(found.reads.map((path) => path.join("."))).toEqual(["orders", "s.payments"]);
  });
});
