import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf, queryOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeInput } from "./change.ts";

/** What is said of `select <count>(visitor) from visits`. */
function verdictOf(
  count: string,
  change: Pick<ChangeInput, "kind"> & Partial<ChangeInput>,
): string {
  const plan = {
    relations: [
      {
        label: "result",
        columns: [{ name: "visitors" }],
        inputs: [{ asset: idOf("visits"), rows: "single" as const }],
        edges: [
          { input: 0, column: "visitor", to: 0, use: "AGG_DISTINCT" as const, detail: count },
        ],
      },
    ],
  };
  const graph = graphOf("", {
    visits: { columns: [{ name: "visitor", type: "VARCHAR" }] },
    board: { kind: "dashboard", queries: [queryOf({ plan })] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ asset: "visits", column: "visitor", ...change }],
  });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find(({ asset }) => asset.name === "board");
  return `${found?.verdict ?? "unaffected"} ${found?.certainty ?? ""}`.trim();
}

const ONE_TO_ONE: readonly (Pick<ChangeInput, "kind"> & Partial<ChangeInput>)[] = [
  { kind: "enum_value_removed_or_renamed", value: "a", to: "b" },
  { kind: "unit_or_meaning_changed" },
  { kind: "type_incompatible", fromType: "VARCHAR", toType: "BIGINT" },
];

describe("a count of distinct values that stay as many, under other names", () => {
  it.each(ONE_TO_ONE)("is the same where it is counted: $kind", (change) => {
    expect(verdictOf("count", change)).toBe("unaffected");
  });

  it.each(ONE_TO_ONE)("may be another where it is estimated of their hashes: $kind", (change) => {
    for (const count of ["approx_count_distinct", "approx_distinct", "ndv"])
      expect(verdictOf(count, change)).toBe("breaks_silently possible");
  });
});
