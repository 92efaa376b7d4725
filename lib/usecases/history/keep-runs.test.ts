import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watchVolumes } from "#lib/incidents/signals/watch-volumes.ts";
import type { RunRecord } from "#lib/ingest/openlineage/read-run.ts";
import { addRuns, allRuns } from "./keep-runs.ts";

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const JOB = { namespace: "etl", name: "load_orders" };
const RAW = { namespace: "pg", name: "raw" };
const MART = { namespace: "pg", name: "mart" };

const runAt = (hours: number, share: number): RunRecord => {
  const at = new Date(MONDAY + hours * HOUR).toISOString();
  const rows = Math.round(1_000_000 * share);
  return {
    runId: `run-${hours}`,
    state: "ok",
    startedAt: at,
    endedAt: at,
    at,
    durationMs: 0,
    inputs: [{ ...RAW, rows: 1_000_000, bytes: 80_000_000 }],
    outputs: [{ ...MART, rows }],
  };
};

type Kept = ReturnType<typeof addRuns>;
const keep = (runs: readonly RunRecord[]): Kept =>
  runs.reduce<Kept>((kept, run) => addRuns(kept, [run]), { runs: [] });

/** Weekends lose a tenth; a per cent of noise that repeats itself. */
const usual = (hours: number): number => {
  const isWeekend = Math.floor(hours / 24) % 7 > 4;
  return Math.exp(0.01 * Math.sin(hours * 12.9898) * 1.4 - (isWeekend ? 0.1 : 0));
};

describe("runs of a job that runs often", () => {
  it.each([1, 4, 24, 96])(
    "%i times a day: weekends are known after five weeks, and a loss is noticed at its second run",
    (runsADay) => {
      const step = 24 / runsADay;
      const weeks = Array.from({ length: 35 * runsADay }, (_, at) => at * step);
      let kept = keep(weeks.map((hours) => runAt(hours, usual(hours))));
      for (let at = 35 * runsADay; at < 42 * runsADay; at += 1) {
        kept = addRuns(kept, [runAt(at * step, usual(at * step))]);
        expect(watchVolumes(JOB, allRuns(kept))).toMatchObject([{ isOver: true }]);
      }
      for (const at of [0, 1].map((run) => (42 * runsADay + run) * step))
        kept = addRuns(kept, [runAt(at, usual(at) * 0.85)]);
      expect(watchVolumes(JOB, allRuns(kept))).toMatchObject([
        { isOver: false, since: new Date(MONDAY + 42 * 24 * HOUR).toISOString() },
      ]);
    },
  );

  it("take some twenty kilobytes, however long it runs", () => {
    const kept = keep(Array.from({ length: 2_000 }, (_, at) => runAt(at / 4, 0.9)));
    expect(kept.runs).toHaveLength(30);
    expect(kept.past?.names).toEqual([RAW, MART]);
    expect(JSON.stringify(kept).length).toBeLessThan(20_000);
    const years = keep(Array.from({ length: 700 }, (_, at) => runAt(at * 24, 0.9)));
    expect(allRuns(years)).toHaveLength(86);
  });

  it("are the same in whatever order and however often they are told, once they are no longer kept whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 200 }), fc.infiniteStream(fc.nat()), (count, lots) => {
        const runs = Array.from({ length: count }, (_, at) => runAt(at * 5, 0.9));
        const told = keep(runs);
        const again = runs[lots.next().value % runs.length];
        expect(again && addRuns(told, [again])).toEqual(told);
        const mixed = runs
          .map((run) => ({ run, lot: lots.next().value }))
          .sort((a, b) => a.lot - b.lot)
          .map(({ run }) => run);
        expect(new Set(allRuns(keep(mixed)).map(({ at }) => at))).toEqual(
          new Set(allRuns(told).map(({ at }) => at)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("are the same ones where they say nothing new, and are written only where they do", () => {
    const known = keep(Array.from({ length: 50 }, (_, at) => runAt(at * 5, 0.9)));
    const told = fc.record({
      hours: fc.integer({ min: -10, max: 60 }).map((step) => step * 5),
      share: fc.constantFrom(0.9, 0.8),
      state: fc.constantFrom("ok" as const, "failed" as const),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 3 }), (runs) => {
        const after = addRuns(
          known,
          runs.map(({ hours, share, state }) => ({ ...runAt(hours, share), state })),
        );
        expect(after === known).toBe(JSON.stringify(after) === JSON.stringify(known));
      }),
      {
        examples: [
          [
            [
              { hours: 220, share: 0.9, state: "failed" },
              { hours: 220, share: 0.9, state: "ok" },
            ],
          ],
        ],
      },
    );
  });

  it("that said only bytes take no older run's place", () => {
    const bytes = (hours: number): RunRecord => {
      const run = runAt(hours, 0.9);
      const inputs = run.inputs?.map(({ rows: _, ...volume }) => volume) ?? [];
      return { ...run, inputs };
    };
    const days = Array.from({ length: 60 }, (_, day) => day * 24);
    const told = keep(days.map((hours) => runAt(hours, 0.9)));
    const mixed = keep(
      days.flatMap((hours) => [
        runAt(hours, 0.9),
        ...[1, 2, 3].map((later) => bytes(hours + later)),
      ]),
    );
    const daysOf = (kept: Kept) => kept.past?.runs.map(({ at }) => at.slice(0, 10)) ?? [];
    expect(daysOf(mixed)).toEqual(expect.arrayContaining(daysOf(told)));
    expect(mixed.past?.runs.every((run) => run.in.length > 0 && run.out.length > 0)).toBe(true);
    expect(keep(days.map(bytes)).past).toBeUndefined();
  });

  it("that failed, or said no rows, tell nothing when they are old", () => {
    const failed = Array.from({ length: 20 }, (_, at): RunRecord => {
      const run = runAt(at, 0.9);
      return at % 2 === 0 ? { ...run, state: "failed" } : { ...run, inputs: [] };
    });
    const kept = keep([...failed, ...Array.from({ length: 30 }, (_, at) => runAt(100 + at, 0.9))]);
    expect(kept.past).toBeUndefined();
  });
});
