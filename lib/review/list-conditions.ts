import { readersLeft, whyTooShort } from "./check-transition.ts";
import { windowOf } from "./list-waiting.ts";
import { needsWindow } from "./needs-window.ts";
import type { Review } from "./review.ts";
import type { ReaderCount } from "./review-action.ts";

/** One of the things that have to be so before the old column may go. */
export interface Condition {
  readonly id: "agreed" | "date" | "readers";
  readonly isMet: boolean;
  /** What is so, or what is missing: a sentence. */
  readonly text: string;
}

/** What a removal waits for. All of these are checked once more when it is entered. */
export function listConditions(
  review: Review,
  {
    readers,
    now,
    notAsked = [],
  }: {
    readonly readers: ReaderCount;
    readonly now: string;
    /** What is affected today and was not when owners were asked, by name. */
    readonly notAsked?: readonly string[];
  },
): readonly Condition[] {
  const reading = readerCondition(review, readers);
  // Where nobody has to move there is nothing to wait for, unless somebody is harmed by now.
  return needsWindow(review.content)
    ? [agreement(review, notAsked), dateCondition(review, now), reading]
    : [agreement(review, notAsked), ...(reading.isMet ? [] : [reading])];
}

function agreement({ asks }: Review, notAsked: readonly string[]): Condition {
  const open = asks.filter(({ signOff }) => signOff?.answer !== "agree");
  const agreed = `${asks.length - open.length} of ${asks.length}`;
  return {
    id: "agreed",
    isMet: open.length === 0 && notAsked.length === 0,
    text: [
      asks.length > 0
        ? `${agreed}.`
        : notAsked.length === 0
          ? "Nobody else is affected."
          : "Nobody was asked.",
      ...(open.length === 0
        ? []
        : [`Waiting for ${nameFirst(open.map(({ owner }) => owner ?? "what nobody owns"))}.`]),
      ...(notAsked.length === 0
        ? []
        : [
            `Affected since it was judged, and not asked about yet: ${nameFirst([...notAsked].sort())}.`,
          ]),
    ].join(" "),
  };
}

function dateCondition(review: Review, now: string): Condition {
  const { sunset, hasPassed, daysLeft, leastDays } = windowOf(review, now);
  if (sunset === undefined)
    return {
      id: "date",
      isMet: false,
      text: `No date is set; at least ${leastDays} days from its announcement.`,
    };
  const short = review.sunset && whyTooShort(review, review.sunset);
  if (short !== undefined)
    return { id: "date", isMet: false, text: `Too early: ${short.message}.` };
  if (hasPassed) return { id: "date", isMet: true, text: `It was ${sunset}.` };
  const left =
    daysLeft === 0 ? "today" : daysLeft === 1 ? "tomorrow" : `in ${daysLeft ?? "some"} days`;
  return { id: "date", isMet: false, text: `${sunset}, ${left}. It may only move later.` };
}

const NAMED = 5;

function readerCondition(review: Review, readers: ReaderCount): Condition {
  if (readers.notCounted !== undefined)
    return { id: "readers", isMet: false, text: `They cannot be counted: ${readers.notCounted}.` };
  const left = readersLeft(review, readers);
  const off = readers.names.length - left.length;
  if (left.length === 0)
    return {
      id: "readers",
      isMet: true,
      text:
        off === 0
          ? "Nobody reads it any more."
          : `${off} still ${off === 1 ? "reads" : "read"} it, written off.`,
    };
  const beside = off === 0 ? "" : ` ${off} more written off.`;
  return { id: "readers", isMet: false, text: `${left.length} left: ${nameFirst(left)}.${beside}` };
}

/** The first names, and how many more there are. */
function nameFirst(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
