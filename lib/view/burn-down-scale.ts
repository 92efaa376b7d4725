import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { BurnDown } from "#lib/review/burn-down.ts";
import { dateOfDay } from "#lib/review/review-days.ts";

const DAY = 24;

/** A burn-down in shares of its frame: x from the first day to the last, y from no reader (0) to all (1). */
export interface BurnDownScale {
  readonly most: number;
  /** Corners of the stairs. */
  readonly stairs: readonly { readonly x: number; readonly y: number }[];
  readonly now: number;
  readonly sunset?: number;
  /** Where readers would be gone at the pace so far. */
  readonly zero?: number;
  /** Whole days, as labels below. */
  readonly ticks: readonly { readonly x: number; readonly date: string }[];
}

/** Places of a burn-down that is drawn. Undefined: there is nothing to count. */
export function scaleBurnDown(
  { points, zeroInDays }: BurnDown,
  { now, sunset }: { readonly now: string; readonly sunset: string | undefined },
): BurnDownScale | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const most = Math.max(...points.map(({ names }) => names.length));
  if (most === 0) return undefined;
  const start = hours(first.at);
  const today = Math.max(hours(now), hours(last.at));
  const zeroAt = zeroInDays === undefined ? undefined : today + zeroInDays * DAY;
  const sunsetAt = sunset === undefined ? undefined : hours(sunset);
  // A pace that ends in years would squeeze all that has happened into a corner.
  const nearest = Math.max(today + DAY, sunsetAt ?? 0);
  const end = Math.max(
    start + 7 * DAY,
    zeroAt === undefined
      ? nearest
      : Math.min(Math.max(zeroAt, nearest), start + 3 * (nearest - start)),
  );
  const place = (at: number): number => (at - start) / (end - start);
  const stairs = points.flatMap(({ at, names }, index) => {
    const x = place(hours(at));
    const y = names.length / most;
    const before = points[index - 1];
    return before === undefined
      ? [{ x, y }]
      : [
          { x, y: before.names.length / most },
          { x, y },
        ];
  });
  return {
    most,
    stairs: [...stairs, { x: place(today), y: last.names.length / most }],
    now: place(today),
    ...(sunsetAt === undefined ? {} : { sunset: place(sunsetAt) }),
    ...(zeroAt === undefined || zeroAt > end ? {} : { zero: place(zeroAt) }),
    ticks: ticksOf(start, end),
  };
}

const MOST_TICKS = 6;

function ticksOf(start: number, end: number): BurnDownScale["ticks"] {
  const days = (end - start) / DAY;
  const step = Math.max(1, Math.ceil(days / MOST_TICKS));
  return Array.from({ length: Math.floor(days / step) + 1 }, (_, at) => ({
    x: (at * step) / days,
    date: dateOfDay(Math.floor(start / DAY) + at * step),
  }));
}

const hours = (iso: string): number => hoursSinceEpoch(iso) ?? 0;
