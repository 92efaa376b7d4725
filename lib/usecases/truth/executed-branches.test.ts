import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/*
 * Parts of a union that are told apart by a constant, and readers that ask for some of them. DuckDB runs everything before
 * and after changes of one part: what changes an answer must not read as unaffected, and readers whose condition leaves
 * that part out must not be warned of it.
 */
const ROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  us: { k: "INTEGER", amount: "INTEGER", place_of: "VARCHAR" },
  de: { k: "INTEGER", amount: "INTEGER", place_of: "VARCHAR" },
  rate: { rk: "INTEGER", factor: "INTEGER" },
};

const FILL = [
  "create table us as select i::int k, i * 3 amount, 'c' || i % 3 place_of from range(1, 9) g(i)",
  "create table de as select i::int k, 100 - i * 5 amount, 'c' || i % 4 place_of from range(3, 12) g(i)",
  "create table rate as select i::int rk, i % 4 + 2 factor from range(0, 14) g(i)",
];

/** Tables, each made by its query. */
const MADE: Readonly<Record<string, string>> = {
  ledger:
    "select 'US' as entity, k, amount, place_of, 'usd' as money from us union all select 'DE', k, amount, null, 'eur' from de",
  priced:
    "select l.*, l.amount * coalesce(r.factor, 1) as value from ledger l left join rate r on r.rk = l.k",
  totals:
    "select entity, k % 2 as odd, sum(value) as value, count(*) as n from priced group by 1, 2",
  cubed: "select entity, sum(value) as value from priced group by rollup (entity)",
  ranked: "select *, row_number() over (order by amount) as place from ledger",
  either: "select entity, k, amount from ledger union all select 'US', k, amount from de",
  swapped:
    "select case when entity = 'DE' then 'US' else entity end as entity, k, amount from ledger",
  picked: "with l as (select * from ledger) select amount from l where entity not in ('DE')",
  by_name:
    "select 'x' as tag, k, amount, place_of from us union all by name select k, amount from de",
  distinct_rows: "select 'US' as entity, place_of from us union select 'DE', place_of from de",
};

/** Readers that see nothing of DE. */
const APART: readonly string[] = [
  "select k, amount from ledger where entity = 'US' order by all",
  "select sum(value), count(*) from priced where 'US' = entity",
  "select p.k, p.value from (select * from priced where entity in ('US', 'FR')) p order by all",
  "select k from ledger where entity <> 'DE' and amount > 3 order by all",
  "select place_of, sum(amount) from ledger where place_of is not null group by 1 order by all",
  "select place_of from ledger where place_of <> 'c1' order by all",
  "select entity, sum(value), sum(n) from totals where entity = 'US' group by 1",
  "select value from cubed where entity = 'US'",
  "select r.rk, q.value from rate r left join (select * from priced where entity = 'US') q on q.k = r.rk order by all",
  "select k, count(*) over () from ledger where money = 'usd' order by all",
  "select amount from picked order by all",
  "select k, place_of, amount from by_name where place_of is not null order by all",
  "select k, amount from by_name where tag = 'x' order by all",
];

/** Readers that do, or may. */
const TOGETHER: readonly string[] = [
  "select k, amount from ledger where not (entity = 'US') order by all",
  "select k, amount from ledger where entity = 'US' or amount > 50 order by all",
  "select k, amount from ledger where (entity = 'US') = false order by all",
  "select k, amount from ledger where entity = 'DE' order by all",
  "select k, amount from ledger where upper(entity) = 'DE' order by all",
  "select sum(amount) from ledger where entity is not null",
  "select a.k, b.amount from ledger a join ledger b on a.k = b.k where a.entity = 'US' order by all",
  "select a.k, (select sum(amount) from ledger) from ledger a where a.entity = 'US' order by all",
  "select k, place from ranked where entity = 'US' order by all",
  "select value from cubed where entity is null",
  "select sum(amount) from either where entity = 'US'",
  "select sum(amount) from swapped where entity = 'US'",
  "select case when entity = 'DE' then 'US' else 'XX' end as e, k, amount from ledger where e = 'US' order by all",
  "select r.rk, l.amount from rate r left join ledger l on l.k = r.rk and r.factor = 3 order by all",
  "select k from (select k, entity from ledger order by amount limit 5) where entity = 'US' order by all",
  "select amount from (select *, count(*) over (partition by k) c from ledger) where entity = 'US' and c = 1 order by all",
  "select sum(amount) filter (where entity = 'US'), sum(amount) from ledger",
  "select entity, count(*) from ledger group by 1 having entity = 'DE'",
  "select place_of from distinct_rows where entity = 'DE' order by all",
  "select k, amount from by_name where place_of is null order by all",
  "select k from us where k in (select k from ledger where entity = 'DE') order by all",
];

const CHANGES: readonly { readonly change: ChangeInput; readonly sql: string }[] = [
  {
    change: { kind: "became_mostly_null", asset: "de", column: "amount", nullShare: 1 },
    sql: "update de set amount = null",
  },
  {
    change: { kind: "became_mostly_null", asset: "de", column: "k", nullShare: 1 },
    sql: "update de set k = null",
  },
  {
    change: { kind: "unit_or_meaning_changed", asset: "de", column: "amount" },
    sql: "update de set amount = amount * 100",
  },
  { change: { kind: "row_count_drop", asset: "de" }, sql: "delete from de where k % 2 = 0" },
  { change: { kind: "uniqueness_lost", asset: "de" }, sql: "insert into de select * from de" },
];

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  await db.run("set threads = 1");
  await db.run("set memory_limit = '500MB'");
  for (const sql of FILL) await db.run(sql);
  for (const [name, sql] of Object.entries(MADE)) await db.run(`create view ${name} as ${sql}`);
  return opened.close;
});

const answer = async (sql: string): Promise<string> =>
  JSON.stringify((await db.runAndReadAll(sql)).getRowsJson());

async function answers(sql: string, changed: string): Promise<readonly [string, string]> {
  const first = await answer(sql);
  await db.run("begin");
  await db.run(changed);
  const second = await answer(sql);
  await db.run("rollback");
  return [first, second];
}

type Columns = readonly { readonly name: string; readonly type?: string }[];

function judge(sql: string, change: ChangeInput): string {
  const known = new Map<string, Columns>(
    Object.entries(ROWS).map(([name, columns]) => [
      name,
      Object.entries(columns).map(([column, type]) => ({ name: column, type })),
    ]),
  );
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    const columns = known.get(name);
    return columns && { asset: idOf(name), columns, complete: true };
  };
  const analyse = (text: string) => {
    const { plan, outputs } = analyzeQuery({ sql: text, dialect: "duckdb", lookup, parser });
    if (plan === undefined) throw new Error(`no plan of ${text}`);
    const query = { name: "q", sql: text, dialect: "duckdb", reads: [], basis: "", provenance: {} };
    return { query: { ...query, plan }, outputs };
  };
  const assets: Parameters<typeof graphOf>[1] = {};
  for (const [name, columns] of known) Object.assign(assets, { [name]: { columns } });
  for (const [name, text] of Object.entries(MADE)) {
    const { query, outputs } = analyse(text);
    const columns = outputs.map((output) => ({ name: output.name }));
    known.set(name, columns);
    Object.assign(assets, { [name]: { columns, queries: [query] } });
  }
  const board = { kind: "dashboard", queries: [analyse(sql).query] } as const;
  const graph = graphOf("", { ...assets, board });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board")?.verdict ?? "unaffected";
}

describe.each(CHANGES)("$sql", ({ change, sql: changed }) => {
  it.each(APART)("is nothing to who leaves that part out: %s", async (sql) => {
    const [one, other] = await answers(sql, changed);
    expect(other).toBe(one);
    expect(judge(sql, change)).toBe("unaffected");
  });

  it.each(TOGETHER)("is something to: %s", async (sql) => {
    const [one, other] = await answers(sql, changed);
    if (one !== other) expect(judge(sql, change)).not.toBe("unaffected");
  });
});

it("is another type for all rows where one part gets one, whatever a condition leaves out", () => {
  const change = {
    kind: "type_incompatible",
    asset: "de",
    column: "amount",
    toType: "VARCHAR",
  } as const;
  expect(judge("select k, amount from ledger where entity = 'US'", change)).not.toBe("unaffected");
});

it("is no constant any more where the query that writes it is what changes", () => {
  const change = { kind: "expression_changed", asset: "ledger", column: "entity" } as const;
  expect(judge("select k from ledger where entity = 'US'", change)).not.toBe("unaffected");
});
