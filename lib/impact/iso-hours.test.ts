import fc from "fast-check";
import { expect, test } from "vitest";
import { hoursSinceEpoch } from "./iso-hours.ts";

test("agrees with the platform's own clock on every time between 1970 and 2100", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true }),
      (date) => {
        const seconds = Math.floor(date.getTime() / 1000);
        expect(hoursSinceEpoch(date.toISOString())).toBeCloseTo(seconds / 3600, 6);
      },
    ),
  );
});

test("takes zones, dates without a time, and nothing that is no time", () => {
  expect(hoursSinceEpoch("1970-01-02")).toBe(24);
  expect(hoursSinceEpoch("1970-01-01T02:00:00+02:00")).toBe(0);
  expect(hoursSinceEpoch("1970-01-01T00:00-0130")).toBe(1.5);
  expect(hoursSinceEpoch("yesterday")).toBeUndefined();
});

test("a time is the same however it is written", () => {
  const spelt = fc.tuple(
    fc.date({ min: new Date(0), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true }),
    fc.constantFrom(
      (stamp: string) => stamp.replace("T", " "),
      (stamp: string) => stamp.replace("Z", "+00:00"),
      (stamp: string) => ` ${stamp}`,
      (stamp: string) => stamp.replace("Z", ""),
    ),
  );
  fc.assert(
    fc.property(spelt, ([date, spell]) => {
      const stamp = date.toISOString();
      expect(hoursSinceEpoch(spell(stamp))).toBe(hoursSinceEpoch(stamp));
    }),
  );
  for (const broken of [
    "2026-01-05T00:00:00,000x",
    "2026-01-05T0a:00:00.000Z",
    "2026-01-05T00:00:00.000z",
  ])
    expect(hoursSinceEpoch(broken)).toBe(
      broken.endsWith("z") ? hoursSinceEpoch("2026-01-05") : undefined,
    );
});
