import { describe, expect, it } from "vitest";
import type { RunRecord } from "#lib/ingest/openlineage/read-run.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { watchVolumes } from "./watch-volumes.ts";

const DAY = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 5);
const JOB = { namespace: "x", name: "load" };
type Rows = Readonly<Record<string, number>>;

const volumes = (rows: Rows) =>
  Object.entries(rows).map(([name, count]) => ({
    namespace: "x",
    name,
    rows: Math.max(0, Math.round(count)),
  }));

/** Daily runs, of each the rows that were read from and written to tables. */
const runs = (days: number, rowsOf: (day: number) => readonly [Rows, Rows]): RunRecord[] =>
  Array.from({ length: days }, (_, day) => {
    const at = new Date(START + day * DAY).toISOString();
    const [read, written] = rowsOf(day);
    return {
      runId: `run ${day}`,
      state: "ok",
      at,
      endedAt: at,
      inputs: volumes(read),
      outputs: volumes(written),
    };
  });
/** Differs from day to day by as much to both sides, and says the same each time. */
const noise = (day: number, size: number, phase = 0): number =>
  1 + size * Math.sin((day + phase) * 12.9898) * 1.4;
const told = (days: number, rowsOf: (day: number) => readonly [Rows, Rows]) =>
  watchVolumes(JOB, runs(days, rowsOf)).filter(({ isOver }) => !isOver);

describe("rows in against rows out", () => {
  it("of a copy that never lost a row is told at the first run that loses 15 of 100, and over at the next that loses none", () => {
    const rowsOf = (day: number): readonly [Rows, Rows] => {
      const rows = 1_000 * noise(day, 0.2);
      return [{ raw: rows }, { orders: rows * (day === 12 ? 0.85 : 1) }];
    };
    expect(told(12, rowsOf)).toEqual([]);
    expect(told(13, rowsOf)).toMatchObject([
      {
        refs: [assetId("x", "orders"), "orders", assetId("x", "load")],
        since: new Date(START + 12 * DAY).toISOString(),
        seen: expect.stringContaining(
          "85% of the rows of raw arrive in orders; before it was 100%",
        ),
        rulesOut: [[assetId("x", "raw"), "raw"]],
      },
    ]);
    expect(told(14, rowsOf)).toEqual([]);
  });

  it("of a few rows says nothing after one run: two of ten may be chance", () => {
    expect(told(13, (day) => [{ raw: 10 }, { orders: day === 12 ? 8 : 10 }])).toEqual([]);
  });

  it("a loss is not over because a later run says only bytes, and no rows written are no loss of all", () => {
    const withBytes = (days: number, lost: number, rows = 1_000) => {
      const all = runs(days, (day) => [
        { raw: rows },
        { orders: rows * (day === 12 ? 1 - lost : 1) },
      ]);
      return all.map((run, day) =>
        day < 13 ? run : { ...run, outputs: [{ namespace: "x", name: "orders", bytes: 5 }] },
      );
    };
    const since = new Date(START + 12 * DAY).toISOString();
    expect(watchVolumes(JOB, withBytes(14, 0.15))).toMatchObject([{ isOver: false, since }]);
    expect(watchVolumes(JOB, withBytes(14, 0.15, 40))).toMatchObject([{ isOver: true }]);
    const silent = withBytes(14, 0.15).map((run, day) =>
      day < 13 ? run : { ...run, inputs: [{ namespace: "x", name: "raw", bytes: 5 }] },
    );
    expect(watchVolumes(JOB, silent)).toMatchObject([{ isOver: false, since }]);
  });

  it("holds what is put below each other against all of it: one that doubles is no shift of the other", () => {
    const rowsOf =
      (lost: number) =>
      (day: number): readonly [Rows, Rows] => {
        const web = 5_000 * noise(day, 0.01);
        const shops = (day >= 26 ? 8_000 : 4_000) * noise(day, 0.01, 3);
        return [{ web, shops }, { orders: (web + shops) * (day >= 26 ? 1 - lost : 1) }];
      };
    expect(told(28, rowsOf(0))).toEqual([]);
    expect(told(28, rowsOf(0.15))).toMatchObject([
      { seen: expect.stringContaining("of the rows of web and shops arrive in orders") },
    ]);
  });

  it("holds a join against what gives its rows: a table of countries that grows takes none away", () => {
    const rowsOf =
      (lost: number) =>
      (day: number): readonly [Rows, Rows] => {
        const sales = 9_000 * noise(day, 0.2);
        const countries = day >= 26 ? 300 : 200;
        const kept = 0.97 * noise(day, 0.01, 5) * (day >= 26 ? 1 - lost : 1);
        return [{ sales, countries }, { enriched: sales * kept }];
      };
    expect(told(28, rowsOf(0))).toEqual([]);
    expect(told(28, rowsOf(0.15))).toMatchObject([
      { seen: expect.stringContaining("of the rows of sales arrive in enriched") },
    ]);
  });

  it("says nothing of a table with a row for each shop when more is sold, nor of volumes that grow", () => {
    const perShop = (day: number): readonly [Rows, Rows] => [
      { sales: (day >= 26 ? 20_000 : 9_000) * noise(day, 0.05) },
      { shops: 120 },
    ];
    expect(told(28, perShop)).toEqual([]);
    for (let days = 8; days <= 30; days++) {
      const growing = (day: number): readonly [Rows, Rows] => {
        const rows = 500 * 1.15 ** day;
        return [{ raw: rows }, { orders: rows * 0.9 * noise(day, 0.01) }];
      };
      expect(told(days, growing)).toEqual([]);
    }
  });
});
