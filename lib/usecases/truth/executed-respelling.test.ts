import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/*
 * A column gets a wider type and keeps its values. Most queries do not notice; those that make a text of the value, that
 * divide it without a rest or that count with it do. DuckDB says which.
 */
const TYPES = { k: "INTEGER", i: "INTEGER", p: "DECIMAL(6,2)", d: "DATE", s: "VARCHAR" } as const;

const WIDER = [
  { column: "i", to: "BIGINT" },
  { column: "i", to: "DOUBLE" },
  { column: "i", to: "DECIMAL(12,2)" },
  { column: "p", to: "DOUBLE" },
  { column: "p", to: "DECIMAL(12,4)" },
  { column: "d", to: "TIMESTAMP" },
] as const;

const OF_ANY = [
  "c",
  "cast(c as varchar)",
  "try_cast(c as varchar)",
  "c || '-'",
  "concat(c, '-')",
  "concat_ws('/', c, s)",
  "md5(cast(c as varchar))",
  "hash(c)",
  "to_json(c)",
  "format('{}', c)",
  "c is null",
  "coalesce(c, c)",
  "row_number() over (partition by c order by k)",
  "rank() over (order by c)",
  "case when cast(c as varchar) like '%7' then 1 else 0 end",
];
const OF_NUMBERS = ["c + 1", "c * 2", "c / 2", "c % 4", "abs(c)", "round(c, 0)", "c > 3", "c // 2"];
const OF_WHOLE = ["c & 1", "repeat('a', c)", "substr('abcdefgh', c, 1)", "c << 1"];
const OF_DATES = ["date_trunc('month', c)", "year(c)", "c + interval 1 day", "strftime(c, '%Y')"];
const OVER_ALL = [
  "select count(*) n from t where c = (select max(c) from t)",
  "select string_agg(c, ',' order by k) x from t",
  "select string_agg(cast(c as varchar), ',' order by k) x from t",
  "select max(c) x, count(distinct c) n from t",
  "select count(*) n from t group by c order by 1",
  "select a.k from t a join t b on cast(a.c as varchar) = b.s order by 1",
  "select k from t where cast(c as varchar) in ('7', '1.50', '2026-01-03') order by k",
];

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  i: [...OF_ANY, ...OF_NUMBERS, ...OF_WHOLE],
  p: [...OF_ANY, ...OF_NUMBERS.filter((query) => query !== "c // 2")],
  d: [...OF_ANY, ...OF_DATES],
};

const queriesOf = (column: string): readonly string[] =>
  [
    ...(QUERIES[column] ?? []).map((expression) => `select k, ${expression} x from t order by k`),
    ...OVER_ALL,
  ].map((sql) => sql.replaceAll(/\bc\b/g, column));

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  const columns = Object.entries(TYPES).map(([name, type]) => `${name} ${type}`);
  await db.run(`create table t (${columns.join(", ")})`);
  await db.run(
    "insert into t select g, g, g + 0.5, date '2026-01-01' + g::int, g::varchar from range(1, 9) r(g)",
  );
  return opened.close;
});

/** A number is the same in every type, and a date is its first moment; a text is what it says. */
const plain = (value: unknown, type: string): unknown => {
  if (value === null || type === "VARCHAR" || type === "JSON") return value;
  if (/^(?:DATE|TIMESTAMP)/.test(type)) return String(value).slice(0, 10);
  const number = Number(value);
  return typeof value === "boolean" || Number.isNaN(number) ? JSON.stringify(value) : number;
};

async function answer(sql: string): Promise<string> {
  try {
    const reader = await db.runAndReadAll(sql);
    const types = reader.columnTypes().map(String);
    return JSON.stringify(
      reader.getRowsJson().map((row) => row.map((cell, at) => plain(cell, types[at] ?? ""))),
    );
  } catch {
    return "error";
  }
}

function judge(sql: string, column: string, toType: string): string {
  const columns = Object.entries(TYPES).map(([name, type]) => ({ name, type }));
  const lookup = () => ({ asset: idOf("t"), columns, complete: true });
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const graph = graphOf("", {
    t: { columns, attributes: { dialect: "duckdb" } },
    board: {
      kind: "dashboard",
      queries: [queryOf({ sql, plan })],
    },
  });
  const fromType = columns.find(({ name }) => name === column)?.type;
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      { kind: "type_changed", asset: "t", column, toType, ...(fromType ? { fromType } : {}) },
    ],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board")?.verdict ?? "unaffected";
}

const RIGHT = {
  error: ["breaks_loudly"],
  other: ["breaks_silently"],
  same: ["unaffected", "degraded"],
};

/** Warned of for good reason: whether the text differs, or anything compares with it, hangs on the values. */
const HANGS_ON_VALUES = /to_json\(p\)|format\('\{\}', p\)|like '%7'|join t b/;

describe.each(WIDER)("$column becomes $to", ({ column, to }) => {
  it.each(queriesOf(column))("%s", async (sql) => {
    const before = await answer(sql);
    expect(before).not.toBe("error");
    await db.run("begin");
    await db.run(`alter table t alter column ${column} type ${to}`);
    const after = await answer(sql);
    await db.run("rollback");
    const outcome = after === "error" ? "error" : after === before ? "same" : "other";
    const warned = outcome === "same" && HANGS_ON_VALUES.test(sql) ? ["breaks_silently"] : [];
    expect([...RIGHT[outcome], ...warned]).toContain(judge(sql, column, to));
  });
});
