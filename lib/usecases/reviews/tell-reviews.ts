import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { applyReviewEvent } from "#lib/review/fold-review.ts";
import type { Ask, Review } from "#lib/review/review.ts";
import type { ReviewEvent } from "#lib/review/review-action.ts";
import { listedChanges } from "#lib/review/reviewed-change.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { nameSome } from "#lib/view/incident-words.ts";
import { VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Channel } from "../outbox/channel.ts";
import type { OutboxMessage } from "../outbox/outbox-message.ts";
import { postMessages } from "../outbox/post-messages.ts";
import type { ReviewRecord } from "./manage-reviews.ts";

const COLLECTION = "review-told";

/**
 * Posts what the entries of a review tell others, up to the last one. The log is what counts: a process that ends between
 * an entry and its messages leaves them to the next one, and what was posted is not posted again.
 */
export async function tellReview(
  { review, events }: ReviewRecord,
  { store, channels }: { readonly store: LineageStore; readonly channels: readonly Channel[] },
): Promise<Result<number, Failure>> {
  const record = await store.getRecord(COLLECTION, review.id);
  if (!record.ok) return err(failureOfStore(record.error));
  const known = (record.value?.body as { readonly seq: number } | undefined)?.seq ?? 0;
  if (known >= review.seq) return ok(0);
  const messages = messagesOf(review.id, events).filter(({ seq }) => seq > known);
  const posted = await postMessages(store, {
    messages: messages.map(({ message }) => message),
    channels,
  });
  if (!posted.ok) return posted;
  const put = await store.putRecord(
    COLLECTION,
    review.id,
    { seq: review.seq },
    record.value?.revision ?? 0,
  );
  // Another process has told the same in the meantime.
  if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
  return posted;
}

interface Told {
  /** Of the entry that it tells of. */
  readonly seq: number;
  readonly message: OutboxMessage;
}

/** Who is told what by each entry. Owners hear what is theirs, and the same thing once. */
export function messagesOf(id: string, events: readonly ReviewEvent[]): readonly Told[] {
  const told: Told[] = [];
  let before: Review | undefined;
  for (const event of events) {
    const next = applyReviewEvent({ id, review: before, event });
    if (!next.ok) continue;
    for (const message of messagesAt(event, { before, after: next.value }))
      told.push({ seq: event.seq, message });
    before = next.value;
  }
  return told;
}

interface Step {
  readonly before: Review | undefined;
  readonly after: Review;
}

function messagesAt(event: ReviewEvent, step: Step): readonly OutboxMessage[] {
  const { action } = event;
  const { after } = step;
  switch (action.kind) {
    case "propose":
    case "edit":
    case "judge_again":
      return newAsks(step).map((ask) => askMessage(after, { ask, event }));
    case "remind":
      return [remindMessage(after, { owner: action.owner, readers: action.readers, event })];
    case "set_sunset":
      return step.before?.sunset === undefined
        ? []
        : toAll(after, { event, word: `may go after ${action.date}, later than it was said` });
    case "set_state":
      if (action.state === "migrating" && step.before?.state === "expanded")
        return toAll(after, {
          event,
          word: `is on its way out: read the new until ${after.sunset?.date ?? "the date"}`,
        });
      return action.state === "removed" || action.state === "abandoned"
        ? toAll(after, { event, word: `is ${action.state}` })
        : [];
    default:
      return [];
  }
}

/** Owners that are asked something that they were not asked before. */
function newAsks({ before, after }: Step): readonly (Ask & { readonly owner: string })[] {
  return after.asks.flatMap((ask) => {
    const { owner } = ask;
    if (owner === undefined) return [];
    const known = before?.asks.find((one) => one.owner === owner);
    return known?.verdictKey === ask.verdictKey ? [] : [{ ...ask, owner }];
  });
}

const common = ({ id }: Review, { at }: ReviewEvent) => ({
  subject: id,
  path: `/changes/${encodeURIComponent(id)}`,
  at,
});

const VOIDED = {
  edit: "The change was edited, and something else happens to you now: your earlier answer is void. ",
  later: "Your earlier answer was for what was affected then, and is void. ",
} as const;

function askMessage(
  review: Review,
  { ask, event }: { readonly ask: Ask & { readonly owner: string }; readonly event: ReviewEvent },
): OutboxMessage {
  const own = review.content.verdicts.filter(({ owner }) => owner === ask.owner);
  const said = own.map(({ name, verdict, certainty }) =>
    certainty === null || certainty === "certain"
      ? `${name}: ${VERDICT_WORDS[verdict]}`
      : `${name}: ${VERDICT_WORDS[verdict]}, ${certainty}`,
  );
  const isVoid = ask.voided.length > 0;
  const { kind } = event.action;
  return {
    ...common(review, event),
    key: `${review.id}:asked:${ask.owner}:${ask.verdictKey}`,
    kind: "review.asked",
    audience: audienceOf(ask),
    title: `${ask.owner}: ${review.title}`,
    lines: [
      ...changeLines(review),
      `Affected of yours: ${nameSome(said)}.`,
      `${kind === "judge_again" ? "This was not so when it was proposed. " : ""}${isVoid ? VOIDED[kind === "edit" ? "edit" : "later"] : ""}Agree, object, or ask for time.`,
    ],
  };
}

const changeLines = ({ content }: Review): readonly string[] => {
  const said = listedChanges(content.changes).map(
    (change) => `${nameChangeTarget(change)} ${describeChange(change)}`,
  );
  return [`${nameSome(said)}.`];
};

function audienceOf({ owner, domains }: Ask): OutboxMessage["audience"] {
  const [domain] = domains;
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(domain === undefined ? {} : { domain }),
  };
}

function remindMessage(
  review: Review,
  {
    owner,
    readers,
    event,
  }: { readonly owner: string; readonly readers: readonly string[]; readonly event: ReviewEvent },
): OutboxMessage {
  const ask = review.asks.find((one) => one.owner === owner);
  const until = review.sunset === undefined ? "" : ` It may go after ${review.sunset.date}.`;
  return {
    ...common(review, event),
    key: `${review.id}:reminded:${owner}:${event.seq}`,
    kind: "review.reminded",
    audience: ask === undefined ? { owner } : audienceOf(ask),
    title:
      readers.length === 0
        ? `${owner}: an answer is missing: ${review.title}`
        : `${owner} still reads what goes: ${review.title}`,
    lines: [
      ...changeLines(review),
      readers.length === 0
        ? "Agree, object, or ask for time."
        : `${nameSome(readers)} still ${readers.length === 1 ? "reads" : "read"} the old.${until}`,
    ],
  };
}

function toAll(
  review: Review,
  { event, word }: { readonly event: ReviewEvent; readonly word: string },
): readonly OutboxMessage[] {
  const reason =
    event.action.kind === "set_state" && event.action.reason !== undefined
      ? [event.action.reason]
      : [];
  return review.asks.flatMap((ask) =>
    ask.owner === undefined
      ? []
      : [
          {
            ...common(review, event),
            key: `${review.id}:moved:${ask.owner}:${event.seq}`,
            kind: "review.moved",
            audience: audienceOf(ask),
            title: `${review.id} ${word}: ${review.title}`,
            lines: [
              ...changeLines(review),
              ...reason,
              `Affected of yours: ${nameSome(ask.assets)}.`,
            ],
          },
        ],
  );
}
