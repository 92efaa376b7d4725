import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";

const COLUMNS = [
  { name: "id", type: "BIGINT" },
  { name: "cents", type: "BIGINT" },
  { name: "status", type: "VARCHAR" },
  { name: "is_gift", type: "BOOLEAN" },
  { name: "placed_at", type: "TIMESTAMP" },
];
const parser = await loadSqlParser();

interface Retyped {
  readonly column: string;
  readonly to: string;
  readonly dialect?: string;
}

/** What a dashboard with one query over `orders` does, after a column got values that do not convert. */
function verdictOf(sql: string, { column, to, dialect = "spark" }: Retyped): string {
  const lookup = ([name = ""]: readonly string[]) => ({
    asset: idOf(name),
    columns: COLUMNS,
    complete: true,
  });
  const { plan } = analyzeQuery({ sql, dialect, lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = { name: "q", sql, dialect, reads: [], basis: "", provenance: {}, plan };
  const graph = graphOf("", {
    orders: { columns: COLUMNS, attributes: { dialect } },
    items: { columns: COLUMNS, attributes: { dialect } },
    board: { kind: "dashboard", queries: [query] },
  });
  const fromType = COLUMNS.find(({ name }) => name === column)?.type ?? "";
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: "type_incompatible", asset: "orders", column, fromType, toType: to }],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  const board = found.verdicts.find(({ asset }) => asset.name === "board");
  return [board?.verdict ?? "unaffected", board?.certainty].join(" ");
}

const CENTS = { column: "cents", to: "VARCHAR" };

/** Each was run on Spark 3.5 with values such as `v:12`. */
describe("values that do not convert, on Spark", () => {
  it.each([
    "select sum(cents) as total from orders",
    "select cents / 100.0 as amount from orders",
    "select cast(cents as int) as cents from orders",
    "select id from orders where cents > 50",
    "select id from orders where cents = 50",
    "select case when cents > 500 then 'dear' else 'cheap' end as band from orders",
    "select i.id from items i join orders o on o.cents = i.cents",
    "select i.id, o.status from items i left join orders o on o.cents = i.cents",
  ])("become null without an error: %s", (sql) => {
    expect(verdictOf(sql, CENTS)).toBe("breaks_silently likely");
  });

  it("are null where a time is asked for its month", () => {
    const sql = "select date_trunc('month', placed_at) as month from orders";
    expect(verdictOf(sql, { column: "placed_at", to: "VARCHAR" })).toBe("breaks_silently likely");
  });

  it("match no word any more where a number is compared with words", () => {
    for (const where of ["status = 'paid'", "status in ('paid', 'packed')", "status <> 'paid'"])
      expect(
        verdictOf(`select id from orders where ${where}`, { column: "status", to: "BIGINT" }),
      ).toBe("breaks_silently likely");
  });

  it("stand as texts where a number stands in for what is missing", () => {
    expect(verdictOf("select coalesce(cents, 0) as cents from orders", CENTS)).toBe(
      "breaks_silently likely",
    );
  });

  it("are refused as a condition", () => {
    for (const sql of [
      "select id from orders where is_gift",
      "select sum(case when is_gift then 1 else 0 end) as gifts from orders",
    ])
      expect(verdictOf(sql, { column: "is_gift", to: "VARCHAR" })).toBe("breaks_loudly likely");
  });

  it("fail on engines that refuse to convert", () => {
    for (const dialect of ["duckdb", "postgres"])
      expect(verdictOf("select sum(cents) as total from orders", { ...CENTS, dialect })).toBe(
        "breaks_loudly certain",
      );
  });
});
