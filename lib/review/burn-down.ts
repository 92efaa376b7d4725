import { daysBetween } from "./review-days.ts";

/** How many read the old column on one version of the graph. */
export interface ReaderPoint {
  /** ISO 8601. */
  readonly at: string;
  readonly version: number;
  readonly names: readonly string[];
}

/** Readers over time, and when they would be gone if it went on like this. */
export interface BurnDown {
  /** Oldest first; a point stands where who reads has changed. */
  readonly points: readonly ReaderPoint[];
  /** Days from now; absent: nobody has moved yet, or nobody reads any more. */
  readonly zeroInDays?: number;
}

/**
 * Points of which each says something new: versions that change no reader are left out. One version may have several,
 * where it was edited what goes.
 */
export function addPoint(
  points: readonly ReaderPoint[],
  point: ReaderPoint,
): readonly ReaderPoint[] {
  const last = points.at(-1);
  if (last !== undefined && last.version > point.version) return points;
  return last !== undefined && sameNames(last.names, point.names) ? points : [...points, point];
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, at) => name === b[at]);

/** The pace so far, from the first point to `now`, carried on. */
export function burnDown(points: readonly ReaderPoint[], now: string): BurnDown {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return { points };
  const left = last.names.length;
  const moved = first.names.length - left;
  const days = daysBetween(first.at, now);
  if (left === 0 || moved <= 0 || days === 0) return { points };
  return { points, zeroInDays: Math.ceil((left * days) / moved) };
}
