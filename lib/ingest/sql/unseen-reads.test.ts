import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import { listReads } from "./list-reads.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const orders = assetId("shop", "orders");
const schema = { asset: orders, columns: [{ name: "id" }, { name: "amount" }], complete: true };

const analyse = (sql: string, dialect: string) =>
  analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => (path.at(-1)?.toLowerCase() === "orders" ? schema : undefined),
  });

const codes = (sql: string, dialect: string) =>
  analyse(sql, dialect).problems.map(({ code }) => code);

describe("functions in FROM that may read tables", () => {
  it.each([
    ["select * from my_udf('x') as t(a int)", "postgres"],
    ["select * from my_udf('x')", "postgres"],
    ["select o.id, f.total from orders o cross join lateral get_total(o.id) f", "postgres"],
    ["select o.id, f.total from orders o cross apply dbo.get_total(o.id) f", "tsql"],
    ["select * from dblink('dbname=x', 'select id from elsewhere') as t(id int)", "postgres"],
    ["select * from read_parquet(['a.parquet', 'b.parquet'])", "duckdb"],
  ])("are told of: %s", (sql, dialect) => {
    expect(codes(sql, dialect)).toContain("reads-not-known");
  });

  it.each([
    ["select * from generate_series(1, 3) as t(a)", "postgres"],
    ["select x from orders cross join unnest([1, 2]) as t(x)", "duckdb"],
    ["select f.value from orders, lateral flatten(input => orders.id) f", "snowflake"],
    ["select o.id, s.value from orders o cross apply string_split(o.id, ',') s", "tsql"],
    ["select id, x from orders lateral view my_udtf(amount) t as x", "hive"],
    ["select * from jsonb_to_recordset('[]') as t(a int)", "postgres"],
  ])("are not suspected where they only compute: %s", (sql, dialect) => {
    expect(codes(sql, dialect)).not.toContain("reads-not-known");
  });

  it.each([
    [
      "select * from crosstab('select id, amount from orders order by 1') as ct(id int)",
      "postgres",
    ],
    ["select e.id from external_query('p.us.c', 'select id from orders') e", "bigquery"],
  ])("read the tables of a query that they are given as a text: %s", (sql, dialect) => {
    const { edges, problems } = analyse(sql, dialect);
    expect(edges.map(({ from, use }) => [from.asset, use])).toContainEqual([orders, "UNKNOWN"]);
    expect(problems.map(({ code }) => code)).not.toContain("reads-not-known");
    expect(listReads({ sql, dialect, parser }).reads).toContainEqual(["orders"]);
  });
});
