import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInSql, type SqlPlace, type WrittenQuery } from "./find-in-sql.ts";

const SQL = `select
  o.day, -- amount is in cents
  sum(o.amount)
    / 100 as revenue,
  max(amount_due) as due
from orders o
where o.amount > 0`;

const query = (sql: string, more: Partial<WrittenQuery> = {}): WrittenQuery => ({
  name: "model",
  sql,
  provenance: { file: "models/revenue.sql", line: 1 },
  ...more,
});

/** What stands out, with the number of its line. */
const hitsOf = (place: SqlPlace | undefined) =>
  (place?.lines ?? []).flatMap(({ number, parts }) =>
    parts.filter(({ isHit }) => isHit).map(({ text }) => `${number}: ${text}`),
  );

describe("the place in a query where a column is used", () => {
  it("is where the expression stands, however it is broken into lines", () => {
    const place = findInSql([query(SQL)], { column: "amount", expression: "SUM(o.amount) / 100" });
    expect(hitsOf(place)).toEqual(["3: amount"]);
    expect(place?.lines.map(({ number }) => number)).toEqual([2, 3, 4, 5]);
    expect([place?.above, place?.below]).toEqual([1, 2]);
  });

  it("is the mention nearest to the line that the step names, and no part of a longer name or a comment", () => {
    const at = (line: number) =>
      hitsOf(
        findInSql([query(SQL)], {
          column: "amount",
          provenance: { file: "models/revenue.sql", line },
        }),
      );
    expect(at(1)).toEqual(["3: amount"]);
    expect(at(7)).toEqual(["7: amount"]);
  });

  it("counts the lines of the file that the query stands in", () => {
    const late = query("select amount\nfrom orders", {
      provenance: { file: "consumers.csv", line: 40 },
    });
    expect(hitsOf(findInSql([late], { column: "amount" }))).toEqual(["40: amount"]);
  });

  it("is in that query of several which holds the expression", () => {
    const tiles = [
      query("select amount from orders", { name: "Detail" }),
      query("select avg(amount) as mean from orders", { name: "Mean" }),
    ];
    expect(findInSql(tiles, { column: "amount", expression: "avg(amount)" })?.query).toBe("Mean");
  });

  it("is where the table is read, where the whole table comes in", () => {
    const place = findInSql([query(SQL)], { table: "orders" });
    expect(hitsOf(place)).toEqual(["6: orders"]);
    expect(
      hitsOf(findInSql([query("select * from x.orders")], { column: "amount", table: "orders" })),
    ).toEqual(["1: orders"]);
  });

  it("is nowhere where no query mentions it", () => {
    expect(findInSql([query("select 1")], { column: "amount" })).toBeUndefined();
    expect(findInSql([], { column: "amount", expression: "amount" })).toBeUndefined();
  });

  it("never loses or changes a letter of the lines that it shows, for any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (sql, column, expression) => {
        const place = findInSql([query(sql)], { column, expression });
        const lines = sql.split("\n");
        for (const { number, parts } of place?.lines ?? [])
          expect(parts.map(({ text }) => text).join("")).toBe(lines[number - 1]);
      }),
    );
  });

  it("is found in a long text without delay", () => {
    const sql = `select ${"a + ".repeat(50_000)}amount from t`;
    const began = process.cpuUsage();
    expect(findInSql([query(sql)], { column: "amount", expression: "a + amount" })).toBeDefined();
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1_000);
  });
});
