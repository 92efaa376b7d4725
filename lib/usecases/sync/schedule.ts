import { makeTable } from "#lib/kit/make-table.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";

/** When a source is read again: after a time, or at times of the clock (UTC). */
export type Schedule =
  | { readonly kind: "every"; readonly ms: number }
  | { readonly kind: "cron"; readonly fields: CronFields };

/** The values that each field allows. */
interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Both day fields are limited: then either is enough, as cron has it. */
  readonly eitherDay: boolean;
}

const UNITS: Readonly<Record<string, number>> = makeTable({
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
});
const SHORTEST_MS = 10_000;

/** `30s`, `15m`, `6h`, `1d`. */
export function parseEvery(text: string): Result<Schedule, string> {
  const [, digits = "", unit = ""] = /^\s*(\d+)\s*([smhd])\s*$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) return err(`"${text}" is no time such as 30s, 15m, 6h or 1d`);
  const ms = Number(digits) * factor;
  return ms < SHORTEST_MS ? err(`"${text}" is shorter than 10s`) : ok({ kind: "every", ms });
}

const NAMED: Readonly<Record<string, string>> = makeTable({
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
});

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");

/** Five fields: minute, hour, day of the month, month, day of the week, with lists, ranges, steps and names; or `@daily`. */
export function parseCron(text: string): Result<Schedule, string> {
  const parts = (NAMED[text.trim().toLowerCase()] ?? text).trim().split(/\s+/);
  if (parts.length !== 5) return err(`"${text}" has not the five fields of a cron line`);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = parts.map((part) =>
    part.toLowerCase(),
  );
  const minutes = parseField(minute, { from: 0, to: 59 });
  const hours = parseField(hour, { from: 0, to: 23 });
  const days = parseField(day, { from: 1, to: 31 });
  const months = parseField(month, { from: 1, to: 12, names: MONTHS });
  const weekdays = parseField(weekday, { from: 0, to: 7, names: WEEKDAYS });
  if (!minutes || !hours || !days || !months || !weekdays)
    return err(`"${text}" is no cron line that is understood`);
  if (weekdays.has(7)) weekdays.add(0);
  const eitherDay = !day.startsWith("*") && !weekday.startsWith("*");
  const schedule: Schedule = {
    kind: "cron",
    fields: { minutes, hours, days, months, weekdays, eitherDay },
  };
  return nextAfter(schedule, 0) === undefined ? err(`"${text}" never comes`) : ok(schedule);
}

interface FieldRange {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

function parseField(text: string, range: FieldRange): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, span = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const bounds = parseSpan(span, range, step !== undefined);
    const by = Number(step ?? 1);
    if (bounds === undefined || by < 1) return undefined;
    for (let value = bounds[0]; value <= bounds[1]; value += by) values.add(value);
  }
  return values;
}

/** `*`, `3`, `1-5`, `mon-fri`; with a step `3/10` means from three on. */
function parseSpan(
  span: string,
  { from, to, names = [] }: FieldRange,
  hasStep: boolean,
): readonly [number, number] | undefined {
  if (span === "*") return [from, to];
  const numberOf = (word: string): number => {
    const at = names.indexOf(word);
    if (at >= 0) return at + from;
    return /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const [first = "", last, more] = span.split("-");
  const low = numberOf(first);
  const high = last === undefined ? (hasStep ? to : low) : numberOf(last);
  const isRange = more === undefined && low >= from && high <= to && low <= high;
  return isRange ? [low, high] : undefined;
}

const MINUTE = 60_000;
/** The 29th of February comes after eight years at the latest. */
const MOST_DAYS = 366 * 9;

/** The first time after `after` (milliseconds since 1970); undefined: never. */
export function nextAfter(schedule: Schedule, after: number): number | undefined {
  if (schedule.kind === "every") return after + schedule.ms;
  const { fields } = schedule;
  const start = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  const day = new Date(start);
  day.setUTCHours(0, 0, 0, 0);
  for (let count = 0; count < MOST_DAYS; count++) {
    if (fitsDay(day, fields)) {
      const found = firstOfDay(day.getTime(), start, fields);
      if (found !== undefined) return found;
    }
    day.setUTCDate(day.getUTCDate() + 1);
  }
  return undefined;
}

function fitsDay(day: Date, { days, months, weekdays, eitherDay }: CronFields): boolean {
  if (!months.has(day.getUTCMonth() + 1)) return false;
  const byDate = days.has(day.getUTCDate());
  const byWeekday = weekdays.has(day.getUTCDay());
  return eitherDay ? byDate || byWeekday : byDate && byWeekday;
}

function firstOfDay(
  midnight: number,
  start: number,
  { hours, minutes }: CronFields,
): number | undefined {
  for (let minute = 0; minute < 24 * 60; minute++) {
    const time = midnight + minute * MINUTE;
    if (time >= start && hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60))
      return time;
  }
  return undefined;
}
