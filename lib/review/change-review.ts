import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { askAgain } from "./ask-owners.ts";
import { checkTransition, nameOf, waitsSince, whyTooShort } from "./check-transition.ts";
import { changesHashOf } from "./judge-again.ts";
import type { Ask, Review, ReviewProblem, SignOff } from "./review.ts";
import type { ReviewAction, ReviewContent, ReviewEvent } from "./review-action.ts";
import { dayOf, daysBetween, isDate, workingDaysBetween } from "./review-days.ts";

type Kind = ReviewAction["kind"];
type ActionOf<K extends Kind> = Extract<ReviewAction, { readonly kind: K }>;
type Changed = Result<Partial<Review>, ReviewProblem>;

/** What an entry changes, or why it cannot be made now. */
export function changeReview(review: Review, event: ReviewEvent): Changed {
  const { action } = event;
  const hasEnded = review.state === "removed" || review.state === "abandoned";
  if (hasEnded && action.kind !== "note" && action.kind !== "set_state")
    return refuse("not-allowed", `${review.id} is ${review.state}`, "propose the change anew");
  const change = CHANGES[action.kind] as (
    review: Review,
    action: ReviewAction,
    event: ReviewEvent,
  ) => Changed;
  return change(review, action, event);
}

const CHANGES: {
  readonly [K in Kind]: (review: Review, action: ActionOf<K>, event: ReviewEvent) => Changed;
} = {
  propose: ({ id }) => refuse("not-allowed", `${id} is proposed already`),
  edit: (review, { content, title }, { at }) =>
    changesHashOf(content) === changesHashOf(review.content)
      ? refuse("not-allowed", "the edit changes nothing")
      : ok({
          content,
          ...(title === undefined ? {} : { title }),
          ...askAfterEdit(review, { content, at }),
        }),
  judge_again: judgedAgain,
  sign,
  count_silence: countSilence,
  decide,
  set_sunset: setSunset,
  set_state: (review, { state, reason, readers, onCall }, { at }) => {
    const problem = checkTransition(review, { state, reason, readers, onCall, at });
    if (problem !== undefined) return err(problem);
    return ok({ state, ...(reason === undefined ? {} : { endedFor: reason }) });
  },
  remind: (review, { owner, readers }, { at }) =>
    ok({ reminders: [...review.reminders, { owner, readers, at }] }),
  write_off: writeOff,
  note: () => ok({}),
};

function refuse(code: ReviewProblem["code"], message: string, next?: string): Changed {
  return err(next === undefined ? { code, message } : { code, message, next });
}

/** Who learns only now what happens to it has the whole window from now on. */
function askAfterEdit(
  review: Review,
  edit: { readonly content: ReviewContent; readonly at: string },
): Partial<Review> {
  const asks = askAgain(review, edit);
  const { sunset } = review;
  const isNews = asks.some(({ since }) => since === edit.at);
  return isNews && sunset !== undefined
    ? { asks, sunset: { ...sunset, announcedAt: edit.at } }
    : { asks };
}

/** The date stands: each owner has the window of its tier from when it was asked. */
function judgedAgain(
  review: Review,
  { content }: ActionOf<"judge_again">,
  { at }: ReviewEvent,
): Changed {
  if (changesHashOf(content) !== changesHashOf(review.content))
    return refuse("changed", "the change was edited meanwhile", "judge it again");
  if (content.hash === review.content.hash)
    return refuse("not-allowed", "nothing else is affected than what was asked about");
  return ok({ content, asks: askAgain(review, { content, at, isNewTierAsked: true }) });
}

function findAsk(review: Review, owner: string | undefined): Result<Ask, ReviewProblem> {
  const ask = review.asks.find((one) => one.owner === owner);
  if (ask !== undefined) return ok(ask);
  const teams = review.asks.flatMap((one) => one.owner ?? []);
  return err({
    code: "not-affected",
    message:
      owner === undefined ? "everything affected has an owner" : `${owner} is not affected by this`,
    next: teams.length === 0 ? "nobody is" : `affected are ${teams.join(", ")}`,
  });
}

const withSignOff = ({ asks }: Review, { of, signOff }: { of: Ask; signOff: SignOff }): Changed =>
  ok({ asks: asks.map((ask) => (ask === of ? { ...ask, signOff } : ask)) });

/** For the content that was read, by a team that is affected; who answers anew says which answer that replaces. */
function sign(review: Review, action: ActionOf<"sign">, event: ReviewEvent): Changed {
  const { owner, answer, hash, reason, approver, replaces } = action;
  const found = findAsk(review, owner);
  if (!found.ok) return found;
  const ask = found.value;
  if (hash !== review.content.hash)
    return refuse(
      "changed",
      `the change was ${hash === changesHashOf(review.content) ? "judged again, and more is affected" : "edited"}: ${hash} was read, it is ${review.content.hash} now`,
      "read it again, then sign",
    );
  const given = ask.signOff;
  if (given?.by === "decided")
    return refuse(
      "changed",
      `it was decided for ${owner} by ${given.role ?? given.actor}: ${given.answer} (entry ${given.seq})`,
      "an edit that changes what happens to it asks it again",
    );
  if (given !== undefined && given.by === "team" && given.seq !== replaces)
    return refuse(
      "changed",
      `an answer was given for ${owner} by ${given.actor}: ${given.answer.replaceAll("_", " ")} (entry ${given.seq})`,
      `to change that, say so: replaces ${given.seq}`,
    );
  if (answer !== "agree" && reason === undefined)
    return refuse("not-allowed", `to ${answer.replaceAll("_", " ")} needs a reason`);
  if (answer === "agree" && ask.tier === 1 && approver === undefined)
    return refuse("not-allowed", "tier 1 is affected: a named approver has to agree");
  return withSignOff(review, {
    of: ask,
    signOff: {
      ...signOffOf(event, { answer, by: "team", hash }),
      ...(reason === undefined ? {} : { reason }),
      ...(approver === undefined ? {} : { approver }),
    },
  });
}

const signOffOf = (
  { actor, at, seq }: ReviewEvent,
  { answer, by, hash }: Pick<SignOff, "answer" | "by" | "hash">,
): SignOff => ({ answer, by, actor, at, hash, seq });

/** Silence is recorded as silence, only where the policy lets it count and after the days that it gives. */
function countSilence(
  review: Review,
  { owner }: ActionOf<"count_silence">,
  event: ReviewEvent,
): Changed {
  const found = findAsk(review, owner);
  if (!found.ok) return found;
  const ask = found.value;
  const { silence, version } = review.policy;
  if (ask.signOff !== undefined) return refuse("changed", `there is an answer of ${owner}`);
  if (silence === undefined || ask.tier === undefined || !silence.tiers.includes(ask.tier))
    return refuse(
      "not-allowed",
      `policy ${version} does not let silence count for ${ask.tier === undefined ? "assets without a tier" : `tier ${ask.tier}`}`,
    );
  const days = daysBetween(ask.since, event.at);
  if (days < silence.afterDays)
    return refuse(
      "not-allowed",
      `${owner} was asked ${days} days ago; silence counts after ${silence.afterDays}`,
    );
  const { hash } = review.content;
  return withSignOff(review, {
    of: ask,
    signOff: signOffOf(event, { answer: "agree", by: "silence", hash }),
  });
}

/** In the stead of a team that objects or does not answer, by the role that the policy names, once it is time. */
function decide(
  review: Review,
  { owner, role, answer, reason }: ActionOf<"decide">,
  event: ReviewEvent,
): Changed {
  const found = findAsk(review, owner);
  if (!found.ok) return found;
  const ask = found.value;
  const { decidingRole, escalateAfter } = review.policy;
  if (role !== decidingRole)
    return refuse("not-allowed", `${role} does not decide here`, `${decidingRole} does`);
  const since = waitsSince(ask);
  if (since === undefined)
    return refuse("changed", `there is an agreement of ${nameOf(ask)} already`);
  const waited = workingDaysBetween(since, event.at);
  // Of what nobody owns no answer will come: there is nothing to wait for.
  if (owner !== undefined && waited < escalateAfter)
    return refuse(
      "not-allowed",
      `it has waited ${waited} working days; ${decidingRole} decides after ${escalateAfter}`,
    );
  const { hash } = review.content;
  return withSignOff(review, {
    of: ask,
    signOff: { ...signOffOf(event, { answer, by: "decided", hash }), reason, role },
  });
}

/** Times that an owner is told, each on a working day of its own, before its reader counts for nothing. */
const TOLD_BEFORE = 2;

/** A reader whose owner was told twice and did nothing, or that has no owner: an approver answers for it. */
function writeOff(
  review: Review,
  { reader, approver, reason, readers }: ActionOf<"write_off">,
  { at }: ReviewEvent,
): Changed {
  const { names, owners = {}, unsaid = {} } = readers ?? review.content.readers;
  if (review.writtenOff.some((one) => one.reader === reader))
    return refuse("changed", `${reader} is written off already`);
  if (!names.includes(reader))
    return refuse("not-allowed", `${reader} does not read what goes`, "only who reads holds it up");
  // Of what no source tells any more it is enough that somebody says that it is gone.
  if (unsaid[reader] !== undefined)
    return ok({ writtenOff: [...review.writtenOff, { reader, approver, reason, at }] });
  const owner = owners[reader];
  const { decidingRole } = review.policy;
  if (owner === undefined && approver !== decidingRole)
    return refuse(
      "not-allowed",
      `nobody owns ${reader}, so that nobody can be told`,
      `${decidingRole} may write it off`,
    );
  const told = owner === undefined ? TOLD_BEFORE : timesTold(review, { owner, reader });
  if (told < TOLD_BEFORE)
    return refuse(
      "not-allowed",
      `${owner} was told ${told === 0 ? "never" : "once"} that ${reader} still reads it`,
      "remind it; on two different working days before a reader is written off",
    );
  return ok({ writtenOff: [...review.writtenOff, { reader, approver, reason, at }] });
}

/** On how many working days an owner was told of one of its readers. */
function timesTold(
  { reminders }: Review,
  { owner, reader }: { readonly owner: string; readonly reader: string },
): number {
  let last: string | undefined;
  let times = 0;
  for (const reminder of reminders) {
    if (reminder.owner !== owner || !reminder.readers.includes(reader)) continue;
    if (last !== undefined && workingDaysBetween(last, reminder.at) === 0) continue;
    last = reminder.at;
    times += 1;
  }
  return times;
}

/** The date may move later, never earlier. */
function setSunset(review: Review, { date }: ActionOf<"set_sunset">, { at }: ReviewEvent): Changed {
  if (!isDate(date)) return refuse("not-allowed", `${date} is no date`, "write it as 2026-03-31");
  const before = review.sunset;
  if (before !== undefined && (dayOf(date) ?? 0) < (dayOf(before.date) ?? 0))
    return refuse(
      "not-allowed",
      `the date may only move later: it is ${before.date}`,
      "readers have planned with it",
    );
  const sunset = { date, announcedAt: before?.announcedAt ?? at };
  const problem = whyTooShort(review, sunset);
  return problem === undefined ? ok({ sunset }) : err(problem);
}
