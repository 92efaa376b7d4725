import { utcStamp } from "#lib/ingest/utc-stamp.ts";

/**
 * An event's time, whatever its producer wrote: two to nine digits of a second, `Z`, an offset, or no zone at all (then
 * UTC is meant, as the Python client does when it is handed a naive time).
 */
export interface EventTime {
  /** UTC with nine digits, so that texts compare as times do. */
  readonly sortable: string;
  /** ISO 8601 in UTC to the millisecond. */
  readonly iso: string;
}

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?(?:\[[^\]]*\])?$/;

export function parseEventTime(text: string): EventTime | undefined {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(match[6] ?? "0");
  if (!isCalendarTime({ year, month, day, hour, minute, second })) return undefined;
  const seconds =
    daysSinceEpoch(year, month, day) * 86_400 +
    hour * 3600 +
    minute * 60 +
    second -
    offsetSeconds(match[8]);
  const fraction = (match[7] ?? "").padEnd(9, "0").slice(0, 9);
  const stamp = utcStamp(seconds);
  return { sortable: `${stamp}.${fraction}Z`, iso: `${stamp}.${fraction.slice(0, 3)}Z` };
}

/** Milliseconds between two times of `EventTime.iso`. */
export const millisecondsBetween = (from: string, to: string): number =>
  millisecondsOf(to) - millisecondsOf(from);

function millisecondsOf(iso: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, part = 0] = iso
    .split(/[-T:.Z]/)
    .map(Number);
  return (
    daysSinceEpoch(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    part
  );
}

interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function isCalendarTime(time: CalendarTime): boolean {
  return (
    time.month >= 1 &&
    time.month <= 12 &&
    time.day >= 1 &&
    time.day <= 31 &&
    time.hour <= 24 &&
    time.minute <= 59 &&
    time.second <= 60
  );
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === "Z" || zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const size = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4) || "0") * 60;
  return zone.startsWith("-") ? -size : size;
}

/** Days from 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
