import { expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import type { PlanEdge, QueryPlan } from "#lib/model/query-plan.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeKind } from "./change.ts";

/** What a change of `status` does to a board that passes on `amount` and has one further use of `status`. */
function certaintyOf(kind: ChangeKind, use: Partial<PlanEdge> & Pick<PlanEdge, "use">) {
  const plan: QueryPlan = {
    relations: [
      {
        label: "orders where",
        columns: [{ name: "amount" }],
        inputs: [{ asset: idOf("orders"), rows: "each" }],
        edges: [
          { input: 0, column: "amount", to: 0, use: "IDENTITY" },
          { input: 0, column: "status", ...use },
        ],
      },
    ],
  };
  const query = queryOf({ plan });
  const graph = graphOf("", {
    orders: { columns: ["amount", "status"] },
    board: { kind: "dashboard", queries: [query] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind, asset: "orders", column: "status" }],
  });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  return answer.verdicts.find(({ asset }) => asset.name === "board")?.certainty;
}

const RENAMED = "enum_value_removed_or_renamed";

test("a pattern may take the new spelling of a value as it took the old one", () => {
  expect(certaintyOf(RENAMED, { use: "FILTER", detail: "not_like" })).toBe("likely");
  expect(certaintyOf(RENAMED, { use: "FILTER", detail: "op:<" })).toBe("likely");
  const equal = { use: "FILTER", detail: "op:=" } as const;
  expect(certaintyOf(RENAMED, { ...equal, expression: "status = 'paid'" })).toBe("certain");
});

test("a value under another name finds no partner any more, if it had one", () => {
  expect(certaintyOf(RENAMED, { use: "FILTER", detail: "op:=" })).toBe("likely");
});

test.each(["unit_or_meaning_changed", RENAMED, "enum_value_added"] as const)(
  "the second choice of a coalesce shows %s only where the first is missing",
  (kind) => {
    const choice = { use: "COALESCE", to: 0 } as const;
    expect(certaintyOf(kind, { ...choice, detail: "fallback" })).toBe("likely");
    expect(certaintyOf(kind, { ...choice, detail: "first" })).toBe("certain");
  },
);
