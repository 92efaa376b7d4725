import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { listReads } from "./list-reads.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});
const readsOf = (sql: string, dialect = "postgres"): readonly string[] =>
  listReads({ sql, dialect, parser }).reads.map((path) => path.join("."));

describe("the tables that a query reads", () => {
  it.each([
    ["with orders as (select * from orders) select * from orders join customers using (id)"],
    ["select * from (with orders as (select id from orders) select * from orders) o, customers"],
    [
      "select 1 from customers where id in (with orders as (select id from orders) select id from orders)",
    ],
    [
      "with c as (select 1 from customers), orders as (select * from orders) select * from orders, c",
    ],
  ])("a CTE of a table's name reads the table: %s", (sql) => {
    expect([...readsOf(sql)].sort()).toEqual(["customers", "orders"]);
    // The same where the text is not understood and searched by its words.
    expect([...readsOf(`${sql} %%%`)].sort()).toEqual(["customers", "orders"]);
  });

  it.each([
    ["postgres", "with recursive t as (select 1 n union all select n + 1 from t) select * from t"],
    ["postgres", "with recursive a as (select * from b), b as (select 1) select * from a"],
    ["tsql", "with t as (select 1 n union all select n + 1 from t) select * from t"],
    ["postgres", "with a as (select 1), b as (select * from a) select * from b"],
  ])("a CTE that is meant is none of them (%s): %s", (dialect, sql) => {
    expect(readsOf(sql, dialect)).toEqual([]);
  });

  it("a name holds only in the query that it is given in", () => {
    expect(readsOf("select * from (with t as (select 1) select * from t) x, t")).toEqual(["t"]);
  });
});
