import { describe, expect, it } from "vitest";
import type { BecauseStep } from "#lib/impact/assessment.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { groupSteps } from "./because-groups.ts";

const step = (asset: string, given: Partial<BecauseStep> = {}): BecauseStep => ({
  node: `col:${asset}.${given.column ?? "revenue"}`,
  asset: assetId("duckdb", asset),
  column: "revenue",
  effect: "VALUE",
  certainty: "certain",
  rule: "FL-0401",
  text: "wrong values flow on",
  ...given,
});

describe("the steps of a proof", () => {
  const steps = [
    step("shop.orders", {
      column: "amount",
      effect: "RENAMED",
      rule: "FL-0001",
      text: "the column gets another name",
    }),
    step("wh.daily", {
      column: "amount",
      inside: "orders where",
      effect: "NULLS",
      rule: "FL-0301",
      text: "nulls pass through",
      use: "IDENTITY",
    }),
    step("wh.daily", {
      column: "sum(amount)",
      inside: "group by",
      rule: "FL-0302",
      text: "aggregates skip nulls",
      use: "AGG_SUM",
      expression: "sum(amount)",
      provenance: { file: "daily.sql", line: 5 },
    }),
    step("wh.daily", { use: "IDENTITY" }),
    step("Campaign ROI", { column: "ROI" }),
  ];

  it("are told once for each asset, in the order of the way", () => {
    expect(groupSteps(steps).map((group) => [group.name, group.column])).toEqual([
      ["orders", "amount"],
      ["daily", "revenue"],
      ["Campaign ROI", "ROI"],
    ]);
  });

  it("lose none of the inner ones, which stand behind their asset", () => {
    const groups = groupSteps(steps);
    const told = groups.flatMap((group) => (group.inside.length > 0 ? group.inside : [group.step]));
    expect(told).toEqual(steps);
  });

  it("say what happens, not that it is handed on, with the expression and the line", () => {
    const daily = groupSteps(steps)[1];
    expect(daily).toMatchObject({
      fullName: "wh.daily",
      sentences: ["aggregates skip nulls"],
      uses: ["summed"],
      expression: "sum(amount)",
      place: "daily.sql:5",
    });
  });

  it("still say something where the asset only hands on", () => {
    expect(groupSteps(steps)[2]?.sentences).toEqual(["wrong values flow on"]);
  });
});
