import { nameOf, waitsSince, windowDaysOf } from "./check-transition.ts";
import type { Ask, Review } from "./review.ts";
import { dayOf, workingDaysBetween } from "./review-days.ts";

/** An answer that a change waits for, or an objection that holds it up. */
export interface Waiting {
  /** Absent: nobody owns it. */
  readonly owner?: string;
  readonly for: "an answer" | "an objection" | "more time";
  /** ISO 8601. */
  readonly since: string;
  readonly workingDays: number;
  /** Who decides it when it has waited for too long. */
  readonly decidingRole: string;
  /** True: the role may decide now. */
  readonly isDue: boolean;
}

/** What a review waits for at a time, what has waited longest first. Nothing waits in one that has ended. */
export function listWaiting(review: Review, now: string): readonly Waiting[] {
  if (review.state === "removed" || review.state === "abandoned") return [];
  return review.asks
    .flatMap((ask) => waitingOf(review, { ask, now }))
    .sort((a, b) => b.workingDays - a.workingDays);
}

function waitingOf(
  { policy }: Review,
  { ask, now }: { readonly ask: Ask; readonly now: string },
): readonly Waiting[] {
  const since = waitsSince(ask);
  if (since === undefined) return [];
  const { owner, signOff } = ask;
  const workingDays = workingDaysBetween(since, now);
  return [
    {
      ...(owner === undefined ? {} : { owner }),
      for:
        signOff === undefined
          ? "an answer"
          : signOff.answer === "object"
            ? "an objection"
            : "more time",
      since,
      workingDays,
      decidingRole: policy.decidingRole,
      isDue: owner === undefined || workingDays >= policy.escalateAfter,
    },
  ];
}

/** The window as it stands at a time. */
export interface WindowStatus {
  /** Days that the policy asks for between announcement and removal. */
  readonly leastDays: number;
  readonly sunset?: string;
  readonly hasPassed: boolean;
  /** Whole days until the date; negative: so many ago. */
  readonly daysLeft?: number;
  /** Teams that have not agreed. */
  readonly notAgreed: readonly string[];
}

export function windowOf(review: Review, now: string): WindowStatus {
  const { sunset, asks } = review;
  const daysLeft = sunset === undefined ? undefined : (dayOf(sunset.date) ?? 0) - (dayOf(now) ?? 0);
  return {
    leastDays: windowDaysOf(review),
    ...(sunset === undefined ? {} : { sunset: sunset.date }),
    hasPassed: daysLeft !== undefined && daysLeft < 0,
    ...(daysLeft === undefined ? {} : { daysLeft }),
    notAgreed: asks.filter(({ signOff }) => signOff?.answer !== "agree").map(nameOf),
  };
}
