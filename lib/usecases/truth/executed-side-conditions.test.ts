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
 * A dbt model looks up, for each sale, the version of a customer that was valid then; a board counts the model's rows.
 * DuckDB runs both before and after each change: where the count is another one, the board must not read as unaffected.
 */
const TABLES = {
  sale: "select i % 4 as k, i * 10 as seen, i as n from range(40) r(i)",
  version: "select i % 4 as k, i // 4 * 100 as lo, i // 4 * 100 + 100 as hi from range(16) r(i)",
};
const COLUMNS = { sale: ["k", "seen", "n"], version: ["k", "lo", "hi"] };

const joined = (condition: string): string =>
  `select s.n, v.lo from sale s left join version v on v.k = s.k and ${condition}`;

const RANGES = [
  "s.seen >= v.lo and s.seen < v.hi",
  "v.lo <= s.seen and v.hi > s.seen",
  "s.seen >= v.lo and (v.hi is null or s.seen < v.hi)",
];
/** Here another value that is asked with finds more or fewer partners. */
const OPEN = [
  "s.seen >= v.lo",
  "v.lo >= s.seen",
  "s.seen >= v.lo and s.seen >= v.hi",
  "v.lo >= s.seen and v.lo < s.seen + 250",
  "(s.seen >= v.hi or v.lo > s.seen + 150)",
  // Of two that touch, a value on the border has both.
  "s.seen >= v.lo and s.seen <= v.hi",
  "s.seen between v.lo and v.hi",
];

const OTHER_TIME: ChangeInput = {
  kind: "unit_or_meaning_changed",
  asset: "sale",
  column: "seen",
  orderPreserving: false,
};

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  return opened.close;
});

async function countAfter(sql: string, change?: string): Promise<string> {
  for (const [name, text] of Object.entries(TABLES))
    await db.run(`create or replace table ${name} as ${text}`);
  if (change !== undefined) await db.run(change);
  return JSON.stringify((await db.runAndReadAll(`select count(*) from (${sql})`)).getRowsJson());
}

function verdictOfCount(sql: string, change: ChangeInput): string {
  const columnsOf = (name: string): readonly string[] =>
    name === "model" ? ["n", "lo"] : COLUMNS[name as keyof typeof COLUMNS];
  const typed = (name: string) => columnsOf(name).map((each) => ({ name: each, type: "BIGINT" }));
  const planOf = (text: string) => {
    const lookup = (path: readonly string[]) => {
      const name = path.at(-1) ?? "";
      return { asset: idOf(name), columns: typed(name), complete: true };
    };
    const { plan } = analyzeQuery({ sql: text, dialect: "duckdb", lookup, parser });
    if (plan === undefined) throw new Error(`no plan of ${text}`);
    return queryOf({ sql: text, plan });
  };
  const graph = graphOf("", {
    sale: { columns: typed("sale") },
    version: { columns: typed("version") },
    model: { attributes: { dbtUniqueId: "model.x.model" }, queries: [planOf(sql)] },
    board: { kind: "dashboard", queries: [planOf("select count(*) as rows from model")] },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board")?.verdict ?? "unaffected";
}

describe("a value that is looked up between two bounds", () => {
  const otherTime = "update sale set seen = seen // 2";

  it.each(RANGES)("finds one partner at most, whatever it is: %s", async (condition) => {
    const sql = joined(condition);
    expect(await countAfter(sql, otherTime)).toBe(await countAfter(sql));
    expect(verdictOfCount(sql, OTHER_TIME)).toBe("unaffected");
  });

  it.each(OPEN)("may find more where they are no bounds on both sides: %s", async (condition) => {
    const sql = joined(condition);
    expect(await countAfter(sql, otherTime)).not.toBe(await countAfter(sql));
    expect(verdictOfCount(sql, OTHER_TIME)).toBe("breaks_silently");
  });

  it.each(["lo", "hi"])("may find two where one bound gets another unit: %s", async (column) => {
    const sql = joined("s.seen >= v.lo and s.seen < v.hi");
    const change = `update version set ${column} = ${column === "lo" ? "lo / 100" : "hi * 100"}`;
    expect(await countAfter(sql, change)).not.toBe(await countAfter(sql));
    const factor = column === "lo" ? 0.01 : 100;
    expect(
      verdictOfCount(sql, { kind: "unit_or_meaning_changed", asset: "version", column, factor }),
    ).toBe("breaks_silently");
  });
});
