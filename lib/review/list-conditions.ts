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
  const reading = readerCondition(review, { readers, now });
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

function readerCondition(
  review: Review,
  { readers, now }: { readonly readers: ReaderCount; readonly now: string },
): Condition {
  if (readers.notCounted !== undefined)
    return { id: "readers", isMet: false, text: `They cannot be counted: ${readers.notCounted}.` };
  const left = readersLeft(review, { readers, now });
  const kept = new Set(left);
  const off = new Set(review.writtenOff.map(({ reader }) => reader));
  const writtenOff = readers.names.filter((name) => off.has(name)).length;
  const gone = readers.names.filter((name) => !off.has(name) && !kept.has(name)).length;
  const unsaid = left.filter((name) => readers.unsaid?.[name] !== undefined);
  const beside = [
    ...(writtenOff === 0
      ? []
      : [
          `${writtenOff}${left.length === 0 ? "" : " more"} still ${reads(writtenOff)} it, written off.`,
        ]),
    ...(gone === 0
      ? []
      : [
          `${gone} ${gone === 1 ? "is" : "are"} not counted: no source has told of ${gone === 1 ? "it" : "them"} for ${review.policy.escalateAfter} working days.`,
        ]),
    ...(unsaid.length === 0
      ? []
      : [
          `No source tells of ${nameFirst(unsaid)} any more: ${unsaid.length === 1 ? "it counts" : "they count"} for ${review.policy.escalateAfter} working days, or until somebody writes ${unsaid.length === 1 ? "it" : "them"} off.`,
        ]),
  ].join(" ");
  if (left.length === 0)
    return {
      id: "readers",
      isMet: true,
      text: writtenOff === 0 ? `Nobody reads it any more. ${beside}`.trim() : beside,
    };
  return {
    id: "readers",
    isMet: false,
    text: `${left.length} left: ${nameFirst(left)}. ${beside}`.trim(),
  };
}

const reads = (count: number): string => (count === 1 ? "reads" : "read");

/** The first names, and how many more there are. */
function nameFirst(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
