import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { appliesTo, ruleSchema } from "#lib/ingest/owners/rules.ts";
import { assetId, shortNameOf } from "#lib/model/asset-id.ts";
import { listOwnership, previewEdit, sayRule } from "./ownership-rows.ts";
import type { OwnershipRow } from "./page-answers.ts";

const rowOf = (name: string, more: Partial<OwnershipRow> = {}): OwnershipRow => ({
  id: assetId("mesh", name),
  namespace: "mesh",
  name,
  shortName: shortNameOf(name),
  kind: "table",
  hops: 0,
  tierGuessed: false,
  consumers: 0,
  ...more,
});

const ROWS = [
  rowOf("checkout.carts", { consumers: 1, domain: "checkout" }),
  rowOf("checkout.orders", { consumers: 9, domain: "checkout", owner: "shop", tier: 2 }),
  rowOf("finance.revenue", { consumers: 4, tier: 3, tierGuessed: true }),
  rowOf("Revenue today", { kind: "dashboard", owner: "finance-data" }),
];

const names = (find: string, lack: "any" | "domain" | "owner" | "tier" = "any") =>
  listOwnership(ROWS, { find, lack, sort: "consumers" }).map((row) => row.name);

describe("the list of owners", () => {
  it("begins with what most consumers hang on, and leaves a consumer in front of what nobody reads", () => {
    expect(names("")).toEqual([
      "checkout.orders",
      "finance.revenue",
      "checkout.carts",
      "Revenue today",
    ]);
    expect(listOwnership(ROWS, { find: "", lack: "any", sort: "name" })).toEqual(ROWS);
  });

  it("finds names, domains, owners and kinds in any case", () => {
    expect(names("REVENUE")).toEqual(["finance.revenue", "Revenue today"]);
    expect(names("shop")).toEqual(["checkout.orders"]);
    expect(names("dashboard")).toEqual(["Revenue today"]);
  });

  it("counts a guessed tier as not said", () => {
    expect(names("", "tier")).toEqual(["finance.revenue", "checkout.carts", "Revenue today"]);
  });

  it("takes a pattern for the same assets as the rule that it can become", () => {
    for (const pattern of ["checkout.*", "orders*", "*.revenue", "Checkout.O*"]) {
      const text = sayRule(pattern, { owner: 'the "shop" team', tier: 1 });
      const rule = ruleSchema.parse(parse(text).rules[0]);
      expect(rule.set).toEqual({ owner: 'the "shop" team', tier: 1 });
      const byRule = ROWS.filter((row) =>
        appliesTo(rule, { ...row, attributes: {}, files: [] }),
      ).map((row) => row.name);
      expect([...names(pattern)].sort()).toEqual(byRule.sort());
    }
  });
});

describe("the preview of an edit", () => {
  it("counts what becomes different, and what a source had said otherwise", () => {
    expect(previewEdit(ROWS, { domain: "checkout" })).toEqual({ changed: 2, overruled: 0 });
    expect(previewEdit(ROWS, { owner: "shop" })).toEqual({ changed: 3, overruled: 1 });
  });

  it("takes a guess for no statement, also where the guess was right", () => {
    expect(previewEdit(ROWS, { tier: 3 })).toEqual({ changed: 4, overruled: 1 });
  });
});
