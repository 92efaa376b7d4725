import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tellApart } from "./tell-apart.ts";

describe("names beside each other that have no room", () => {
  it("names that are short or differ where they are seen stay as they are", () => {
    const names = [
      "orders",
      "stg_orders_daily_by_region_and_day",
      "fct_sales_daily_by_region_and_day",
    ];
    expect([...tellApart(names).values()]).toEqual(names);
  });

  it("names that differ in the middle lose the beginning that they share", () => {
    const names = ["mart_sales_weekly_emea_by_day", "mart_sales_weekly_apac_by_day"];
    expect([...tellApart(names).values()]).toEqual(["mar…emea_by_day", "mar…apac_by_day"]);
  });

  it("those that differ again further on are told apart there", () => {
    const names = [
      "Weekly revenue review for north, shoes, final edition",
      "Weekly revenue review for north, socks, final edition",
      "Weekly revenue review for south, shoes, final edition",
    ];
    expect([...tellApart(names).values()]).toEqual([
      "Wee…shoes, final edition",
      "Wee…socks, final edition",
      "Wee…south, shoes, final edition",
    ]);
  });

  it("no name is lost, and each title ends as its name does", () => {
    const name = fc
      .array(fc.constantFrom("mart", "sales", "emea", "daily", "v2", "é", "🛒"), {
        minLength: 1,
        maxLength: 9,
      })
      .map((words) => words.join("_"));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const titles = tellApart(names);
        for (const one of names) {
          const title = titles.get(one) ?? "";
          const [, rest = title] = title.split("…");
          expect(one.endsWith(rest)).toBe(true);
        }
      }),
    );
  });
});
