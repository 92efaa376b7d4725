import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { openDuckdb } from "./open-duckdb.fixture.ts";

/* Places get a column that another table is joined by with USING. DuckDB is asked which queries fail then. */
const TABLES = {
  trips: "select i as trip, i % 3 as place, i % 2 as mode from range(6) r(i)",
  places: "select i as place, 'p' || i as city from range(3) r(i)",
  factors: "select i as mode, i * 10 as factor from range(2) r(i)",
};
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  trips: ["trip", "place", "mode"],
  places: ["place", "city"],
  factors: ["mode", "factor"],
};

const QUERIES: readonly string[] = [
  "select factor from trips t join places p on p.place = t.place left join factors f using (mode)",
  "select factor from places p join trips t on p.place = t.place left join factors f using (mode)",
  "select factor from trips t join places p using (place) join factors f using (mode)",
  "select factor from trips t join factors f using (mode) join places p on p.place = t.place join factors g using (mode, factor)",
  "select factor from trips t join (select * from places) p using (place) join factors f using (mode)",
  "select factor from trips t join factors f using (mode) join places p on p.place = t.place",
  "select factor from trips t semi join places p using (place) join factors f using (mode)",
  "select factor from trips t join (select place from places) p using (place) join factors f using (mode)",
  "select f.factor from trips t join places p on p.place = t.place join factors f on f.mode = t.mode",
];

let parser: SqlParser;
let db: DuckDBConnection;
beforeAll(async () => {
  parser = await loadSqlParser();
  const opened = await openDuckdb();
  db = opened.connection;
  for (const [name, text] of Object.entries(TABLES))
    await db.run(`create table ${name} as ${text}`);
  return opened.close;
});

async function fails(sql: string): Promise<boolean> {
  await db.run("alter table places add column mode bigint");
  try {
    await db.run(sql);
    return false;
  } catch {
    return true;
  } finally {
    await db.run("alter table places drop column mode");
  }
}

function verdictOf(sql: string): string {
  const typed = (name: string) =>
    (COLUMNS[name] ?? []).map((each) => ({ name: each, type: "BIGINT" }));
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    return { asset: idOf(name), columns: typed(name), complete: true };
  };
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const graph = graphOf("", {
    ...Object.fromEntries(Object.keys(TABLES).map((name) => [name, { columns: typed(name) }])),
    board: { kind: "dashboard", queries: [queryOf({ sql, plan })] },
  });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "add_column_name_collision", asset: "places", column: "mode" }],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board")?.verdict ?? "unaffected";
}

describe("a new column of the name that a join USING another table has", () => {
  it.each(QUERIES)("fails as it does on DuckDB: %s", async (sql) => {
    expect(verdictOf(sql)).toBe((await fails(sql)) ? "breaks_loudly" : "unaffected");
  });
});
