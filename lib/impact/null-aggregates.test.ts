import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import { assessChanges } from "./assess-change.ts";

/** `select visitor, <detail> is not null as converted from (select visitor, min(id) as id from orders group by 1)`. */
const PROFILE: AssetQuery = {
  name: "profile",
  sql: "",
  dialect: "duckdb",
  plan: {
    relations: [
      {
        label: "group by",
        columns: [{ name: "visitor" }, { name: "id" }],
        inputs: [{ asset: idOf("orders"), rows: "grouped" }],
        edges: [
          { input: 0, column: "visitor", to: 0, use: "IDENTITY" },
          { input: 0, column: "visitor", use: "GROUP_BY" },
          { input: 0, column: "id", to: 1, use: "AGG_IDEMPOTENT", detail: "min" },
        ],
      },
      {
        label: "result",
        columns: [{ name: "visitor" }, { name: "converted" }],
        inputs: [{ relation: 0, rows: "each" }],
        edges: [
          { input: 0, column: "visitor", to: 0, use: "IDENTITY" },
          { input: 0, column: "id", to: 1, use: "ARITH", detail: "op:is_not_null" },
        ],
      },
    ],
  },
  provenance: { file: "profile.sql", line: 1 },
};

function verdictOf(kind: "became_mostly_null" | "unit_or_meaning_changed") {
  const graph = graphOf("profile.converted -IDENTITY> board.converted", {
    orders: { columns: ["visitor", "id"] },
    profile: { columns: ["visitor", "converted"], queries: [PROFILE] },
    board: { kind: "dashboard", columns: ["converted"] },
  });
  const change = { kind, asset: "orders", column: "id" } as const;
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  return answer.verdicts.find(({ asset }) => asset.name === "board");
}

describe("whether an aggregate is null", () => {
  it("may change where all that it looks at became null", () => {
    expect(verdictOf("became_mostly_null")).toMatchObject({
      verdict: "breaks_silently",
      certainty: "possible",
    });
  });

  it("stays where its values changed only", () => {
    expect(verdictOf("unit_or_meaning_changed")?.verdict ?? "unaffected").toBe("unaffected");
  });
});
