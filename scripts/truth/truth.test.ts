import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cell } from "./compare.ts";
import { type Judged, judgeExecuted } from "./judge.ts";
import { readExecuted, readFolder } from "./read-folder.ts";
import { readWritten } from "./read-written.ts";
import { readDemo, runDemo } from "./run-demo.ts";
import { judgeWritten } from "./run-written.ts";
import { calibrate, f1, groupCells, isConsumerCell, ratio, recall, summarise } from "./tally.ts";

/** Real projects lie beside a development checkout; without them there is nothing to compare with. */
const DATA = new URL("../../../shared/data/truth/", import.meta.url).pathname;
const NOW = "2026-01-01T00:00:00Z";

const overlooked = (cells: readonly Cell[]): readonly string[] =>
  cells
    .filter(({ outcome, verdict }) => outcome === "fails" && verdict === "unaffected")
    .map(({ label, asset, detail }) => `${label} -> ${asset}: ${detail}`);

describe("what the demo's own SQL does after a change, against the verdicts", () => {
  let judged: Judged;
  let consumers: readonly Cell[];
  beforeAll(async () => {
    const view = await readDemo(NOW);
    judged = await judgeExecuted(view, runDemo(view.graph, { every: 16 }));
    consumers = judged.cells.filter(isConsumerCell);
  });

  it("judges every change, and every kind of change is among them", () => {
    expect(judged.refused).toEqual([]);
    expect(groupCells(judged.cells, (cell) => cell.kind).size).toBeGreaterThanOrEqual(13);
    expect(consumers.length).toBeGreaterThan(300);
  });

  it("never calls unaffected what fails", () => {
    expect(overlooked(judged.cells)).toEqual([]);
  });

  it("says what each dashboard, ML job and report does in nearly all cases", () => {
    const { affected, exact, unknown, silentShownUnaffected } = summarise(consumers);
    expect(f1(affected)).toBeGreaterThanOrEqual(0.96);
    expect(ratio(exact)).toBeGreaterThanOrEqual(0.92);
    expect(ratio(unknown)).toBeLessThanOrEqual(0.02);
    expect(ratio(silentShownUnaffected)).toBeLessThanOrEqual(0.01);
  });

  it("finds what is affected among tables and views, and their columns", () => {
    const { affected, column, breaking } = summarise(
      judged.cells.filter((cell) => !isConsumerCell(cell)),
    );
    expect(f1(affected)).toBeGreaterThanOrEqual(0.95);
    expect(f1(column)).toBeGreaterThanOrEqual(0.92);
    expect(f1(breaking)).toBeGreaterThanOrEqual(0.97);
  });

  it("means what it says by certain, likely and possible", () => {
    const { certain, likely, possible } = calibrate(consumers);
    expect(ratio(certain.exact)).toBeGreaterThanOrEqual(0.96);
    expect(ratio(likely.exact)).toBeGreaterThanOrEqual(0.8);
    expect(ratio(possible.exact)).toBeGreaterThanOrEqual(0.3);
  });
});

/** Projects of other habits than the demo's: what holds there was not fitted to the demo. */
describe("what ten projects of plain SQL do after a change, against the verdicts", () => {
  const PROJECTS = join(import.meta.dirname, "projects");
  let cells: readonly Cell[];
  beforeAll(async () => {
    const judged: Judged[] = [];
    for (const project of readdirSync(PROJECTS)) {
      const folder = join(PROJECTS, project);
      // A large project takes long to build, and has as many changes as the others together.
      const every = readWritten(folder).models.length > 30 ? 40 : 10;
      judged.push(await judgeWritten(folder, { now: NOW, every }));
    }
    expect(judged.flatMap(({ refused }) => refused)).toEqual([]);
    cells = judged.flatMap((one) => one.cells);
  }, 240_000);

  it("never calls a dashboard, ML job or report unaffected that fails", () => {
    expect(overlooked(cells.filter(isConsumerCell))).toEqual([]);
  });

  it("finds what is affected, and hardly ever overlooks what breaks without an error", () => {
    const { affected, exact, silentShownUnaffected } = summarise(cells.filter(isConsumerCell));
    expect(recall(affected)).toBeGreaterThanOrEqual(0.97);
    expect(f1(affected)).toBeGreaterThanOrEqual(0.9);
    expect(ratio(exact)).toBeGreaterThanOrEqual(0.88);
    expect(ratio(silentShownUnaffected)).toBeLessThanOrEqual(0.02);
  });
});

describe.skipIf(!existsSync(DATA))("what real dbt projects did after a change", () => {
  const bars = [
    { project: "jaffle_shop_duckdb", model: 0.99, column: 0.99, breaking: 1 },
    { project: "jaffle_shop", model: 0.99, column: 0.99, breaking: 1 },
    { project: "attribution_playbook", model: 0.98, column: 0.98, breaking: 0.98 },
    { project: "stripe", model: 0.92, column: 0.96, breaking: 0.98 },
  ];

  it.each(bars)("$project is judged as it happened", { timeout: 120_000 }, async (bar) => {
    const folder = `${DATA}${bar.project}`;
    const view = await readFolder(folder, NOW);
    const judged = await judgeExecuted(view, readExecuted(folder, view.graph), {
      materialize: "table",
    });
    expect(judged.refused).toEqual([]);
    const { affected, column, breaking } = summarise(judged.cells);
    expect(f1(affected)).toBeGreaterThanOrEqual(bar.model);
    expect(f1(column)).toBeGreaterThanOrEqual(bar.column);
    expect(f1(breaking)).toBeGreaterThanOrEqual(bar.breaking);
    expect(recall(affected)).toBeGreaterThanOrEqual(0.98);
  });
});
