import type { BurnDown } from "#lib/review/burn-down.ts";
import { daysBetween } from "#lib/review/review-days.ts";
import { sayDay } from "./review-words.ts";
import { countOf } from "./verdict-words.ts";

/** Whether a drawing would show more than a point: somebody has moved or come, and a day has passed. */
export const isLine = ({ points }: BurnDown, now: string): boolean =>
  points.length > 1 && daysBetween(points[0]?.at ?? now, now) > 0;

/** How readers move away from what goes, in a sentence. `daysLeft`: until the date, where there is one. */
export function sayPace({ points, zeroInDays }: BurnDown, daysLeft: number | undefined): string {
  const [first] = points;
  const left = points.at(-1)?.names.length ?? 0;
  if (first === undefined || left === 0) return "Nobody reads it any more.";
  if (points.length === 1) return `Nobody has moved since ${sayDay(first.at)}.`;
  if (zeroInDays !== undefined) {
    const late = daysLeft !== undefined && zeroInDays > daysLeft;
    return `At this pace nobody is left in ${countOf(zeroInDays, { one: "day", many: "days" })}${late ? ", after the date" : ""}.`;
  }
  // Without a whole day there is no pace yet, however many have moved.
  const then = first.names.length;
  if (left === then) return `As many as on ${sayDay(first.at)}.`;
  return `At first, on ${sayDay(first.at)}, there ${then === 1 ? "was" : "were"} ${then}.`;
}
