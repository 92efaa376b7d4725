import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

const COLUMNS = [
  { name: "id", type: "INTEGER" },
  { name: "amount", type: "INTEGER" },
  { name: "state", type: "VARCHAR" },
];
const parser = await loadSqlParser();

/** A dashboard with one query over `t` and `u`, after a change of `t`. */
function boardAfter(sql: string, change: Omit<ChangeInput, "asset">): AssetVerdict | undefined {
  const dialect = "duckdb";
  const lookup = ([name = ""]: readonly string[]) => ({
    asset: idOf(name),
    columns: COLUMNS,
    complete: true,
  });
  const { plan } = analyzeQuery({ sql, dialect, lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = queryOf({ sql, dialect, plan });
  const graph = graphOf("", {
    t: { columns: COLUMNS },
    u: { columns: COLUMNS },
    board: { kind: "dashboard", queries: [query] },
  });
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ ...change, asset: "t" } as ChangeInput],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return found.verdicts.find(({ asset }) => asset.name === "board");
}

function verdictOn(sql: string, change: Omit<ChangeInput, "asset">): string {
  const board = boardAfter(sql, change);
  return `${board?.verdict} ${board?.certainty ?? ""}`.trim();
}

const nulls = (column: string) =>
  ({ kind: "became_mostly_null", column, nullShare: 1 }) as Omit<ChangeInput, "asset">;
const unit = { kind: "unit_or_meaning_changed", column: "amount", factor: 100 } as Omit<
  ChangeInput,
  "asset"
>;

describe("a value that is used in some rows alone", () => {
  it.each([
    "select sum(amount) filter (where state = 'open') as a from t",
    "select sum(case when state = 'open' then amount else 0 end) as a from t",
    "select case when state = 'open' then amount end as a from t",
  ])("is wrong there likely: %s", (sql) => {
    expect(verdictOn(sql, unit)).toBe("breaks_silently likely");
    expect(verdictOn(sql, nulls("amount"))).toBe("breaks_silently likely");
  });

  it("is wrong for certain where all rows count", () => {
    expect(verdictOn("select sum(amount) as a from t", unit)).toBe("breaks_silently certain");
  });
});

describe("a value that is picked by its rank", () => {
  it.each(["select max(amount) as a from t", "select arg_max(id, amount) as a from t"])(
    "may be the same when many others are null: %s",
    (sql) => {
      expect(verdictOn(sql, nulls("amount"))).toBe("breaks_silently likely");
    },
  );
});

describe("rows that find no partner any more, for nulls let no row pass", () => {
  const spans = "(select id, amount, coalesce(amount, 9) as upto from t) s";
  const sql = `select u.id from u left join ${spans} on s.id = u.id and u.amount >= s.amount and u.amount < s.upto`;

  it("are not said to be perhaps more", () => {
    expect(boardAfter(sql, nulls("amount"))?.rows).toEqual([
      expect.objectContaining({ effect: "ROWS_LOST" }),
    ]);
  });

  it("may be more where the bounds are only others", () => {
    expect(boardAfter(sql, unit)?.rows).toContainEqual(
      expect.objectContaining({ effect: "ROWS_EXTRA", certainty: "possible" }),
    );
  });
});

describe("a new value among those that are distinct", () => {
  it("is a row of its own, and multiplies none that look it up", () => {
    const sql =
      "select u.amount, count(*) as n from u left join (select distinct state from t) s on s.state = u.state group by 1";
    expect(
      verdictOn(sql, { kind: "enum_value_added", column: "state", value: "new" } as never),
    ).toBe("unaffected");
  });
});
