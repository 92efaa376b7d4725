import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findShift, type SeriesPoint } from "./watch-series.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

const series = (values: readonly number[], hours = 24): SeriesPoint[] =>
  values.map((value, at) => ({ at: new Date(START + at * hours * HOUR).toISOString(), value }));

/** Repeatable numbers, nearly normal: the sum of twelve even ones. */
function normalFrom(seed: number): () => number {
  let state = seed;
  const even = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, even).reduce((sum, one) => sum + one, -6);
}

describe("a level that is not what it was", () => {
  it.each([
    [0.01, 2],
    [0.02, 2],
    [0.03, 10],
  ])(
    "a loader that varies by %f and loses 15 of 100 rows is noticed at its second run, with the day on which it began",
    (noise, most) => {
      let late = 0;
      for (let seed = 1; seed <= 200; seed++) {
        const normal = normalFrom(seed * 7919);
        const values = Array.from(
          { length: 30 },
          (_, at) => noise * normal() + (at >= 28 ? Math.log(0.85) : 0),
        );
        const shift = findShift(series(values));
        if (shift?.began !== series(values)[28]?.at) late++;
      }
      expect(late).toBeLessThanOrEqual(most);
    },
  );

  it.each([
    ["hourly", 1, 168],
    ["daily", 24, 7],
  ])("a thousand edges that run %s for a week give one false alarm at most", (_, hours, runs) => {
    const alarmed = new Set<number>();
    for (let edge = 0; edge < 1_000; edge++) {
      const normal = normalFrom(edge * 104_729 + 17);
      const values = Array.from({ length: 30 + runs }, () => 0.04 * normal());
      // Every window is looked at when its newest run is there.
      const every = Math.max(1, Math.floor(runs / 24));
      for (let end = 30; end <= values.length; end += every) {
        if (findShift(series(values.slice(end - 30, end), hours)) !== undefined) alarmed.add(edge);
      }
    }
    expect(alarmed.size).toBeLessThanOrEqual(1);
  });

  it("one bad run is none, and a level that is back is none any more", () => {
    const steady = [0, 0.01, -0.01, 0, 0.01, -0.01, 0, 0.01];
    expect(findShift(series([...steady, -0.5, 0, 0.01]))).toBeUndefined();
    expect(findShift(series([...steady, -0.2, -0.21]))).toBeDefined();
    expect(findShift(series([...steady, -0.2, -0.21, 0, 0.01]))).toBeUndefined();
    expect(findShift(series([...steady, -0.2, -0.21, -0.2, -0.19]))).toMatchObject({
      began: series(Array.from({ length: 9 }, () => 0))[8]?.at,
    });
  });

  it("too short a history says nothing, and neither does one that never changes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 6 }),
        (values) => {
          expect(findShift(series(values))).toBeUndefined();
        },
      ),
    );
    expect(findShift(series(Array.from({ length: 30 }, () => -0.3)))).toBeUndefined();
  });
});
