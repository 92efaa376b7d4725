import { describe, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { PlanEdge, QueryPlan } from "#lib/model/query-plan.ts";
import { applyLiveColumns } from "./live-reads.ts";

/** `select a, b as c from t where d`, and an inner relation that passes `a` on. */
const edges: readonly PlanEdge[] = [
  { input: 0, column: "a", to: 0, use: "IDENTITY" },
  { input: 0, column: "b", to: 1, use: "IDENTITY" },
  { input: 0, column: "d", use: "FILTER" },
];
const plan: QueryPlan = {
  relations: [
    {
      label: "t where",
      columns: [{ name: "a" }, { name: "c" }],
      inputs: [{ asset: assetId("duckdb", "t"), rows: "each" }],
      edges,
    },
    {
      label: "result",
      columns: [{ name: "a" }],
      inputs: [{ relation: 0, rows: "each" }],
      edges: [{ input: 0, column: "a", to: 0, use: "IDENTITY" }],
    },
  ],
};
const usesOf = (changed: QueryPlan, at: number) =>
  changed.relations[at]?.edges.map((edge) =>
    `${edge.column ?? "*"} ${edge.use} ${edge.detail ?? ""}`.trim(),
  );

describe("SQL that a template wrote", () => {
  it("gives NULL for a column of a table that is missing, and fails for a filter on it as before", () => {
    const changed = applyLiveColumns(plan, { mode: "fills", written: [] });
    expect(usesOf(changed, 0)).toEqual(["a IDENTITY fills", "b IDENTITY fills", "d FILTER"]);
    expect(usesOf(changed, 1)).toEqual(["a IDENTITY"]);
  });

  it("lists what is there: as a star, with the columns that come later", () => {
    const changed = applyLiveColumns(plan, { mode: "lists", written: [] });
    expect(usesOf(changed, 0)).toEqual(["a STAR", "b IDENTITY", "d FILTER", "* STAR"]);
    expect(usesOf(changed, 1)).toEqual(["a STAR", "* STAR"]);
  });

  it("still names what people wrote by hand", () => {
    const changed = applyLiveColumns(plan, { mode: "lists", written: ["a"] });
    expect(usesOf(changed, 0)).toEqual(["a IDENTITY", "b IDENTITY", "d FILTER"]);
  });
});
