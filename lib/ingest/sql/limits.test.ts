import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery, type QueryAnalysis } from "./analyze-query.ts";
import { readStatements } from "./read-statements.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const columns = Array.from({ length: 20 }, (_, i) => ({ name: `c${i}` }));
const many = (count: number, make: (i: number) => string, separator: string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(separator);

const analyse = (sql: string, dialect = "duckdb"): QueryAnalysis =>
  analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) => ({ asset: assetId("test", path.join(".")), columns, complete: true }),
  });

const sourcesOf = ({ edges }: QueryAnalysis, output: string): string[] =>
  edges
    .filter((edge) => edge.output === output)
    .map((edge) => edge.from.column ?? "")
    .sort();

const codesOf = ({ problems }: QueryAnalysis): string[] => problems.map((problem) => problem.code);

describe("large and strange statements", () => {
  it("follows a chain of 200 CTEs to the table", () => {
    const ctes = many(
      200,
      (i) => `a${i} as (select c0, c1 + 1 as c1 from ${i > 0 ? `a${i - 1}` : "t"})`,
      ", ",
    );
    const found = analyse(`with ${ctes} select * from a199`);
    expect(sourcesOf(found, "c1")).toEqual(["c1"]);
    expect(found.plan?.relations.length).toBe(201);
  });

  it("follows sixty CTEs that each read the two before, without walking the ways one by one", () => {
    const ctes = many(
      58,
      (i) =>
        `a${i + 2} as (select x.c0, x.c1 + y.c2 as c1, y.c2 from a${i} x join a${i + 1} y on x.c0 = y.c0)`,
      ", ",
    );
    const found = analyse(
      `with a0 as (select * from t), a1 as (select * from u), ${ctes} select * from a59`,
    );
    expect(new Set(sourcesOf(found, "c1"))).toEqual(new Set(["c1", "c2"]));
    expect(found.edges.length).toBeLessThan(20);
  });

  it("gives each of 5,000 projections its sources", () => {
    const found = analyse(
      `select ${many(5000, (i) => `c${i % 20} + c${(i + 1) % 20} as p${i}`, ", ")} from t`,
    );
    expect(found.outputs).toHaveLength(5000);
    expect(sourcesOf(found, "p4999")).toEqual(["c0", "c19"]);
  });

  it("does not mind 1,000 pairs of parentheses around a column", () => {
    const found = analyse(`select ${"(".repeat(1000)}c0${")".repeat(1000)} as x from t`);
    expect(sourcesOf(found, "x")).toEqual(["c0"]);
    expect(found.problems).toEqual([]);
  });

  it.each([
    ["1,000 nested functions", `select ${"f(".repeat(1000)}c0${")".repeat(1000)} from orders`],
    [
      "1,000 nested subqueries",
      `${"select * from (".repeat(1000)}select * from orders${")".repeat(1000)}`,
    ],
    [
      "20,000 alternatives",
      `select c0 from orders where ${many(20000, (i) => `c0 = ${i}`, " or ")}`,
    ],
    ["20,000 unions", many(20000, () => "select c0 from orders", " union all ")],
    ["10 MB of values", `select c0 from orders where c1 in (${"1,".repeat(5_000_000)}1)`],
    ["100,000 values", `select c0 from orders where c1 in (${"1,".repeat(100_000)}1)`],
  ])("says the limit and keeps the table: %s", (_name, sql) => {
    const found = analyse(sql);
    expect(codesOf(found)).toEqual(["sql-limit"]);
    expect(found.plan).toBeUndefined();
    expect(found.edges).toEqual([{ from: { asset: assetId("test", "orders") }, use: "UNKNOWN" }]);
  });

  it.each([
    ["raw strings without an end", "bigquery", "r'\\".repeat(200_000)],
    ["escaped quotes without an end", "bigquery", `select r'${"\\'".repeat(200_000)}`],
    ["template statements without an end", "duckdb", "{% ".repeat(200_000)],
    [
      "a pattern of many parts",
      "snowflake",
      `select * ilike '${"%a".repeat(30)}b' from (select 1 as ${"a".repeat(60)})`,
    ],
    ["a string of 10 MB", "duckdb", `select c0 from orders where c1 = '${"x".repeat(10_000_000)}'`],
  ])("neither hangs nor breaks: %s", (_name, dialect, sql) => {
    const before = process.cpuUsage();
    analyse(sql, dialect);
    readStatements({ sql, dialect, parser });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(4);
  });

  it("still parses after texts that were over a limit", () => {
    analyse(`select c0 from t where ${many(20000, (i) => `c0 = ${i}`, " or ")}`);
    expect(analyse("select c0 from t").problems).toEqual([]);
  });

  it("gives table grain where the clock runs out between two queries", () => {
    let time = 0;
    const found = analyzeQuery({
      sql: "with a as (select c0 from t), b as (select c0 from a) select * from b join u using (c0)",
      dialect: "duckdb",
      parser,
      lookup: (path) => ({ asset: assetId("test", path.join(".")), columns, complete: true }),
      now: () => {
        time += 4_500;
        return time;
      },
    });
    expect(codesOf(found)).toEqual(["sql-limit"]);
    expect(found.edges).toEqual([
      { from: { asset: assetId("test", "t") }, use: "UNKNOWN" },
      { from: { asset: assetId("test", "u") }, use: "UNKNOWN" },
    ]);
  });

  it("stops stars that double from CTE to CTE", () => {
    const ctes = many(30, (i) => `a${i} as (select *, * from ${i > 0 ? `a${i - 1}` : "t"})`, ", ");
    const found = analyse(`with ${ctes} select * from a29`);
    expect(codesOf(found)).toEqual(["sql-limit"]);
    expect(found.edges).toEqual([{ from: { asset: assetId("test", "t") }, use: "UNKNOWN" }]);
  });

  it("keeps the plan where only the contracted edges are too many", () => {
    const sum = many(60, (i) => `t${i}.c${i % 20}`, " || ");
    const joins = many(59, (i) => `join t${i + 1} on t${i + 1}.c0 = t0.c0`, " ");
    const copies = many(20000, (i) => `x as y${i}`, ", ");
    const found = analyse(
      `with a as (select ${sum} as x from t0 ${joins}) select ${copies} from a`,
    );
    expect(codesOf(found)).toEqual(["sql-limit"]);
    expect(found.plan).toBeDefined();
    expect(found.edges.every((edge) => edge.use === "UNKNOWN")).toBe(true);
    expect(found.edges).toHaveLength(60);
  });

  it("names the tables of half a template and marks them unknown", () => {
    const found = analyse(
      "{{ config(materialized='table') }} select c0 from {{ ref('orders') }} o where ts > (select max(ts) from {{ this }})",
    );
    expect(codesOf(found)).toEqual(["sql-not-parsed"]);
    expect(found.edges).toEqual([{ from: { asset: assetId("test", "orders") }, use: "UNKNOWN" }]);
  });

  it("gives table grain where the dialect is the wrong one", () => {
    const found = analyse("select top 5 [c0] from [dbo].[orders] with (nolock)", "bigquery");
    expect(codesOf(found)).toEqual(["sql-not-parsed"]);
    expect(found.reads.map((read) => read.path.join("."))).toEqual(["dbo.orders"]);
    expect(found.problems[0]?.line).toBe(1);
  });

  it.each(["", "-- nothing", ";;", "\u0000", "'".repeat(1000), "((((", "select", "lorem ipsum"])(
    "answers with a problem and no plan: %j",
    (sql) => {
      const found = analyse(sql);
      expect(found.plan).toBeUndefined();
      expect(found.problems.length).toBeGreaterThan(0);
    },
  );
});
