import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { middleOf } from "#lib/kit/middle-of.ts";

interface DatedValue {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

/** So many dates of a weekday tell what it is like. */
const LEAST_DATES = 3;
/** Weekdays explain a series where no more than this share of how it varies is left without them. */
const LEFT = 0.5;

/** The series as if all weekdays (UTC) were alike, where they differ and each has come often enough to tell how. Oldest first. */
export function takeOffWeekdays<Point extends DatedValue>(
  series: readonly Point[],
): readonly Point[] {
  const days = series.map(({ at }) => Math.floor((hoursSinceEpoch(at) ?? 0) / 24));
  const weekdays = groupByWeekday(series, days);
  if (weekdays.size < 2) return series;
  for (const { dates } of weekdays.values()) if (dates < LEAST_DATES) return series;
  const common = middleOf(series.map(({ value }) => value));
  const middles = new Map([...weekdays].map(([day, { values }]) => [day, middleOf(values)]));
  const evened = series.map(
    ({ value }, place) => value - (middles.get((days[place] ?? 0) % 7) ?? common) + common,
  );
  let varies = 0;
  let left = 0;
  for (const [place, { value }] of series.entries()) {
    varies += Math.abs(value - common);
    left += Math.abs((evened[place] ?? common) - common);
  }
  const isExplained = left <= LEFT * varies;
  if (!isExplained) return series;
  return series.map((point, place) => ({ ...point, value: evened[place] ?? point.value }));
}

interface Weekday {
  readonly values: number[];
  dates: number;
  last: number;
}

function groupByWeekday(
  series: readonly DatedValue[],
  days: readonly number[],
): ReadonlyMap<number, Weekday> {
  const groups = new Map<number, Weekday>();
  for (const [place, { value }] of series.entries()) {
    const day = days[place] ?? 0;
    const known = groups.get(day % 7);
    if (known === undefined) {
      groups.set(day % 7, { values: [value], dates: 1, last: day });
      continue;
    }
    known.values.push(value);
    if (day !== known.last) known.dates++;
    known.last = day;
  }
  return groups;
}
