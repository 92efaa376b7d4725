import { beforeAll, describe, expect, it } from "vitest";
import type { AssetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import { answerLineage } from "./lineage-answer.ts";
import { listReads } from "./list-reads.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

/** The tables that the plan reads, or that an unknown edge names where there is no plan. */
function tablesOf(dialect: string, sql: string): readonly string[] {
  const { plan, edges } = analyzeQuery({
    sql,
    dialect,
    parser,
    lookup: (path) =>
      ["t", "u"].includes(path.join(".").toLowerCase())
        ? {
            asset: path.join(".").toLowerCase() as AssetId,
            columns: [{ name: "a" }, { name: "b" }],
            complete: true,
          }
        : undefined,
  });
  const inputs = plan?.relations.flatMap((relation) => relation.inputs) ?? [];
  const read = inputs.flatMap((input) => ("asset" in input ? [input.asset] : []));
  return [...new Set(plan ? read : edges.map((edge) => edge.from.asset))].sort();
}

describe("a view that a text makes and reads", () => {
  const usesOf = (made: string) =>
    analyzeQuery({
      sql: `create ${made} v as select a b from t; select sum(b) from v`,
      dialect: "duckdb",
      parser,
      lookup: ([name]) =>
        name === "t"
          ? { asset: "t" as AssetId, columns: [{ name: "a", type: "INTEGER" }], complete: true }
          : undefined,
    });

  it.each(["view", "or replace view", "table"])(
    "is looked through as a temporary table is: %s",
    (made) => {
      const { plan, edges, problems } = usesOf(made);
      expect(plan).toEqual(usesOf("temp table").plan);
      expect(edges.map(({ from, use }) => [from.column, use])).toContainEqual(["a", "AGG_SUM"]);
      expect(problems).toEqual([]);
    },
  );
});

describe("no table of a text is lost", () => {
  it.each([
    ["duckdb", "select a from t; select b from u"],
    ["duckdb", "insert into log select a from t; select b from u"],
    ["tsql", "declare @x int = (select max(b) from t); select a from u where a > @x"],
    ["tsql", "select a into #tmp from t; select x.a from #tmp x join u on u.a = x.a"],
  ])("%s: every statement is read: %s", (dialect, sql) => {
    expect(tablesOf(dialect, sql)).toEqual(["t", "u"]);
  });

  it.each([
    ["duckdb", "summarize t"],
    ["duckdb", "table t"],
    ["duckdb", "select a from (table t) x where b > 1"],
    ["duckdb", "explain select a from t"],
    ["duckdb", "select a from query_table('t')"],
    ["snowflake", "select a from identifier('t')"],
    ["snowflake", "execute immediate 'select a from t'"],
  ])("%s: a table that stands in an unusual place is read: %s", (dialect, sql) => {
    expect(tablesOf(dialect, sql)).toEqual(["t"]);
  });

  it.each([
    ["snowflake", "select a from table('t')"],
    ["postgres", "select 1 where exists (table t)"],
    ["snowflake", "select a from identifier('t')"],
  ])("%s: it is among the tables that a text reads: %s", (dialect, sql) => {
    const { reads } = listReads({ sql, dialect, parser });
    expect(reads.map((path) => path.join(".").toLowerCase())).toEqual(["t"]);
  });

  it("a query that selects nothing says so", () => {
    const { problems } = answerLineage({ sql: "select from from", dialect: "generic", parser });
    expect(problems.map(({ message }) => message)).toContain("the query selects no column");
  });

  it("a table that a schema does not list is told, and its columns are taken on trust", () => {
    const schema = { t: { a: "int" } };
    const sql = "select t.a, u.b from t\njoin u on u.a = t.a";
    const { problems, outputs } = answerLineage({ sql, dialect: "duckdb", schema, parser });
    expect(problems).toMatchObject([{ code: "unresolved-name", severity: "info", line: 2 }]);
    expect(outputs[1]?.sources).toEqual([{ table: "u", column: "b", use: "IDENTITY" }]);
  });

  it("a word that is a table elsewhere is none where the query reads none", () => {
    expect(tablesOf("duckdb", "select 1 as t")).toEqual([]);
  });
});
