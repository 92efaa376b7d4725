import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NEWEST, thinOut } from "./thin-out.ts";
import { findShift, type SeriesPoint } from "./watch-series.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

const series = (values: readonly number[], hours = 24): SeriesPoint[] =>
  values.map((value, at) => ({ at: new Date(START + at * hours * HOUR).toISOString(), value }));

/** Repeatable numbers between 0 and 1. */
function evenFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Nearly normal: the sum of twelve even ones. */
const normalOf = (even: () => number) => (): number =>
  Array.from({ length: 12 }, even).reduce((sum, one) => sum + one, -6);
const normalFrom = (seed: number) => normalOf(evenFrom(seed));

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

  /** Losses are one-sided, and what comes late comes in lumps. */
  const NOISES: Readonly<
    Record<string, (even: () => number, normal: () => number, day: number) => number>
  > = {
    "half a bell": (_, normal) => -0.01 * Math.abs(normal()),
    "few large losses": (even) => 0.01 * Math.log(even() + 1e-9),
    "a bell with long tails": (_, normal) => {
      const squares = [normal(), normal(), normal(), normal(), normal()].map((one) => one ** 2);
      return (0.02 * normal()) / Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / 5);
    },
    "losses that differ by their size": (_, normal) => -0.02 * Math.exp(0.5 * normal()),
    "weekends that lose a tenth": (_, normal, day) => 0.01 * normal() - (day % 7 > 4 ? 0.1 : 0),
    "a share that falls from day to day": (_, normal, day) => 0.01 * normal() - 0.003 * day,
  };

  it.each(
    Object.keys(NOISES).flatMap((name): readonly (readonly [string, number, number])[] => [
      [name, 1, 1],
      ...(name === "few large losses" ? [[name, 4, 1] as const] : []),
    ]),
  )(
    "noise that is no bell gives few false alarms in a week: %s, %i times a day",
    (name, runsADay, most) => {
      let alarms = 0;
      for (let edge = 0; edge < 1_000; edge++) {
        const even = evenFrom(edge * 104_729 + 17);
        const normal = normalOf(even);
        const values = Array.from(
          { length: 30 + 7 * runsADay },
          (_, run) => NOISES[name]?.(even, normal, run / runsADay) ?? 0,
        );
        const given = series(values, 24 / runsADay);
        for (let end = 31; end <= given.length; end++) {
          if (findShift(given.slice(end - 30, end)) === undefined) continue;
          alarms++;
          break;
        }
      }
      expect(alarms).toBeLessThanOrEqual(most);
    },
    60_000,
  );

  it("single runs that lose a third alarm nobody, and seven in a row that lose 15 of 100 are told all the same", () => {
    let missed = 0;
    for (let edge = 0; edge < 200; edge++) {
      const even = evenFrom(edge * 104_729 + 17);
      const normal = normalOf(even);
      const bad = 3 + Math.floor(even() * 17);
      const quiet = Array.from(
        { length: 23 },
        (_, run) => 0.01 * normal() - (run === bad ? 0.4 : 0),
      );
      expect(findShift(series(quiet))).toBeUndefined();
      const lost = Array.from({ length: 7 }, () => Math.log(0.85) + 0.01 * normal());
      if (findShift(series([...quiet, ...lost]))?.began !== series(Array(24).fill(0))[23]?.at)
        missed++;
    }
    expect(missed).toBe(0);
  });

  it("weekends that are otherwise each week hide no loss of a workday", () => {
    const week = (day: number): number => (day % 7 > 4 ? -0.15 : 0) + 0.004 * Math.sin(day * 12.9);
    const values = Array.from(
      { length: 30 },
      (_, day) => week(day) + (day > 27 ? Math.log(0.85) : 0),
    );
    expect(findShift(series(values))?.began).toBe(series(values)[28]?.at);
    expect(findShift(series(values.map((_, day) => week(day))))).toBeUndefined();
  });

  it.each([
    ["a bell of 3%", 97, (_: () => number, normal: () => number) => 0.03 * normal()],
    [
      "half a bell of 3%",
      97,
      (_: () => number, normal: () => number) => -0.03 * Math.abs(normal()),
    ],
    ["few large losses", 95, (even: () => number) => 0.01 * Math.log(even() + 1e-9)],
  ])(
    "after three months of daily runs 15 of 100 rows lost are noticed at once: %s",
    (_, least, noise) => {
      let noticed = 0;
      for (let edge = 0; edge < 200; edge++) {
        const even = evenFrom(edge * 7919 + 5);
        const normal = normalOf(even);
        const values = Array.from(
          { length: 86 },
          (_run, at) => noise(even, normal) + (at >= 84 ? Math.log(0.85) : 0),
        );
        if (findShift(series(values))?.began === series(values)[84]?.at) noticed++;
      }
      expect(noticed / 2).toBeGreaterThanOrEqual(least);
    },
  );

  it("weekends that lose a tenth alarm nobody four times a day, once older runs are there in part", () => {
    let alarms = 0;
    for (let edge = 0; edge < 200; edge++) {
      const normal = normalFrom(edge * 104_729 + 17);
      const given = series(
        Array.from(
          { length: 4 * 36 },
          (_, run) => 0.01 * normal() - (Math.floor(run / 4) % 7 > 4 ? 0.1 : 0),
        ),
        6,
      );
      for (let end = 4 * 29; end <= given.length; end++) {
        const seen = given.slice(0, end);
        const older = thinOut(seen.slice(0, -NEWEST), { timeOf: ({ at }) => at });
        if (findShift([...older, ...seen.slice(-NEWEST)]) === undefined) continue;
        alarms++;
        break;
      }
    }
    expect(alarms).toBe(0);
  });

  it("a share of batches of unlike size alarms no more than one of batches alike", () => {
    let alarms = 0;
    for (let edge = 0; edge < 1_000; edge++) {
      const normal = normalFrom(edge * 104_729 + 17);
      const points = Array.from({ length: 37 }, (_, at) => {
        const rows = Math.round(Math.exp(6 + 1.2 * normal())) + 20;
        const kept = Math.min(rows, Math.round(rows * 0.9 + Math.sqrt(rows * 0.09) * normal()));
        const own = 0.1 / (0.9 * rows);
        const time = new Date(START + at * 24 * HOUR).toISOString();
        return { at: time, value: Math.log((kept + 1) / (rows + 1)), own };
      });
      const ends = [31, 32, 33, 34, 35, 36, 37];
      if (ends.some((end) => findShift(points.slice(end - 30, end)) !== undefined)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(2);
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

  it("as many rows more are told as many rows less are", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const even = evenFrom(seed * 104_729 + 17);
      const normal = normalOf(even);
      let level = 0;
      const values = Array.from({ length: 8 + Math.floor(even() * 40) }, () => {
        if (even() < 0.08) level = even() < 0.5 ? 0 : 0.3 * normal();
        return level + 0.02 * normal();
      });
      const lost = findShift(series(values));
      const won = findShift(series(values.map((value) => -value)));
      expect([seed, won?.began, won?.noticed]).toEqual([seed, lost?.began, lost?.noticed]);
    }
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
