import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const orders = {
  asset: assetId("shop", "orders"),
  columns: [{ name: "id" }, { name: "amount" }],
  complete: true,
};

const analyse = (sql: string, dialect: string) =>
  analyzeQuery({ sql, dialect, parser, lookup: () => orders });

const uses = (sql: string, dialect: string): readonly (string | undefined)[] => {
  const edges = analyse(sql, dialect).plan?.relations.flatMap(({ edges: own }) => own) ?? [];
  return edges
    .filter(({ column }) => column === "amount" || column === "AMOUNT")
    .map(({ use, detail }) => `${use} ${detail ?? ""}`.trim());
};

describe("columns that a query uses without their names", () => {
  it.each([
    ["select to_json(o) from orders o", "duckdb", "ARITH fn:to_json of *"],
    ["select o from orders o", "duckdb", "ARITH row of *"],
    ["select hash(*) from orders", "snowflake", "ARITH fn:hash of *"],
    ["select jsonb_agg(o) from orders o", "postgres", "AGG_SUM jsonb_agg of *"],
    ["select sum(columns(*)) from orders", "duckdb", "AGG_SUM sum of *"],
    ["select count(distinct *) from orders", "spark", "AGG_DISTINCT count of *"],
    ["select count(o.*) from orders o", "snowflake", "AGG_COUNT count of *"],
  ])("are each one of all: %s", (sql, dialect, use) => {
    expect(uses(sql, dialect)).toContain(use);
  });

  it.each([
    ["select count(*) from orders", "spark"],
    ["select count(o.*) from orders o", "postgres"],
  ])("are none where rows are counted: %s", (sql, dialect) => {
    expect(uses(sql, dialect)).toEqual([]);
  });
});

describe("the text that stands in for a missing value", () => {
  it.each([
    ["select coalesce(amount, 'Other') from orders", "COALESCE first_word"],
    ["select ifnull(amount, '0') from orders", "COALESCE first_text"],
    ["select coalesce(amount, '0', 'none') from orders", "COALESCE first_word"],
    ["select coalesce(amount, id, 'none') from orders", "COALESCE first"],
  ])("is a word or may be of another type: %s", (sql, use) => {
    expect(uses(sql, "duckdb")).toEqual([use]);
  });
});

describe("IDENTIFIER with a text", () => {
  it.each(["snowflake", "databricks"])("is the column of that name on %s", (dialect) => {
    const { outputs, edges } = analyse("select identifier('amount') from orders", dialect);
    expect(outputs.map(({ name }) => name.toLowerCase())).toEqual(["amount"]);
    expect(edges.map(({ from, use }) => [from.column, use])).toContainEqual(["amount", "IDENTITY"]);
  });

  it("is an unknown column where the name is known later", () => {
    const { edges } = analyse("select identifier($name) from orders", "snowflake");
    expect(edges.map(({ use }) => use)).toContain("UNKNOWN");
  });

  it("is any other function elsewhere", () => {
    const { edges } = analyse("select identifier('amount') from orders", "postgres");
    expect(edges.map(({ from }) => from.column)).not.toContain("amount");
  });
});
