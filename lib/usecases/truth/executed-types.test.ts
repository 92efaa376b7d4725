import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { idOf } from "#lib/graph/graph-of.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/* The type that is told of an expression is the one that DuckDB gives it, or none is told: contracts are held to it. */

const COLUMNS = {
  d: "DATE",
  ts: "TIMESTAMP",
  a: "DECIMAL(10,2)",
  b: "DECIMAL(12,3)",
  i: "INTEGER",
  t: "VARCHAR",
};

const EXPRESSIONS = [
  "d + interval 1 day",
  "ts + interval 1 day",
  "d - d",
  "date_trunc('month', d)",
  "date_trunc('month', ts)",
  "date_add(d, interval 1 month)",
  "a + a",
  "a * a",
  "a * 2",
  "a / 2",
  "a + b",
  "-a",
  "abs(a)",
  "round(b, 1)",
  "ceil(a)",
  "floor(b)",
  "trunc(a)",
  "sum(a) over ()",
  "max(a) over ()",
  "coalesce(a, a)",
  "i * 2",
  "i / 2",
  "i + i",
  "t || t",
  "upper(t)",
  "case when i > 1 then a end",
  "nullif(a, 0)",
  "greatest(a, a)",
  "cast(a as decimal(12,4))",
  "lag(a) over (order by i)",
];

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  await db.run("set memory_limit = '300MB'");
  const columns = Object.entries(COLUMNS).map((column) => column.join(" "));
  await db.run(`create table s (${columns.join(", ")})`);
  return opened.close;
});

describe("the type of an expression", () => {
  it.each(EXPRESSIONS)("is what DuckDB says, where it is known: %s", async (expression) => {
    const sql = `select ${expression} as x from s`;
    const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
    const lookup = () => ({ asset: idOf("s"), columns, complete: true });
    const told = analyzeQuery({ sql, dialect: "duckdb", lookup, parser }).outputs[0]?.type;
    const [type] = (await db.runAndReadAll(sql)).columnTypes();
    const plain = (text: string): string => text.toUpperCase().replaceAll(" ", "");
    if (told !== undefined) expect(plain(told)).toBe(plain(type?.toString() ?? ""));
  });
});
