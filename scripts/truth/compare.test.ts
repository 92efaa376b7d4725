import { expect, test } from "vitest";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { compareChange } from "./compare.ts";

const id = "duckdb/mart" as AssetId;

/** A table of which `note` held only nulls before the change, and an answer that names one of its columns. */
function observable({ column, rows = [] }: { column: string; rows?: readonly object[] }): boolean {
  const executed = {
    kind: "all_null",
    label: "all_null orders.note",
    change: { kind: "became_mostly_null", asset: "orders", column: "note" },
    assets: [
      {
        id,
        name: "mart",
        kind: "table",
        outcome: "same",
        observable: true,
        columns: { all: ["amount"], affected: new Set<string>() },
      },
    ],
  } as const;
  const verdict = {
    asset: { id },
    verdict: "breaks_silently",
    certainty: "certain",
    run: "ok",
    rows,
    columns: [{ column, effects: ["NULLS"], certainty: "certain" }],
  };
  const [cell] = compareChange(executed, { verdicts: [verdict] } as unknown as Assessment);
  return cell?.observable === true;
}

test("what is said of a column that held only nulls proves nothing, right or wrong", () => {
  expect(observable({ column: "note" })).toBe(false);
});

test("what is said of a column with values, or of the rows, is held to the run", () => {
  expect(observable({ column: "Amount" })).toBe(true);
  expect(observable({ column: "note", rows: [{ effect: "ROWS_LOST", certainty: "likely" }] })).toBe(
    true,
  );
});
