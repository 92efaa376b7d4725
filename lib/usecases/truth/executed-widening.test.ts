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

/**
 * Days that come out of a window, a choice or a query, and are counted with: with moments DuckDB does not run these. What
 * stands before FROM is named `x` where it has no FROM of its own.
 */
const REFUSED = [
  "lead(ends) over (order by begins) - 1",
  "1 + lag(ends) over (order by begins)",
  "lead(ends) over (order by begins) + day(begins)::int",
  "lead(ends, 1, date '2030-01-01') over w - 1 as x from t window w as (order by begins)",
  "coalesce(lead(ends) over (partition by begins order by begins, moment, ends, begins, moment, ends, begins, moment) - 1, date '9999-12-31')",
  "least(begins, coalesce(lead(ends) over (order by begins) - 1, date '9999-12-31'))",
  "max(ends) over (order by begins) + 1",
  "arg_max(ends, begins) over (order by begins) + 1",
  "coalesce(ends, begins) + 1",
  "(case when begins > date '2026-01-03' then ends else begins end) - 1",
  "(select max(ends) from t) - 1",
  "max(ends) + 1",
  "year(lead(ends) over (order by begins) - 1)",
  "case when lag(ends) over (order by begins) + 1 = begins then 1 end",
  "case when begins - lag(ends) over (order by begins) > 3 then 1 end",
  "begins - lag(ends) over (order by begins) + 1",
  "sum(begins - coalesce(ends, begins))",
  "begins as x from t qualify lead(ends) over (order by begins) - 1 > begins",
  "begins as x from t qualify begins - lag(ends) over (order by begins) > 30",
  "begins, lag(ends) over w as previous, previous + 1 as x from t window w as (order by begins)",
  "lag(ends) over w as previous, begins - previous as gap, case when gap between -5 and 30 then 'near' else 'far' end as x from t window w as (order by begins)",
  "begins, coalesce(ends, begins) as last, last + 1 as x from t",
  "begins as x, coalesce(ends, begins) as last from t where last + 1 > begins",
];

/** The same numbers beside something that is no such day: none of these fails. */
const TAKEN = [
  "(lead(ends) over (order by begins))::date - 1",
  "lead(ends::date) over (order by begins) - 1",
  "lag(day(begins)) over (order by ends) + 1",
  "row_number() over (order by ends) + 1",
  "lead(ends) over (order by begins) - interval 1 day",
  "lag(begins) over (partition by ends order by begins) - 1",
  "last_day(ends) + 1",
  "date_diff('day', lag(ends) over (order by begins), begins) - 1",
  "count(ends) over (order by begins) - 1",
  "(case when ends > date '2026-02-03' then begins end) - 1",
  "lag(ends) over w as previous, date_diff('day', previous, begins) + 1 as x from t window w as (order by begins)",
  "year(ends) as last, last + 1 as x from t",
  "ends::date as last, last + 1 as x from t",
  "arg_max(begins, ends) over (order by begins) + 1",
];

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  const fill =
    "select (date '2026-01-01' + i::int)::date begins, (date '2026-02-01' + 3 * i::int)::date ends, timestamp '2026-03-01 10:00' as moment";
  await db.run(`create table old as ${fill} from range(9) r(i)`);
  await db.run("create table new as select * replace (ends::timestamp as ends) from old");
  return opened.close;
});

const queryOver = (expression: string, table: string): string =>
  /\bfrom t\b(?!\))/.test(expression)
    ? `select ${expression.replaceAll(/\bfrom t\b/g, `from ${table}`)}`
    : `select ${expression.replaceAll(/\bfrom t\b/g, `from ${table}`)} as x from ${table}`;

async function answer(expression: string, table: string): Promise<string> {
  try {
    const found = await db.runAndReadAll(queryOver(expression, table));
    return JSON.stringify([found.columnTypes().map(String), found.getRowsJson()]);
  } catch (error) {
    return String(error);
  }
}

function isToldOther(expression: string): boolean {
  const v = toldOf(expression);
  return v !== undefined && (v.run !== "ok" || v.columns.length > 0);
}

const isToldToFail = (expression: string): boolean => toldOf(expression)?.run === "fails";

function toldOf(expression: string) {
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
  const sql = queryOver(expression, "t");
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
  return found.verdicts.find(({ asset }) => asset.name === "v");
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

  it.each(REFUSED)("no longer runs: %s", async (expression) => {
    expect(await answer(expression, "old")).not.toContain("Error");
    expect(await answer(expression, "new")).toContain("Error");
    expect(isToldToFail(expression)).toBe(true);
  });

  it.each(TAKEN)("runs as before: %s", async (expression) => {
    expect(await answer(expression, "old")).not.toContain("Error");
    expect(await answer(expression, "new")).not.toContain("Error");
    expect(isToldToFail(expression)).toBe(false);
  });
});
