import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";

interface DatedValue {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

/** So many dates of a weekday tell what it is like. */
const LEAST_DATES = 3;
/** Weekdays explain a series where no more than this share of how it varies is left without them. */
const LEFT = 0.5;

/** The series as if all weekdays (UTC) were alike, where they differ and each has come often enough to tell how. */
export function takeOffWeekdays<Point extends DatedValue>(
  series: readonly Point[],
): readonly Point[] {
  const days = series.map(({ at }) => Math.floor((hoursSinceEpoch(at) ?? 0) / 24));
  const byWeekday = new Map<number, { readonly values: number[]; readonly dates: Set<number> }>();
  series.forEach(({ value }, place) => {
    const day = days[place] ?? 0;
    const known = byWeekday.get(day % 7) ?? { values: [], dates: new Set() };
    byWeekday.set(day % 7, known);
    known.values.push(value);
    known.dates.add(day);
  });
  const groups = [...byWeekday.values()];
  if (groups.length < 2 || groups.some(({ dates }) => dates.size < LEAST_DATES)) return series;
  const common = middleOf(series.map(({ value }) => value));
  const middles = new Map([...byWeekday].map(([day, { values }]) => [day, middleOf(values)]));
  const evened = series.map((point, place) => {
    const own = middles.get((days[place] ?? 0) % 7) ?? common;
    return { ...point, value: point.value - own + common };
  });
  const varies = (points: readonly DatedValue[]): number =>
    points.reduce((sum, { value }) => sum + Math.abs(value - common), 0);
  return varies(evened) <= LEFT * varies(series) ? evened : series;
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  return (upper + (sorted[(sorted.length - 1) >> 1] ?? upper)) / 2;
}
