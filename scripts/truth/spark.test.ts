import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { type Cell, isRight } from "./compare.ts";
import { type Judged, judgeExecuted } from "./judge.ts";
import { parseRecorded, readRecorded } from "./recorded-run.ts";
import { readDemo } from "./run-demo.ts";
import { calibrate, f1, groupCells, isConsumerCell, ratio, recall, summarise } from "./tally.ts";

/*
 * Spark is not there when tests run: what it did with the demo was written down by
 * `npm run truth -- --engine spark --record`, and the same for spark-ansi.
 */
const recorded = (name: string) =>
  parseRecorded(readFileSync(new URL(`runs/${name}.ndjson`, import.meta.url), "utf8"));

let view: GraphView;
beforeAll(async () => {
  view = await readDemo("2026-01-01T00:00:00Z", "spark");
}, 60_000);

const bothParts = (cells: readonly Cell[]): readonly (readonly Cell[])[] => [
  cells.filter(isConsumerCell),
  cells.filter((cell) => !isConsumerCell(cell)),
];

describe.each([
  { name: "demo-spark", mode: "without ANSI mode, its default", exact: 0.94, breaking: 0.97 },
  { name: "demo-spark-ansi", mode: "in ANSI mode", exact: 0.92, breaking: 0.88 },
])("the demo's SQL on Spark $mode", ({ name, exact, breaking }) => {
  let judged: Judged;
  beforeAll(async () => {
    judged = await judgeExecuted(view, readRecorded(recorded(name), view.graph));
  }, 120_000);

  it("was run with ten changes of each kind, all of which can be judged", () => {
    const { cells, refused, changes } = judged;
    expect(refused).toEqual([]);
    expect(changes).toBe(170);
    expect(groupCells(cells, (cell) => cell.kind).size).toBe(17);
  });

  it("never calls unaffected what fails, is late or shows other values", () => {
    const overlooked = judged.cells.filter(
      (cell) => cell.verdict === "unaffected" && cell.affected.is && !isRight(cell),
    );
    expect(overlooked.map(({ label, asset }) => `${label} -> ${asset}`)).toEqual([]);
  });

  it("has its verdicts right in nearly all cases", () => {
    for (const some of bothParts(judged.cells)) {
      const summary = summarise(some);
      expect(some.length).toBeGreaterThan(500);
      expect(recall(summary.affected)).toBeGreaterThanOrEqual(0.97);
      expect(f1(summary.affected)).toBeGreaterThanOrEqual(0.94);
      expect(f1(summary.breaking)).toBeGreaterThanOrEqual(breaking);
      expect(ratio(summary.exact)).toBeGreaterThanOrEqual(exact);
    }
  });

  it("means what it says by certain and likely", () => {
    const { certain, likely } = calibrate(judged.cells);
    expect(ratio(certain.exact)).toBeGreaterThanOrEqual(0.95);
    expect(ratio(likely.affected)).toBeGreaterThanOrEqual(0.85);
  });
});
