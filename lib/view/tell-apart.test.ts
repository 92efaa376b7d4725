import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CARD_NAME, ROW_NAME, splitApart, tellApart } from "./tell-apart.ts";

const titlesOf = (names: readonly string[]) => [...tellApart(names, CARD_NAME).values()];

describe("names beside each other that have no room", () => {
  it("names that are short or differ where they are seen stay as they are", () => {
    const names = ["orders", "stg_orders_daily_by_region", "fct_sales_daily_by_region"];
    expect(titlesOf(names)).toEqual(names);
  });

  it("names that differ in the middle keep the words of the beginning that have room and lose the end that they share", () => {
    expect(titlesOf(["mart_sales_weekly_emea_by_day", "mart_sales_weekly_apac_by_day"])).toEqual([
      "mart_sales_…emea…",
      "mart_sales_…apac…",
    ]);
  });

  it("every place in which one of them differs stays", () => {
    expect(
      titlesOf([
        "Weekly review for north, shoes, final edition",
        "Weekly review for north, socks, final edition",
        "Weekly review for south, shoes, final edition",
      ]),
    ).toEqual(["…north, shoes…", "…north, socks…", "…south, shoes…"]);
  });

  it("names that are one another's beginning keep what one has more", () => {
    expect(titlesOf(["mart_sales_weekly_by_day", "mart_sales_weekly_by_by_day"])).toEqual([
      "mart_…day",
      "mart_…by_day",
    ]);
  });

  it("a beginning that has room stays whole: a number alone names nothing", () => {
    const names = [4, 104].map((at) => `Dashboard number ${at} of the regional committee`);
    expect([...tellApart(names, ROW_NAME).values()]).toEqual([
      "Dashboard number 4…",
      "Dashboard number 104…",
    ]);
  });

  it("titles are as different as the names", () => {
    const middle = fc
      .array(fc.constantFrom("mart", "sales", "emea", "daily", "v2", "é", "🛒"), { maxLength: 9 })
      .map((words) => words.join("_"));
    fc.assert(
      fc.property(fc.uniqueArray(middle), (middles) => {
        const titles = titlesOf(middles.map((one) => `report_of_weekly_${one}_by_region`));
        expect(new Set(titles).size).toBe(middles.length);
      }),
    );
  });

  it("the parts of a name are the name", () => {
    const name = fc
      .array(fc.constantFrom("mart", "sales", "emea", "v2", "é", "🛒"), { maxLength: 12 })
      .map((words) => words.join("_"));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        for (const [one, { begin, apart, end }] of splitApart(names, ROW_NAME))
          expect(`${begin}${apart}${end}`).toBe(one);
      }),
    );
  });
});
