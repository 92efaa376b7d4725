import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import { assessChanges } from "./assess-change.ts";
import type { ChangeKind } from "./change.ts";

/** `select id, <call>(ordered_on, '%m/%d/%Y') as day from orders`. */
const dated = (call: string): AssetQuery => ({
  name: "dated",
  sql: "",
  dialect: "duckdb",
  plan: {
    relations: [
      {
        label: "result",
        columns: [{ name: "id" }, { name: "day" }],
        inputs: [{ asset: idOf("orders"), rows: "each" }],
        edges: [
          { input: 0, column: "id", to: 0, use: "IDENTITY" },
          { input: 0, column: "ordered_on", to: 1, use: "ARITH", detail: `fn:${call}` },
        ],
      },
    ],
  },
  provenance: { file: "dated.sql", line: 1 },
});

/** What becomes of a table that shows only the column that nothing happened to. */
function verdictBelow(call: string, kind: ChangeKind): string {
  const graph = graphOf("dated.id -IDENTITY> ids.id", {
    orders: { columns: ["id", "ordered_on"] },
    dated: { columns: ["id", "day"], queries: [dated(call)] },
    ids: { columns: ["id"] },
  });
  const change = { kind, asset: "orders", column: "ordered_on" };
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find(({ asset }) => asset.name === "ids");
  return found === undefined ? "unaffected" : `${found.verdict} ${found.certainty ?? ""}`.trim();
}

const KINDS = [
  "enum_value_added",
  "enum_value_removed_or_renamed",
  "unit_or_meaning_changed",
] as const;

describe("a text that is read by a strict form", () => {
  it.each(KINDS)("may stop the build where it changes, and all below is late: %s", (kind) => {
    const isOneValue = kind !== "unit_or_meaning_changed";
    expect(verdictBelow("strptime", kind)).toBe(
      isOneValue ? "degraded likely" : "degraded possible",
    );
  });

  it.each(KINDS)("stops nothing in a call that gives null for what it cannot read: %s", (kind) => {
    expect(verdictBelow("try_strptime", kind)).toBe("unaffected");
  });
});
