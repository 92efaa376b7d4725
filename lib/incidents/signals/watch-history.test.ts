import { describe, expect, it } from "vitest";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { addSeen, type SeenTable, seeTable, watchHistory } from "./watch-history.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const at = (place: number, hours = 24): string =>
  new Date(START + place * hours * HOUR).toISOString();
const ORDERS = { id: assetId("mesh", "orders") };

/** Repeatable numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Nearly normal: the sum of twelve even numbers. */
const normalOf = (random: () => number): number =>
  Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);

const even = randomFrom(99);
/** Drawn from again and again: millions of them are asked for. */
const POOL = Array.from({ length: 100_000 }, () => normalOf(even));

const told = (history: readonly SeenTable[]) =>
  watchHistory(ORDERS, history).filter(({ isOver }) => !isOver);

/** Nulls among `rows` rows that are drawn with a chance: what a check counts of them. */
const drawn = (random: () => number, rows: number, chance: number): number =>
  Math.max(
    0,
    Math.round(rows * chance + normalOf(random) * Math.sqrt(rows * chance * (1 - chance))),
  ) / rows;

describe("a table against its own history", () => {
  it("loses 30 of 100 rows: noticed at the second look, with the day on which it began", () => {
    let missed = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const random = randomFrom(seed);
      const history = Array.from({ length: 25 }, (_, place) => ({
        at: at(place),
        rows: Math.round(10_000 * Math.exp(0.03 * normalOf(random)) * (place >= 23 ? 0.7 : 1)),
      }));
      const [signal] = told(history);
      if (signal?.since !== at(23) || told(history.slice(0, 24)).length > 0) missed++;
    }
    expect(missed).toBeLessThanOrEqual(2);
  });

  it("has a column that becomes mostly null after it held two in a hundred", () => {
    const random = randomFrom(7);
    const history = Array.from({ length: 12 }, (_, place) => ({
      at: at(place),
      nulls: {
        note: drawn(random, 5_000, 0.4),
        amount: drawn(random, 5_000, place >= 10 ? 0.6 : 0.02),
      },
    }));
    expect(told(history)).toMatchObject([
      {
        column: "amount",
        since: at(10),
        seen: expect.stringMatching(/60% of its values are null; before it were 2%/),
      },
    ]);
  });

  it("says nothing of fewer nulls, of a short history, of a table that grows as it did", () => {
    const better = Array.from({ length: 12 }, (_, place) => ({
      at: at(place),
      nulls: { note: place >= 10 ? 0 : 0.5 },
    }));
    expect(told(better)).toEqual([]);
    expect(told(better.slice(7).map((seen) => ({ ...seen, rows: 3 })))).toEqual([]);
    for (let days = 7; days <= 30; days++) {
      const growing = Array.from({ length: days }, (_, place) => ({
        at: at(place),
        rows: Math.round(10_000 * 1.01 ** place),
      }));
      expect(told(growing)).toEqual([]);
    }
  });

  it.each([
    ["hourly", 1, 168],
    ["daily", 24, 7],
  ])(
    "a thousand tables of eight columns that are looked at %s for a week give one false alarm at most",
    (_, hours, looks) => {
      const alarmed = new Set<number>();
      for (let table = 0; table < 1_000; table++) {
        const random = randomFrom(table * 31 + hours);
        const normal = () => POOL[Math.floor(random() * POOL.length)] ?? 0;
        const history: SeenTable[] = Array.from({ length: 30 + looks }, (_, place) => ({
          at: at(place, hours),
          rows: Math.round(20_000 * Math.exp(0.04 * normal())),
          nulls: Object.fromEntries(
            Array.from({ length: 8 }, (_, column) => [
              `c${column}`,
              Math.max(0, 0.05 * column + 0.004 * normal()),
            ]),
          ),
        }));
        const every = Math.max(1, Math.floor(looks / 4));
        for (let end = 30 + every; end <= history.length; end += every)
          if (told(history.slice(end - 30, end)).length > 0) alarmed.add(table);
      }
      expect(alarmed.size).toBeLessThanOrEqual(1);
    },
    60_000,
  );
});

describe("what is seen of a table", () => {
  const table = (more: object): MergedAsset =>
    ({ ...ORDERS, attributes: {}, columns: [], ...more }) as unknown as MergedAsset;

  it("is its rows and its shares of nulls at the newest time that somebody observed them", () => {
    expect(
      seeTable(
        table({
          attributes: { rows: 12 },
          columns: [
            { name: "a", profile: { nullShare: 0.5, observedAt: at(1) } },
            { name: "b", profile: { nullShare: 0, observedAt: at(2) } },
            { name: "c" },
          ],
        }),
      ),
    ).toEqual({ at: at(2), rows: 12, nulls: { a: 0.5, b: 0 } });
  });

  it("is nothing where nobody said when, and no news where it was seen before", () => {
    expect(seeTable(table({ attributes: { rows: 12 } }))).toBeUndefined();
    const ran = { rows: 12, lastRun: { at: at(3), state: "ok" } };
    const seen = seeTable(table({ attributes: ran }));
    expect(seen).toEqual({ at: at(3), rows: 12 });
    if (seen === undefined) return;
    const once = addSeen([], seen);
    expect(addSeen(once, seen)).toBe(once);
    expect(addSeen(once, { at: at(2), rows: 1 })).toBe(once);
    const many = Array.from({ length: 50 }, (_, place) => ({ at: at(place), rows: 1 }));
    expect(many.reduce(addSeen, [] as readonly SeenTable[])).toHaveLength(50);
  });

  it("goes back four weeks, however often it is seen and however many columns it has", () => {
    const HOUR = 3_600_000;
    const seenOf = (columns: number, hours: number): SeenTable => ({
      at: new Date(Date.UTC(2026, 0, 1) + hours * HOUR).toISOString(),
      rows: 1,
      nulls: Object.fromEntries(Array.from({ length: columns }, (_, place) => [`c${place}`, 0])),
    });
    const keep = (columns: number, hours: number) =>
      Array.from({ length: 1_000 }, (_, place) => seenOf(columns, place * hours)).reduce(
        addSeen,
        [] as readonly SeenTable[],
      );
    const hourly = keep(3, 1);
    expect(hourly).toHaveLength(30 + 56);
    expect(hourly.at(-30)?.at).toBe(seenOf(0, 970).at);
    const days = new Set(hourly.map(({ at: time }) => time.slice(0, 10)));
    expect(days.size).toBeGreaterThanOrEqual(28);
    const wide = keep(150, 1);
    expect(new Set(wide.map(({ at: time }) => time.slice(0, 10))).size).toBeGreaterThanOrEqual(28);
    expect(wide.length).toBeLessThan(75);
    expect(keep(400, 1)).toHaveLength(30);
  });
});
