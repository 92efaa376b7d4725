import { readersLeft, waitsSince } from "./check-transition.ts";
import { windowOf } from "./list-waiting.ts";
import type { Ask, Review } from "./review.ts";
import type { ReaderCount, ReviewAction } from "./review-action.ts";
import { daysBetween, workingDaysBetween } from "./review-days.ts";

/** Days before the date on which those who still read are told, and every so many days after it. */
const BEFORE = [7, 3, 1] as const;
const EVERY_AFTER = 7;

/** Working days after which a missing answer is asked for again. */
const ASK_AGAIN_AFTER = 2;

/** What the clock alone brings about: reminders, and silence where the policy lets it count. */
export function dueEntries(
  review: Review,
  { readers, now }: { readonly readers: ReaderCount; readonly now: string },
): readonly ReviewAction[] {
  if (review.state === "removed" || review.state === "abandoned") return [];
  return [
    ...dueSilences(review, now),
    ...dueQuestions(review, now),
    ...dueReaders(review, { readers, now }),
  ];
}

function dueSilences({ asks, policy: { silence } }: Review, now: string): readonly ReviewAction[] {
  if (silence === undefined) return [];
  return asks.flatMap(({ owner, tier, signOff, since }) =>
    owner !== undefined &&
    signOff === undefined &&
    tier !== undefined &&
    silence.tiers.includes(tier) &&
    daysBetween(since, now) >= silence.afterDays
      ? [{ kind: "count_silence" as const, owner }]
      : [],
  );
}

/** Once while the role does not decide yet, and once when it may. */
function dueQuestions(review: Review, now: string): readonly ReviewAction[] {
  const { escalateAfter, silence } = review.policy;
  return review.asks.flatMap((ask) => {
    const since = waitsSince(ask);
    if (ask.owner === undefined || ask.signOff !== undefined || since === undefined) return [];
    const waited = workingDaysBetween(since, now);
    const times = [ASK_AGAIN_AFTER, escalateAfter].filter((days) => waited >= days && days > 0);
    const isSilent = silence !== undefined && daysBetween(since, now) >= silence.afterDays;
    const countsAsYes = isSilent && ask.tier !== undefined && silence.tiers.includes(ask.tier);
    return !countsAsYes && told(review, ask) < times.length
      ? [{ kind: "remind" as const, owner: ask.owner, readers: [] }]
      : [];
  });
}

const told = ({ reminders }: Review, { owner, since }: Ask): number =>
  reminders.filter((one) => one.owner === owner && one.readers.length === 0 && one.at >= since)
    .length;

function dueReaders(
  review: Review,
  { readers, now }: { readonly readers: ReaderCount; readonly now: string },
): readonly ReviewAction[] {
  const { daysLeft, sunset } = windowOf(review, now);
  if (daysLeft === undefined || sunset === undefined || review.state === "proposed") return [];
  const mark = lastMark(daysLeft);
  if (mark === undefined) return [];
  const { owners = {} } = readers;
  const byOwner = new Map<string, string[]>();
  for (const name of readersLeft(review, { readers, now })) {
    const owner = owners[name];
    if (owner === undefined) continue;
    const own = byOwner.get(owner);
    if (own) own.push(name);
    else byOwner.set(owner, [name]);
  }
  return [...byOwner].flatMap(([owner, names]) =>
    wasToldSince(review, { owner, days: mark - daysLeft, now })
      ? []
      : [{ kind: "remind" as const, owner, readers: names }],
  );
}

/** The reminder that was due last, in days before the date (negative: after it). */
function lastMark(daysLeft: number): number | undefined {
  if (daysLeft < 0) return -Math.floor(-daysLeft / EVERY_AFTER) * EVERY_AFTER;
  return [...BEFORE].reverse().find((days) => daysLeft <= days);
}

/** Whether an owner was told of its readers since a day that is so many days ago. */
function wasToldSince(
  { reminders }: Review,
  { owner, days, now }: { readonly owner: string; readonly days: number; readonly now: string },
): boolean {
  return reminders.some(
    (one) =>
      one.owner === owner &&
      one.readers.length > 0 &&
      daysBetween(`${one.at.slice(0, 10)}T00:00:00Z`, `${now.slice(0, 10)}T00:00:00Z`) <= days,
  );
}
