import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInLastHours } from "./last-hours.ts";
import { dateOfDay, dayOf } from "./review-days.ts";

const RULE = {
  hours: 4,
  endsAt: 18 * 60,
  utcOffset: 60,
  tier: 1,
  daysOff: ["2026-12-24"],
} as const;

describe("the last hours before days off", () => {
  it("begin on Friday afternoon by the clocks of the place, and last until Monday", () => {
    // 2026-03-06 is a Friday; 14:00 there is 13:00 UTC.
    expect(isInLastHours(RULE, "2026-03-06T12:59:00Z")).toBe(false);
    expect(isInLastHours(RULE, "2026-03-06T13:00:00Z")).toBe(true);
    expect(isInLastHours(RULE, "2026-03-07T08:00:00Z")).toBe(true);
    expect(isInLastHours(RULE, "2026-03-08T22:59:00Z")).toBe(true);
    expect(isInLastHours(RULE, "2026-03-08T23:00:00Z")).toBe(false);
    expect(isInLastHours(RULE, "2026-03-05T16:00:00Z")).toBe(false);
  });

  it("come before other days off as well", () => {
    expect(isInLastHours(RULE, "2026-12-23T14:00:00Z")).toBe(true);
    expect(isInLastHours(RULE, "2026-12-22T14:00:00Z")).toBe(false);
  });
});

describe("days", () => {
  it("are the same there and back, for any of four thousand years", () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 1_000_000 }), (day) => {
        const date = dateOfDay(day);
        fc.pre(/^\d{4}-/.test(date));
        expect(dayOf(date)).toBe(day);
      }),
    );
  });
});
