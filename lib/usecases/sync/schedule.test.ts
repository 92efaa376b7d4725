import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAfter, parseCron, parseEvery } from "./schedule.ts";

const next = (cron: string, after: string): string | undefined => {
  const parsed = parseCron(cron);
  if (!parsed.ok) return parsed.error;
  const time = nextAfter(parsed.value, Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("a schedule", () => {
  it.each([
    ["*/15 * * * *", "2026-03-03T02:07:30Z", "2026-03-03T02:15:00.000Z"],
    ["0 3 * * *", "2026-03-03T03:00:00Z", "2026-03-04T03:00:00.000Z"],
    ["@daily", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00.000Z"],
    ["30 6 * * mon-fri", "2026-03-06T07:00:00Z", "2026-03-09T06:30:00.000Z"],
    ["0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 12 13 * fri", "2026-03-01T00:00:00Z", "2026-03-06T12:00:00.000Z"],
    ["0 0 * * 7", "2026-03-03T00:00:00Z", "2026-03-08T00:00:00.000Z"],
    ["5,10 1-3/2 1 jan,jul *", "2026-01-01T01:05:00Z", "2026-01-01T01:10:00.000Z"],
  ])("%s after %s is %s", (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected);
  });

  it("that never comes or is none is refused", () => {
    for (const text of [
      "0 0 31 2 *",
      "",
      "* * * *",
      "60 * * * *",
      "a * * * *",
      "5-1 * * * *",
      "*/0 * * * *",
    ])
      expect(parseCron(text).ok).toBe(false);
    for (const text of ["", "5", "1x", "2s", "-5m"]) expect(parseEvery(text).ok).toBe(false);
    expect(parseEvery("15m")).toEqual({ ok: true, value: { kind: "every", ms: 900_000 } });
  });

  it("is the first minute that fits, as one that tries every minute finds it", () => {
    const part = (to: number, from = 0) =>
      fc.oneof(
        fc.constant("*"),
        fc.integer({ min: from, max: to }).map(String),
        fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`),
      );
    fc.assert(
      fc.property(
        part(59),
        part(23),
        part(28, 1),
        part(12, 1),
        part(6),
        fc.integer({ min: 0, max: 4e12 }),
        (minute, hour, day, month, weekday, after) => {
          const parsed = parseCron([minute, hour, day, month, weekday].join(" "));
          if (!parsed.ok || parsed.value.kind !== "cron") return true;
          const found = nextAfter(parsed.value, after);
          const { fields } = parsed.value;
          for (
            let time = Math.floor(after / 60_000) * 60_000 + 60_000;
            time < after + 3 * 86_400_000;
            time += 60_000
          ) {
            const date = new Date(time);
            const byDate = fields.days.has(date.getUTCDate());
            const byWeekday = fields.weekdays.has(date.getUTCDay());
            const isDay = fields.eitherDay ? byDate || byWeekday : byDate && byWeekday;
            if (
              isDay &&
              fields.months.has(date.getUTCMonth() + 1) &&
              fields.hours.has(date.getUTCHours()) &&
              fields.minutes.has(date.getUTCMinutes())
            )
              return found === time;
          }
          return found === undefined || found >= after + 3 * 86_400_000 - 60_000;
        },
      ),
      { numRuns: 60 },
    );
  });
});
