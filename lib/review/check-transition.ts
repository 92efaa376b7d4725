import { UNSAID_TIER } from "#lib/model/asset.ts";
import { isInLastHours } from "./last-hours.ts";
import { needsWindow } from "./needs-window.ts";
import type { Ask, Review, ReviewProblem } from "./review.ts";
import type { ReaderCount, ReviewState } from "./review-action.ts";
import { dayOf, workingDaysBetween } from "./review-days.ts";

/** Where a review may go from each state. What was removed or given up stays so: another change is another review. */
const NEXT_STATES: Readonly<Record<ReviewState, readonly ReviewState[]>> = {
  proposed: ["expanded", "abandoned"],
  expanded: ["migrating", "abandoned"],
  migrating: ["ready", "abandoned"],
  ready: ["removed", "migrating", "abandoned"],
  removed: [],
  abandoned: [],
};

/** What needs no window is done whenever those who are asked agree. */
const nextStatesOf = ({ state, content }: Review): readonly ReviewState[] => {
  const next = NEXT_STATES[state];
  return next.length === 0 || next.includes("removed") || needsWindow(content)
    ? next
    : [...next.filter((one) => one !== "abandoned"), "removed", "abandoned"];
};

export interface Transition {
  readonly state: ReviewState;
  readonly reason: string | undefined;
  readonly readers: ReaderCount | undefined;
  readonly onCall?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** Why a review does not go into a state now; undefined: it does. */
export function checkTransition(review: Review, to: Transition): ReviewProblem | undefined {
  const { state } = review;
  const next = nextStatesOf(review);
  if (!next.includes(to.state))
    return missing(
      `a review that is ${state} does not become ${to.state}`,
      next.length === 0 ? "propose the change anew" : `it may become ${next.join(", ")}`,
    );
  if (to.state === "abandoned")
    return to.reason === undefined ? missing("giving up needs a reason", "say why") : undefined;
  if (to.state === "expanded") return undefined;
  return (
    (to.state === "migrating" && state === "ready" ? undefined : whoObjects(review)) ??
    (needsWindow(review.content) ? whatWindowLacks(review) : undefined) ??
    (to.state === "migrating" ? undefined : (whoIsOpen(review) ?? whatReadersSay(review, to))) ??
    (to.state === "removed"
      ? ((needsWindow(review.content) ? isTooEarly(review, to.at) : undefined) ??
        whoIsAway(review, to))
      : undefined)
  );
}

const missing = (message: string, next: string): ReviewProblem => ({
  code: "not-allowed",
  message,
  next,
});

/** A team as it is called in sentences. */
export const nameOf = ({ owner, assets }: Pick<Ask, "owner" | "assets">): string =>
  owner ?? `what nobody owns (${assets.join(", ")})`;

/** Since when something waits: an objection or a plea for time from when it was made, else from the question. */
export const waitsSince = ({ signOff, since }: Ask): string | undefined =>
  signOff?.answer === "agree" ? undefined : (signOff?.at ?? since);

function whoObjects({ asks }: Review): ReviewProblem | undefined {
  const against = asks.filter(({ signOff }) => signOff?.answer === "object");
  return against.length === 0
    ? undefined
    : missing(
        `there is an objection of ${against.map(nameOf).join(", ")}`,
        "edit the change, or have it decided after the time that the policy gives",
      );
}

function whoIsOpen({ asks }: Review): ReviewProblem | undefined {
  const open = asks.filter(({ signOff }) => signOff?.answer !== "agree");
  return open.length === 0
    ? undefined
    : missing(`not agreed yet: ${open.map(nameOf).join(", ")}`, "ask them");
}

/** Days that have to lie between the announcement and the removal: by the best tier that is affected. */
export function windowDaysOf({ asks, policy }: Pick<Review, "asks" | "policy">): number {
  return Math.max(
    0,
    // Of what has no tier nobody has said that it is unimportant.
    ...asks.map(({ tier }) => policy.windowDays[tier ?? UNSAID_TIER]),
  );
}

/** An edit may have reached something of a better tier, for which the window is too short. */
function whatWindowLacks(review: Review): ReviewProblem | undefined {
  const { sunset } = review;
  if (sunset === undefined)
    return missing("no sunset date is set", "set one, so that readers know until when");
  return whyTooShort(review, sunset);
}

/** Whoever is asked has the days of its tier, from the announcement on, or from when it was asked later than that. */
export function whyTooShort(
  { asks, policy }: Pick<Review, "asks" | "policy">,
  sunset: NonNullable<Review["sunset"]>,
): ReviewProblem | undefined {
  const until = dayOf(sunset.date) ?? 0;
  const announced = dayOf(sunset.announcedAt) ?? 0;
  let worst: { readonly lacks: number; readonly message: string } | undefined;
  for (const ask of asks) {
    const asked = dayOf(ask.since) ?? 0;
    const days = until - Math.max(announced, asked);
    const least = policy.windowDays[ask.tier ?? UNSAID_TIER];
    const lacks = least - days;
    if (lacks <= 0 || lacks <= (worst?.lacks ?? 0)) continue;
    const from =
      asked > announced
        ? `${ask.since.slice(0, 10)}, when ${nameOf(ask)} was asked,`
        : "the announcement";
    worst = {
      lacks,
      message: `${days} days from ${from} to ${sunset.date}; the policy asks for ${least}`,
    };
  }
  return worst === undefined ? undefined : missing(worst.message, "set a later date");
}

/**
 * Readers that hold up the removal: those that were not written off, and of which a source tells. One that no source tells
 * of any more may only be unread for a while: it counts for the working days after which the role of the policy decides.
 */
export const readersLeft = (
  { writtenOff, policy }: Pick<Review, "writtenOff" | "policy">,
  { readers: { names, unsaid = {} }, now }: { readonly readers: ReaderCount; readonly now: string },
): readonly string[] => {
  const off = new Set(writtenOff.map(({ reader }) => reader));
  return names.filter((name) => {
    const since = unsaid[name];
    const isGone = since !== undefined && workingDaysBetween(since, now) >= policy.escalateAfter;
    return !off.has(name) && !isGone;
  });
};

function whatReadersSay(review: Review, { readers, at }: Transition): ReviewProblem | undefined {
  if (readers === undefined) return missing("readers were not counted", "count them");
  if (readers.notCounted !== undefined)
    return missing(
      `readers cannot be counted: ${readers.notCounted}`,
      "mend the lineage, edit the change, or abandon the review",
    );
  const names = readersLeft(review, { readers, now: at });
  if (names.length === 0) return undefined;
  return missing(
    `${names.length} still ${names.length === 1 ? "reads" : "read"} it: ${names.join(", ")}`,
    "they have to move first",
  );
}

/** Shortly before days off, what may break tier 1 silently goes out only while somebody is named who is there. */
function whoIsAway(review: Review, { onCall, at }: Transition): ReviewProblem | undefined {
  const { lastHours } = review.policy;
  if (lastHours === undefined || onCall !== undefined) return undefined;
  const isRisky = review.content.verdicts.some(
    ({ verdict, tier }) =>
      verdict === "breaks_silently" && tier !== undefined && tier <= lastHours.tier,
  );
  if (!isRisky || !isInLastHours(lastHours, at)) return undefined;
  return missing(
    `these are the last ${lastHours.hours} hours before days off, and it may be silently wrong for tier ${lastHours.tier}`,
    "name who is on call, or wait for the next working day",
  );
}

function isTooEarly({ sunset }: Review, at: string): ReviewProblem | undefined {
  if (sunset !== undefined && (dayOf(at) ?? 0) > (dayOf(sunset.date) ?? 0)) return undefined;
  return missing(`the date ${sunset?.date ?? ""} has not passed`, "remove it afterwards");
}
