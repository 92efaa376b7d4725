import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { removeInlineCtes } from "./inline-ctes.ts";

const squeeze = (sql: string): string => sql.replace(/\s+/g, " ").trim();

describe("removing dbt's pasted ephemeral models", () => {
  it.each([
    ["with __dbt__cte__a as (select 1) select * from __dbt__cte__a", "select * from __dbt__cte__a"],
    [
      "with __dbt__cte__a as (\nselect ')' as x\n), __dbt__cte__b as (select 2), c as (select 3) select * from c",
      "with c as (select 3) select * from c",
    ],
    ["-- head\nWITH __dbt__cte__a AS (select (1) /* ( */) select 2", "-- head select 2"],
    [
      'with "__dbt__cte__a" as (select 1), c as (select 1) select 1',
      "with c as (select 1) select 1",
    ],
    ["select __dbt__cte__ from t", "select __dbt__cte__ from t"],
    ["with __dbt__cte__a as (select 1", "with __dbt__cte__a as (select 1"],
  ])("%s", (sql, expected) => {
    expect(squeeze(removeInlineCtes(sql))).toBe(expected);
  });

  it("leaves every line and column where it was", () => {
    const body = fc.stringMatching(/^[a-z0-9 \n]{0,30}$/);
    fc.assert(
      fc.property(body, body, (inner, rest) => {
        const sql = `with __dbt__cte__a as (${inner}), b as (${rest}) select 1`;
        const clean = removeInlineCtes(sql);
        expect(clean).toHaveLength(sql.length);
        expect(clean.split("\n")).toHaveLength(sql.split("\n").length);
        expect(clean.endsWith(`b as (${rest}) select 1`)).toBe(true);
      }),
    );
  });

  it("is linear: 10,000 pasted models take no noticeable time", () => {
    const ctes = Array.from(
      { length: 10_000 },
      (_none, index) => `__dbt__cte__m${index} as (select ${index})`,
    );
    const sql = `with ${ctes.join(", ")} select * from __dbt__cte__m1`;
    expect(squeeze(removeInlineCtes(sql))).toBe("select * from __dbt__cte__m1");
  });
});
