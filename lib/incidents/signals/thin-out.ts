import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";

/** So many of the newest points of a series are all kept; they also tell how often it runs. */
export const NEWEST = 30;
/** What is older is thinned out to so many, over four weeks at least, so that each weekday is known whatever the cadence. */
export const OLDER = 56;
const HOURS = 4 * 7 * 24;

interface Thinning<Point> {
  /** ISO 8601. */
  readonly timeOf: (point: Point) => string;
  /** How many are kept. */
  readonly most?: number;
}

/**
 * Of points that are older than the newest ones: one of each stretch of time, the newest of those, oldest first. Which one is
 * left to a hash of its time, so that no hour of the day is preferred, and the same ones stay in whatever order they come.
 */
export function thinOut<Point>(
  points: readonly Point[],
  { timeOf, most = OLDER }: Thinning<Point>,
): readonly Point[] {
  if (most <= 0) return [];
  const kept = new Map<number, Point>();
  for (const point of points) {
    const stretch = stretchOf(timeOf(point), most);
    const known = kept.get(stretch);
    if (known === undefined || isPreferred(timeOf(point), timeOf(known))) kept.set(stretch, point);
  }
  return [...kept]
    .sort(([a], [b]) => a - b)
    .slice(-most)
    .map(([, point]) => point);
}

/**
 * What `thinOut` makes of points that it thinned out before and of one more: the same list where that one is not kept. Only
 * the points beside it are looked at.
 */
export function addToThinned<Point>(
  thinned: readonly Point[],
  point: Point,
  { timeOf, most = OLDER }: Thinning<Point>,
): readonly Point[] {
  const stretch = stretchOf(timeOf(point), most);
  let place = 0;
  let end = thinned.length;
  while (place < end) {
    const middle = (place + end) >> 1;
    const known = thinned[middle];
    if (known !== undefined && stretchOf(timeOf(known), most) < stretch) place = middle + 1;
    else end = middle;
  }
  const known = thinned[place];
  if (known !== undefined && stretchOf(timeOf(known), most) === stretch)
    return isPreferred(timeOf(point), timeOf(known)) ? thinned.with(place, point) : thinned;
  if (thinned.length < most) return thinned.toSpliced(place, 0, point);
  return place === 0 ? thinned : thinned.toSpliced(place, 0, point).slice(-most);
}

const stretchOf = (at: string, most: number): number =>
  Math.floor(((hoursSinceEpoch(at) ?? 0) * most) / HOURS);

function isPreferred(at: string, to: string): boolean {
  const [lot, known] = [lotOf(at), lotOf(to)];
  return lot < known || (lot === known && at < to);
}

/** FNV-1a, mixed once more: its high bits hardly differ between times that are near. */
function lotOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
