import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/*
 * A text is made into something by what gives null where it cannot read it, and somebody asks whether there is a value.
 * DuckDB is asked before and after the text changes: where the answer is another one, it must not read as safe.
 */
const MADE = [
  "try_cast(phone as bigint)",
  "try_cast(regexp_replace(phone, '[^0-9]', '', 'g') as bigint)",
  "try_cast(replace(phone, '-', '') as bigint)",
  "try_cast(upper(trim(phone)) as bigint) + 1",
  "try(phone::bigint)",
  "try_strptime(phone, '%Y%m')",
  "try_strptime(trim(phone), '%Y%m')",
  "max(try_cast(replace(phone, '-', '') as bigint)) over (partition by k)",
];
const ASKED = [
  "m is not null",
  "case when m is null then 'none' else 'some' end",
  "count(m) over ()",
];
const TABLES = {
  enum_value_removed_or_renamed: "renamed",
  enum_value_added: "renamed",
  unit_or_meaning_changed: "reversed",
} as const satisfies Partial<Record<ChangeKind, string>>;
const KINDS = Object.keys(TABLES) as (keyof typeof TABLES)[];

const CASES = MADE.flatMap((made) =>
  ASKED.flatMap((asked) => KINDS.map((kind) => ({ made, asked, kind }))),
);
/** In one expression there is no window in a window. */
const IN_ONE = CASES.filter(({ made, asked }) => !`${made}${asked}`.includes(" over "));

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  const phone = "case when i % 2 = 0 then '20200' || i else '12-' || i end";
  await db.run(`create table old as select ${phone} as phone, i::int as k from range(9) r(i)`);
  const renamed = "case when k in (3, 4) then 'renamed_value' else phone end";
  await db.run(`create table renamed as select ${renamed} as phone, k from old`);
  await db.run("create table reversed as select reverse(phone) as phone, k from old");
  return opened.close;
});

async function answer(sql: string): Promise<string> {
  const found = await db.runAndReadAll(`${sql} order by k`);
  return JSON.stringify(found.getRowsJson());
}

interface Step {
  readonly name: string;
  readonly sql: string;
  readonly reads: string;
  readonly columns: readonly string[];
}

function verdictBelow(steps: readonly Step[], kind: ChangeKind): string | undefined {
  const text = [
    { name: "phone", type: "VARCHAR" },
    { name: "k", type: "INTEGER" },
  ];
  const views = steps.map(({ name, sql, reads, columns }) => {
    const read =
      steps.find((step) => step.name === reads)?.columns.map((column) => ({ name: column })) ??
      text;
    const lookup = () => ({ asset: idOf(reads), columns: read, complete: true });
    const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
    if (plan === undefined) throw new Error(`no plan of ${sql}`);
    const query = { ...queryOf({ sql, plan }), dialect: "duckdb" as const };
    return [name, { kind: "view" as const, columns: [...columns], queries: [query] }] as const;
  });
  const graph = graphOf("", { t: { columns: text }, ...Object.fromEntries(views) });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind, asset: "t", column: "phone", orderPreserving: false }],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "shown")?.verdict;
}

describe("a text that what gives null for other texts is made of", () => {
  it.each(CASES)("is told where the answer is another one: $made, $asked, $kind", async (one) => {
    const { made, asked, kind } = one;
    const sql = (table: string) =>
      `select ${asked} as x, k from (select ${made} as m, k from ${table})`;
    const isOther = (await answer(sql("old"))) !== (await answer(sql(TABLES[kind])));
    const steps = [
      { name: "made", sql: `select ${made} as m, k from t`, reads: "t", columns: ["m", "k"] },
      { name: "shown", sql: `select ${asked} as x from made`, reads: "made", columns: ["x"] },
    ];
    const verdict = verdictBelow(steps, kind);
    expect(isOther && (verdict === undefined || verdict === "unaffected")).toBe(false);
  });

  it.each(IN_ONE)("is told in one expression too: $made, $asked, $kind", async (one) => {
    const { made, asked, kind } = one;
    const whole = asked.replaceAll(/\bm\b/g, `(${made})`);
    const sql = (table: string) => `select ${whole} as x, k from ${table}`;
    const isOther = (await answer(sql("old"))) !== (await answer(sql(TABLES[kind])));
    const shown = { name: "shown", sql: `select ${whole} as x from t`, reads: "t", columns: ["x"] };
    const verdict = verdictBelow([shown], kind);
    expect(isOther && (verdict === undefined || verdict === "unaffected")).toBe(false);
  });

  it("asks nothing where every text is read: upper", () => {
    const steps = [
      { name: "made", sql: "select upper(phone) as m from t", reads: "t", columns: ["m"] },
      { name: "shown", sql: "select m is not null as x from made", reads: "made", columns: ["x"] },
    ];
    for (const kind of KINDS) expect(verdictBelow(steps, kind) ?? "unaffected").toBe("unaffected");
  });
});
