import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const COLUMNS = ["id", "amount", "note"].map((name) => ({ name, type: "INTEGER" }));
const parser = await loadSqlParser();

/** What is said of a dashboard with one query over `t`. */
function judge(sql: string, change: ChangeInput): string {
  const lookup = () => ({ asset: idOf("t"), columns: COLUMNS, complete: true });
  const { plan } = analyzeQuery({ sql, dialect: "duckdb", lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const graph = graphOf("", {
    t: { columns: COLUMNS },
    board: {
      kind: "dashboard",
      queries: [{ name: "q", sql, dialect: "duckdb", reads: [], basis: "", provenance: {}, plan }],
    },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  const board = found.verdicts.find(({ asset }) => asset.name === "board");
  return board === undefined ? "not reached" : `${board.verdict} ${board.certainty}`;
}

const drop: ChangeInput = { kind: "drop_column", asset: "t", column: "amount" };

describe("a dashboard that selects all columns and loses one", () => {
  it.each([
    "select * from t",
    "select t.* from t where id > 3",
    "with all_rows as (select * from t) select * from all_rows",
    "select distinct * from t",
    "select t from t",
    "select to_json(t) from t",
    "select row_to_json(t) from t",
    "select hash(*) from t",
    "select list(t) from t",
    "select sum(columns(*)) from t",
  ])("shows less, and does not fail: %s", (sql) => {
    expect(judge(sql, drop)).toBe("breaks_silently likely");
    expect(judge(sql, { ...drop, kind: "rename_column", to: "total" })).toBe(
      "breaks_silently likely",
    );
  });

  it.each([
    "select * from t where amount > 0",
    "select * from t order by amount limit 3",
    "select *, amount * 2 as double from t",
    "select amount from (select * from t)",
    "with all_rows as (select * from t) select id, amount from all_rows",
    "select * exclude (amount) from t",
  ])("fails where the query names the column: %s", (sql) => {
    expect(judge(sql, drop)).toBe("breaks_loudly certain");
  });

  it("does not notice where another column is named after the star", () => {
    expect(judge("select id from (select * from t)", drop)).toBe("not reached");
  });
});
