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
  const kept = new Map<
    number,
    { readonly point: Point; readonly at: string; readonly lot: number }
  >();
  for (const point of points) {
    const at = timeOf(point);
    const stretch = Math.floor(((hoursSinceEpoch(at) ?? 0) * most) / HOURS);
    const known = kept.get(stretch);
    const lot = lotOf(at);
    if (known === undefined || lot < known.lot || (lot === known.lot && at < known.at))
      kept.set(stretch, { point, at, lot });
  }
  return [...kept]
    .sort(([a], [b]) => a - b)
    .slice(-most)
    .map(([, { point }]) => point);
}

/** FNV-1a, mixed once more: its high bits hardly differ between times that are near. */
function lotOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
