import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import { comparesWithOthers } from "./renamed-value.ts";

const plan: QueryPlan = {
  relations: [
    {
      label: "orders where",
      columns: [{ name: "amount" }],
      inputs: [{ asset: idOf("orders"), rows: "each" }],
      edges: [
        { input: 0, column: "amount", to: 0, use: "IDENTITY" },
        {
          input: 0,
          column: "status",
          use: "FILTER",
          detail: "op:<>",
          expression: "status <> 'cancelled'",
        },
      ],
    },
  ],
};

function verdict(details: { readonly value?: string; readonly to?: string }): string | undefined {
  const query = queryOf({ plan });
  const graph = graphOf("", {
    orders: { columns: ["amount", "status"] },
    board: { kind: "dashboard", queries: [query] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      { kind: "enum_value_removed_or_renamed", asset: "orders", column: "status", ...details },
    ],
  });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  const board = answer.verdicts.find((each) => each.asset.name === "board");
  return `${board?.verdict} ${board?.absorbedBy?.[0]?.why ?? ""}`.trim();
}

describe("a value that got another name", () => {
  it("is not the code of a letter that happens to stand in it", () => {
    const edge = { use: "FILTER", literals: "d" } as const;
    expect(comparesWithOthers(edge, { value: "U", to: "renamed" })).toBe(true);
    expect(comparesWithOthers(edge, { value: "D", to: "renamed" })).toBe(false);
    expect(comparesWithOthers({ ...edge, literals: "rename" }, { value: "U", to: "renamed" })).toBe(
      false,
    );
  });

  it("does not matter to a condition on other values, and the answer says where it stops", () => {
    expect(verdict({ value: "delivered", to: "done" })).toBe(
      "unaffected compares with other values",
    );
  });

  it("matters where the condition names it, before or after, or where it is not said which value it is", () => {
    expect(verdict({ value: "cancelled", to: "void" })).toBe("breaks_silently");
    expect(verdict({ value: "void", to: "Cancelled" })).toBe("breaks_silently");
    expect(verdict({})).toBe("breaks_silently");
  });

  it("counts a part of a text as the text, since it may have been put together on the way", () => {
    const use = { use: "FILTER", literals: "eu-cancelled" } as const;
    expect(comparesWithOthers(use, { value: "cancelled" })).toBe(false);
    expect(comparesWithOthers(use, { value: "paid" })).toBe(true);
    expect(comparesWithOthers({ use: "FILTER" }, { value: "paid" })).toBe(false);
  });
});
