import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const COLUMNS = ["id", "amount"].map((name) => ({ name, type: "INTEGER" }));
const parser = await loadSqlParser();

/** What happens to the rows of a dashboard with one query over `c` and `t`. */
function rowsOf(sql: string, change: ChangeInput): readonly string[] {
  const dialect = "spark";
  const lookup = ([name = ""]: readonly string[]) => ({
    asset: idOf(name),
    columns: COLUMNS,
    complete: true,
  });
  const { plan } = analyzeQuery({ sql, dialect, lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = { name: "q", sql, dialect, reads: [], basis: "", provenance: {}, plan };
  const graph = graphOf("", {
    t: { columns: COLUMNS },
    c: { columns: COLUMNS },
    board: { kind: "dashboard", queries: [query] },
  });
  const found = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(found)) throw new Error(found.error.message);
  const board = found.verdicts.find(({ asset }) => asset.name === "board");
  return (board?.rows ?? []).map(({ effect, certainty }) => `${effect} ${certainty}`);
}

const nulls = (asset: string): ChangeInput => ({
  kind: "became_mostly_null",
  asset,
  column: "amount",
});

describe("a key of an anti join that turned null", () => {
  const anti = "select c.id from c left anti join t on t.amount = c.amount";

  it.each([
    ["t", anti],
    ["c", anti],
    ["t", "select c.id from c left anti join t using (amount)"],
    ["c", "select c.id from c left anti join t using (amount)"],
  ])("lets further rows stay: of %s in %s", (asset, sql) => {
    expect(rowsOf(sql, nulls(asset))).toEqual(["ROWS_LOST possible", "ROWS_EXTRA likely"]);
  });

  it("loses rows of a semi join", () => {
    const semi = anti.replace("anti", "semi");
    expect(rowsOf(semi, nulls("t"))).toEqual(["ROWS_LOST certain"]);
  });
});

describe("missing rows of a list that others are asked for", () => {
  it("leave rows out only where all that match them are missing", () => {
    const sql = "select c.id from c where c.amount in (select amount from t)";
    expect(rowsOf(sql, { kind: "row_count_drop", asset: "t" })).toEqual(["ROWS_LOST possible"]);
  });
});

describe("distinct on", () => {
  it("folds rows by its key, and hands the key on to no column", () => {
    expect(rowsOf("select distinct on (amount) id from t", nulls("t"))).toEqual([
      "ROWS_LOST likely",
    ]);
    const other = { kind: "type_incompatible", asset: "t", column: "amount" } as const;
    expect(rowsOf("select distinct on (amount) id from t", other)).toEqual([]);
  });
});
