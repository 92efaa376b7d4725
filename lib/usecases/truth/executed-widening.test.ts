import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/*
 * A day becomes a moment. DuckDB is asked what each expression gives before and after: where its type or its value is
 * another one, the column must not read as the same.
 */
const COLUMNS = { begins: "DATE", ends: "DATE", moment: "TIMESTAMP" };

/** What counts time, or numbers a part of it. */
const COUNTED = [
  "datediff('day', begins, ends) + 1",
  "date_diff('week', begins, ends) * 2",
  "date_diff('hour', begins, moment) - date_diff('hour', ends, moment)",
  "year(ends) * 100 + month(ends)",
  "extract(isodow from ends) >= 6",
  "date_part('quarter', ends) + 1",
];

const OTHERS = [
  "ends - begins",
  "ends - begins + 1",
  "ends + 1",
  "datediff('day', begins, ends) + (ends - begins)",
  "datediff('day', begins, ends + 1)",
  "greatest(ends, begins)",
  "coalesce(ends, begins)",
  "case when year(ends) > 2020 then ends end",
  "ends || ''",
  "[ends]",
];

let parser: SqlParser;
let instance: DuckDBInstance;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  instance = await DuckDBInstance.create(":memory:");
  db = await instance.connect();
  const fill =
    "select (date '2026-01-01' + i::int)::date begins, (date '2026-02-01' + 3 * i::int)::date ends, timestamp '2026-03-01 10:00' as moment";
  await db.run(`create table old as ${fill} from range(9) r(i)`);
  await db.run("create table new as select * replace (ends::timestamp as ends) from old");
});
afterAll(() => {
  db.closeSync();
  instance.closeSync();
});

async function answer(expression: string, table: string): Promise<string> {
  try {
    const found = await db.runAndReadAll(`select ${expression} as x from ${table} order by begins`);
    return JSON.stringify([found.columnTypes().map(String), found.getRowsJson()]);
  } catch (error) {
    return String(error);
  }
}

function isToldOther(expression: string): boolean {
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
  const sql = `select ${expression} as x from t`;
  const lookup = () => ({ asset: idOf("t"), columns, complete: true });
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const graph = graphOf("", {
    t: { columns },
    v: { kind: "view", queries: [{ ...queryOf({ sql, plan }), dialect: "duckdb" }] },
  });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      { kind: "type_changed", asset: "t", column: "ends", fromType: "DATE", toType: "TIMESTAMP" },
    ],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  const v = found.verdicts.find(({ asset }) => asset.name === "v");
  return v !== undefined && (v.run !== "ok" || v.columns.length > 0);
}

describe("a day that becomes a moment", () => {
  it.each(COUNTED)("is counted as before: %s", async (expression) => {
    expect(await answer(expression, "new")).toBe(await answer(expression, "old"));
    expect(isToldOther(expression)).toBe(false);
  });

  it.each(OTHERS)("is told wherever DuckDB gives something else: %s", async (expression) => {
    const isOther = (await answer(expression, "new")) !== (await answer(expression, "old"));
    expect(isOther && !isToldOther(expression)).toBe(false);
    expect(isOther).toBe(true);
  });
});
