import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";

const DAY = 24;

/** Number of the day (UTC) of an ISO 8601 date or time; 0 is 1970-01-01, a Thursday. */
export function dayOf(text: string): number | undefined {
  const hours = hoursSinceEpoch(text);
  return hours === undefined ? undefined : Math.floor(hours / DAY);
}

/** Whether a text is a date of the calendar, `2026-03-03`: no 30th of February. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [, year, month, day] = match.map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Whole days from one time to a later one. */
export function daysBetween(from: string, to: string): number {
  const [start, end] = [hoursSinceEpoch(from) ?? 0, hoursSinceEpoch(to) ?? 0];
  return Math.max(0, Math.floor((end - start) / DAY));
}

/** Days from Monday to Friday that have begun after the day of `from`, up to the day of `to`. Holidays are not known. */
export function workingDaysBetween(from: string, to: string): number {
  const [start, end] = [dayOf(from) ?? 0, dayOf(to) ?? 0];
  if (end <= start) return 0;
  return workingDaysUpTo(end) - workingDaysUpTo(start);
}

/** Working days up to and with a day, counted from a Monday long ago. */
function workingDaysUpTo(day: number): number {
  const fromMonday = day + 3;
  return Math.floor(fromMonday / 7) * 5 + Math.min((fromMonday % 7) + 1, 5);
}

/** `2026-03-03` of the number of a day (the inverse of `dayOf`; Howard Hinnant's civil_from_days). */
export function dateOfDay(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const date = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}
