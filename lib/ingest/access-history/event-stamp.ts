import { asNumber, asText } from "#lib/ingest/loose-value.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";

const WRITTEN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?$/i;

/**
 * A time as warehouses export it, in UTC and to the second (`2026-11-20T11:00:00Z`): ISO 8601, Snowflake's
 * `2026-11-20 03:00:00.123 -0800`, BigQuery's `… UTC`, and numbers since 1970 in seconds, milli- or microseconds. A time
 * without a zone is taken for UTC.
 */
export function eventStamp(value: unknown): string | undefined {
  const text = asText(value)?.trim();
  const match = text === undefined ? undefined : WRITTEN.exec(text);
  if (!match) return sinceEpoch(value);
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (!isDate([month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0])) return undefined;
  const seconds =
    daysBefore(year ?? 0, month ?? 1, day ?? 1) * 86_400 +
    (hour ?? 0) * 3600 +
    (minute ?? 0) * 60 +
    (second ?? 0);
  return `${utcStamp(seconds - offsetOf(match[7]))}Z`;
}

/** The most of month, day, hour, minute and second; a leap second is one. */
const MOST = [12, 31, 24, 59, 60];

const isDate = (parts: readonly number[]): boolean =>
  parts.every((part, at) => part <= (MOST[at] ?? 0) && (at > 1 || part > 0));

/** `2026-10-21` of `2026-11-20` and 30. */
export function dayBefore(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return utcStamp((daysBefore(year, month, date) - days) * 86_400).slice(0, 10);
}

function sinceEpoch(value: unknown): string | undefined {
  const number = asNumber(value);
  if (number === undefined || number <= 0) return undefined;
  const seconds = number > 1e14 ? number / 1e6 : number > 1e11 ? number / 1e3 : number;
  return seconds < 1e11 ? `${utcStamp(Math.floor(seconds))}Z` : undefined;
}

/** In seconds. */
function offsetOf(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? "");
  if (!match) return 0;
  const size = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === "-" ? -size : size;
}

/** Days from 1970-01-01, in the Gregorian calendar. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
