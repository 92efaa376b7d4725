import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/*
 * The newest row of each account is kept. DuckDB runs the query before and after each change: what changes the answer
 * must not read as unaffected, and what cannot change it must not be warned of.
 */
const COLUMNS = { account: "INTEGER", state: "VARCHAR", seen: "TIMESTAMP", note: "VARCHAR" };
const FILL = `create table t as select (i % 5)::int account, 's' || (i * 7 % 11) state,
  timestamp '2026-01-01' + interval (i * 13 % 40) hour seen, 'n' || i note from range(1, 31) r(i)`;

const NUMBERED = "select *, row_number() over (partition by account order by seen desc) rn from t";
const KEEPS_FIRST: readonly string[] = [
  `with numbered as (${NUMBERED}) select account, state, seen from numbered where rn = 1 order by all`,
  `select state from (${NUMBERED}) q where 1 = rn order by all`,
  `select * from (${NUMBERED}) q where rn < 2 order by all`,
  "select account, note from t qualify row_number() over (partition by account order by seen desc) = 1 order by all",
  "select state from (select *, row_number() over (partition by account, seen::date order by seen desc, note) rn from t) q where rn = 1 order by all",
  "select account, state, row_number() over (partition by account order by seen desc) rn from t qualify rn = 1 order by all",
];

interface Change {
  readonly change: ChangeInput;
  readonly sql: string;
  /** For each query: whether the answer can change at all. */
  readonly reaches: boolean;
}

const CHANGES: readonly Change[] = [
  {
    change: { kind: "uniqueness_lost", asset: "t" },
    sql: "insert into t select * from t where rowid % 3 = 0",
    reaches: false,
  },
  {
    change: { kind: "became_mostly_null", asset: "t", column: "seen", nullShare: 1 },
    sql: "update t set seen = null",
    reaches: true,
  },
  {
    change: { kind: "became_mostly_null", asset: "t", column: "account", nullShare: 1 },
    sql: "update t set account = null",
    reaches: true,
  },
  {
    change: { kind: "row_count_drop", asset: "t" },
    sql: "delete from t where account = 2",
    reaches: true,
  },
];

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  await db.run("set threads = 1");
  await db.run(FILL);
  return opened.close;
});

const answer = async (sql: string): Promise<string> =>
  JSON.stringify((await db.runAndReadAll(sql)).getRowsJson());

const judge = (sql: string, change: ChangeInput): string =>
  verdictOf(sql, change)?.verdict ?? "unaffected";

const certaintyOf = (sql: string, change: ChangeInput) => verdictOf(sql, change)?.certainty;

function verdictOf(sql: string, change: ChangeInput) {
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
  const lookup = () => ({ asset: idOf("t"), columns, complete: true });
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const graph = graphOf("", {
    t: { columns },
    board: {
      kind: "dashboard",
      queries: [queryOf({ sql, plan })],
    },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board");
}

describe("the order that decides which row of a key is kept", () => {
  const nulled = (column: string): ChangeInput => ({
    kind: "became_mostly_null",
    asset: "t",
    column,
    nullShare: 1,
  });
  const byTwo =
    "select account, note from t qualify row_number() over (partition by account order by seen desc, state) = 1";

  it("asks its second key only of rows that are alike in the first, as many are in their day", () => {
    const byDay =
      "select account, note from t qualify row_number() over (partition by account order by seen::date desc, state) = 1";
    expect(certaintyOf(byDay, nulled("state"))).toBe("possible");
  });

  it.each([
    byTwo,
    "select account, note, lag(note) over (partition by account order by seen, state) as before from t",
    "select account, note from (select *, row_number() over w as rn from t window w as (partition by account order by seen, state)) q where rn = 1",
  ])("asks its second key of nothing where the first is a moment: %s", async (sql) => {
    expect(judge(sql, nulled("state"))).toBe("unaffected");
    expect(judge(sql, { kind: "drop_column", asset: "t", column: "state" })).toBe("breaks_loudly");
    expect(judge(sql, nulled("seen"))).toBe("breaks_silently");
    const before = await answer(`${sql} order by all`);
    await db.run("begin");
    await db.run("update t set state = null");
    const after = await answer(`${sql} order by all`);
    await db.run("rollback");
    expect(after).toBe(before);
  });

  it("can fail over a further key that is computed", () => {
    const sql =
      "select note, row_number() over (partition by state order by seen, account * 2) as rn from t";
    const change: ChangeInput = {
      kind: "type_incompatible",
      asset: "t",
      column: "account",
      fromType: "INTEGER",
      toType: "VARCHAR",
    };
    expect(judge(sql, change)).toBe("breaks_loudly");
  });

  it("is the same where a time is written as a text", () => {
    const retyped = (column: string, fromType: string): ChangeInput => ({
      kind: "type_incompatible",
      asset: "t",
      column,
      fromType,
      toType: "VARCHAR",
    });
    const notes = (by: string) =>
      `select note from t qualify row_number() over (partition by state order by ${by}) = 1`;
    expect(judge(notes("seen desc"), retyped("seen", "TIMESTAMP"))).toBe("unaffected");
    expect(judge(notes("account"), retyped("account", "INTEGER"))).toBe("breaks_silently");
  });

  it("is decided by its first key likely", async () => {
    expect(certaintyOf(byTwo, nulled("seen"))).toBe("likely");
    const before = await answer(`${byTwo} order by all`);
    await db.run("begin");
    await db.run("update t set state = null");
    const after = await answer(`${byTwo} order by all`);
    await db.run("rollback");
    expect(after).toBe(before);
  });
});

describe.each(CHANGES)("$sql", ({ change, sql: changed, reaches }) => {
  it.each(KEEPS_FIRST)("%s", async (sql) => {
    const before = await answer(sql);
    await db.run("begin");
    await db.run(changed);
    const after = await answer(sql);
    await db.run("rollback");
    if (!reaches) expect(after).toBe(before);
    expect(judge(sql, change)).toBe(reaches ? "breaks_silently" : "unaffected");
  });
});
