import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeKind } from "./change.ts";

const FILE = new URL("../../../shared/data/semantics-decision-table.json", import.meta.url);

interface Cell {
  readonly change: ChangeKind;
  readonly use: string;
  readonly verdict: string;
  readonly certainty: string | null;
}

const cells: readonly Cell[] = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, "utf8")) as { rows: Cell[] }).rows
  : [];

/** Changes that speak of the whole table. */
const WHOLE: ReadonlySet<ChangeKind> = new Set([
  "granularity_changed",
  "late_freshness",
  "row_count_drop",
  "table_dropped_or_renamed",
  "partition_or_sort_changed",
]);

function verdictOf({ change, use }: Cell, edge: string): string {
  const graph = graphOf(edge.replace("USE", use), { t: {}, consumer: {} });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [{ kind: change, asset: "t", ...(WHOLE.has(change) ? {} : { column: "c" }) }],
  });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find((each) => each.asset.name === "consumer");
  return `${found?.verdict ?? "unaffected"} ${found?.certainty ?? null}`;
}

describe.skipIf(cells.length === 0)("the decision table", () => {
  it.each(["t.c -USE> consumer.x", "t.c -USE> consumer"])(
    "holds in every cell over the edge %s",
    (edge) => {
      const wrong = cells
        .map((cell) => ({ cell, got: verdictOf(cell, edge) }))
        .filter(({ cell, got }) => got !== `${cell.verdict} ${cell.certainty}`)
        .map(
          ({ cell, got }) =>
            `${cell.change} x ${cell.use}: table ${cell.verdict} ${cell.certainty}, here ${got}`,
        );
      expect(wrong).toEqual([]);
    },
  );
});
