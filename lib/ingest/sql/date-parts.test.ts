import { beforeAll, describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { analyzeQuery } from "./analyze-query.ts";
import type { SqlParser } from "./sql-parser.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const columns = ["day", "month", "date", "week", "hits"].map((name) => ({ name }));

function readBy(sql: string, dialect: string): readonly string[] {
  const lookup = () => ({ asset: assetId("web", "visits"), columns, complete: true });
  const { plan } = analyzeQuery({ sql, dialect, parser, lookup });
  const edges = plan?.relations.flatMap((relation) => relation.edges) ?? [];
  return [...new Set(edges.map(({ column }) => column ?? "*"))].sort();
}

describe("a word that is a part of a date and the name of a column", () => {
  it.each([
    ["select date_trunc('month', day) as m from visits", "duckdb", ["day"]],
    ["select datediff('day', date, week) as d from visits", "duckdb", ["date", "week"]],
    ["select date_trunc(month, day) as m from visits", "snowflake", ["day"]],
    ["select datediff(day, date, week) as d from visits", "redshift", ["date", "week"]],
    ["select date_trunc(day, month) as m from visits", "bigquery", ["day"]],
    ["select date_diff(date, day, week) as d from visits", "bigquery", ["date", "day"]],
    ["select last_day(day) as d from visits", "snowflake", ["day"]],
    ["select date_add(date, interval 1 day) as d from visits", "bigquery", ["date"]],
    ["select datediff(day, date) as d from visits", "spark", ["date", "day"]],
    ["select dateadd(day, hits, week) as d from visits", "redshift", ["hits", "week"]],
  ])("is the column where the part stands elsewhere: %s", (sql, dialect, read) => {
    expect(readBy(sql, dialect)).toEqual(read);
  });
});
