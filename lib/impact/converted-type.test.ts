import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeInput, ChangeKind } from "./change.ts";

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
  readonly kind?: ChangeKind;
  readonly dialect?: string;
}

/** What a dashboard with one query over `orders` does, after a column of that table got another type. */
const verdictOf = (sql: string, retyped: Retyped): string =>
  assessOn({ reader: retyped.dialect ?? "spark", sql }, retyped);

function assessOn(
  { reader, sql }: { readonly reader: string; readonly sql: string },
  { column, to, dialect = "spark", kind = "type_incompatible" }: Retyped,
): string {
  const lookup = ([name = ""]: readonly string[]) => ({
    asset: idOf(name),
    columns: COLUMNS,
    complete: true,
  });
  const { plan } = analyzeQuery({ sql, dialect: reader, lookup, parser });
  if (plan === undefined) throw new Error(`no plan of ${sql}`);
  const query = queryOf({ sql, dialect: reader, plan });
  const graph = graphOf("", {
    orders: { columns: COLUMNS, attributes: { dialect } },
    items: { columns: COLUMNS, attributes: { dialect } },
    board: { kind: "dashboard", queries: [query] },
  });
  const fromType = COLUMNS.find(({ name }) => name === column)?.type ?? "";
  const found = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind, asset: "orders", column, fromType, toType: to }],
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

  it("are other values where the text is only compared as a text", () => {
    expect(verdictOf("select max(cents) as most from orders", CENTS)).toBe(
      "breaks_silently likely",
    );
  });

  it("fail on engines that refuse to convert", () => {
    for (const dialect of ["duckdb", "postgres"])
      expect(verdictOf("select sum(cents) as total from orders", { ...CENTS, dialect })).toBe(
        "breaks_loudly certain",
      );
  });
});

/** Run with `12` as a text. */
describe("whole numbers that become texts, on Spark", () => {
  const text: Retyped = { column: "cents", to: "VARCHAR", kind: "type_changed" };

  it("are numbers again wherever one is needed", () => {
    for (const sql of [
      "select id from orders where cents > 50",
      "select i.id from items i join orders o on o.cents = i.cents",
      "select case when cents > 500 then 'dear' else 'cheap' end as band from orders",
    ])
      expect(verdictOf(sql, text)).toBe("unaffected ");
  });

  it("are added up as floating numbers, which is a wider type of the same values", () => {
    expect(verdictOf("select sum(cents) as total from orders", text)).toBe("unaffected ");
    expect(verdictOf("select cents * 2 as twice from orders", text)).toBe("unaffected ");
  });

  it("are numbers for whatever stands around a cast", () => {
    expect(verdictOf("select max(cast(cents as bigint)) as most from orders", text)).toBe(
      "unaffected ",
    );
  });

  // cast('1700000000' as timestamp) and cast('12' as boolean) are null, to_date('20250101') is a day: none reads a number.
  it.each([
    "select cast(cents as timestamp) as at from orders",
    "select cast(cents as boolean) as is_any from orders",
    "select max(cast(cents as boolean)) as is_any from orders",
    "select id from orders where cast(cents as boolean)",
    "select hex(cents) as spelled from orders",
  ])("are none where no number is asked for: %s", (sql) => {
    expect(verdictOf(sql, text)).not.toMatch(/^unaffected/);
  });

  it("are refused beside numbers in a function that takes one type only", () => {
    expect(verdictOf("select greatest(cents, 2) as most from orders", text)).toBe(
      "breaks_loudly likely",
    );
  });

  it("are spelled as they were in other texts, as far as Spark wrote them", () => {
    expect(verdictOf("select concat(cents, ' ct') as price from orders", text)).toBe(
      "breaks_silently possible",
    );
  });

  it("may have another largest and another order", () => {
    for (const sql of [
      "select max(cents) as most from orders",
      "select id from orders order by cents desc limit 10",
      "select id, rank() over (order by cents) as place from orders",
    ])
      expect(verdictOf(sql, text)).toBe("breaks_silently possible");
  });

  it("may fail where another engine reads the table", () => {
    const found = assessOn(
      { reader: "trino", sql: "select sum(cents) as total from orders" },
      text,
    );
    expect(found).toBe("breaks_loudly possible");
  });
});

describe("a Parquet file that Spark reads with declared columns", () => {
  const history = (change: { readonly kind: string; readonly toType?: string }): string => {
    const graph = graphOf("file.cents -LENIENT_READ> history.cents", {
      file: { kind: "file", columns: COLUMNS },
      history: { columns: COLUMNS, attributes: { dialect: "spark", readerMode: "lenient" } },
    });
    const found = assessChanges({
      graph,
      snapshot: buildSnapshot(graph),
      changes: [{ asset: "file", column: "cents", fromType: "BIGINT", ...change } as ChangeInput],
    });
    if (isChangeError(found)) throw new Error(found.error.message);
    const verdict = found.verdicts.find(({ asset }) => asset.name === "history");
    return [verdict?.verdict ?? "unaffected", verdict?.certainty].join(" ");
  };

  it.each([
    { kind: "type_changed", toType: "VARCHAR" },
    { kind: "type_incompatible", toType: "VARCHAR" },
    { kind: "type_changed", toType: "DOUBLE" },
    { kind: "type_narrowed_lossy", toType: "TINYINT" },
  ])("is not read where the type is another: $kind to $toType", (change) => {
    expect(history(change)).toBe("breaks_loudly likely");
  });

  it("gives nulls for a column that is gone", () => {
    expect(history({ kind: "drop_column" })).toBe("breaks_silently certain");
  });
});
