import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { LastHours } from "./review-action.ts";
import { dayOf } from "./review-days.ts";

const MINUTES = 60;
const DAY = 24 * MINUTES;

/** Whether a time (ISO 8601) lies in the last working hours before a Saturday, a Sunday or another day off. */
export function isInLastHours(
  { hours, endsAt, utcOffset, daysOff }: LastHours,
  at: string,
): boolean {
  const since = hoursSinceEpoch(at);
  if (since === undefined) return false;
  const minute = since * MINUTES + utcOffset;
  const today = Math.floor(minute / DAY);
  const off = new Set(daysOff.flatMap((day) => dayOf(day) ?? []));
  const isOff = (day: number): boolean => off.has(day) || isWeekend(day);
  // On a day off nobody is there, at whatever hour; on its eve from the last hours on.
  if (isOff(today)) return true;
  return isOff(today + 1) && minute - today * DAY >= endsAt - hours * MINUTES;
}

/** Day 0 was a Thursday. */
const isWeekend = (day: number): boolean => (((day + 3) % 7) + 7) % 7 >= 5;
