import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { applyReviewEvent, foldReview } from "#lib/review/fold-review.ts";
import { changesHashOf, judgeAgain } from "#lib/review/judge-again.ts";
import type { Review, ReviewProblem } from "#lib/review/review.ts";
import type {
  FoundDifference,
  ReviewAction,
  ReviewEvent,
  ReviewOrigin,
  ReviewPolicy,
} from "#lib/review/review-action.ts";
import { listedChanges } from "#lib/review/reviewed-change.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import { orderByHarm } from "#lib/view/order-by-harm.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { isOfRole } from "../access/is-of-role.ts";
import type { RequestedChange } from "../ask/read-changes.ts";
import {
  appendToRecord,
  findOrStart,
  getLogged,
  type Logged,
  listStates,
  type RecordLog,
} from "../audit/record-log.ts";
import type { Failure, FailureCode } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { AskedAction } from "./asked-action.ts";
import {
  compareWithToday,
  countReaders,
  type JudgedOn,
  judgeContent,
  keepKnown,
} from "./judge-review.ts";
import { whyNotAsked } from "./why-not-asked.ts";
import { whyTellsNobody } from "./why-tells-nobody.ts";
import { withDecisions } from "./with-decisions.ts";

const REVIEWS: RecordLog<ReviewEvent, Review> = {
  collection: "reviews",
  prefix: "REV",
  noun: "review",
  crowded: "too many reviews are proposed at this moment",
  fold: foldReview,
};

/** A review with everything that was written into it. */
export interface ReviewRecord {
  readonly review: Review;
  readonly events: readonly ReviewEvent[];
}

export interface ReviewHand {
  readonly store: LineageStore;
  readonly view: GraphView;
  readonly actor: Actor & { readonly isMachine?: true };
  /** ISO 8601. */
  readonly now: string;
}

export interface ProposeRequest {
  readonly title?: string;
  readonly changes: readonly RequestedChange[];
  readonly policy: ReviewPolicy;
  /** Leaves out changes that name nothing known, and says which; without it they are an error. */
  readonly skipUnknown?: boolean;
  readonly origin?: ReviewOrigin;
  /** How the changes were found, where two states were compared. */
  readonly found?: readonly FoundDifference[];
}

/** A review as it was just made, or as it was brought up to date. */
export interface ProposedReview extends ReviewRecord {
  /** `edited`: the same pull request has a review, and proposes something else now; `known`: it proposes the same. */
  readonly outcome: "made" | "edited" | "known";
  /** Why changes were left out. */
  readonly skipped: readonly string[];
}

/** A new review, with what the change does on the graph of now. An open one of the same pull request is edited. */
export async function proposeReview(
  hand: ReviewHand,
  { title, changes, policy, skipUnknown, origin, found }: ProposeRequest,
): Promise<Result<ProposedReview, Failure>> {
  const { known, skipped } =
    skipUnknown === true ? keepKnown(hand.view, changes) : { known: changes, skipped: [] };
  const judged = await withDecisions(hand);
  if (!judged.ok) return judged;
  const content = judgeContent(judged.value, known, found);
  if (!content.ok) return content;
  const action: ReviewAction = {
    kind: "propose",
    title: title ?? titleOf(content.value),
    content: content.value,
    policy,
    ...(origin === undefined ? {} : { origin }),
  };
  const { store } = hand;
  const first = eventOf(hand, { seq: 1, action });
  const kind = origin?.kind ?? "person";
  // Without a pull request that is known, the same changes are the same review. Of people: as long as nobody wrote into
  // it, so that a request which is sent again asks nobody twice, and a new attempt after an objection is one of its own.
  const isSame = (review: Review) =>
    isOpenReview(review) &&
    (review.origin?.kind ?? "person") === kind &&
    (origin?.key === undefined
      ? changesHashOf(review.content) === content.value.hash &&
        (kind !== "person" || review.seq === 1)
      : review.origin?.key === origin.key);
  const placed = await findOrStart(REVIEWS, { store, first, isSame });
  if (!placed.ok) return placed;
  if ("made" in placed.value) {
    const made = recordOf(ok(placed.value.made));
    return made.ok ? ok({ ...made.value, outcome: "made", skipped }) : made;
  }
  return editKnown(hand, { id: placed.value.found, content: content.value, skipped });
}

/** Whether it still goes on: what was removed or given up does not. */
export const isOpenReview = ({ state }: Review): boolean =>
  state !== "removed" && state !== "abandoned";

async function editKnown(
  hand: ReviewHand,
  {
    id,
    content,
    skipped,
  }: {
    readonly id: string;
    readonly content: Review["content"];
    readonly skipped: readonly string[];
  },
): Promise<Result<ProposedReview, Failure>> {
  let isKnown = false;
  const add = (
    logged: Logged<ReviewEvent, Review>,
  ): Result<Logged<ReviewEvent, Review>, Failure> => {
    isKnown = changesHashOf(logged.state.content) === content.hash;
    return isKnown
      ? ok(logged)
      : addEvent(hand, logged, { kind: "edit", content, ...newTitle(logged.state, content) });
  };
  const record = recordOf(await appendToRecord(REVIEWS, { store: hand.store, id, add }));
  if (!record.ok) return record;
  return ok({ ...record.value, outcome: isKnown ? "known" : "edited", skipped });
}

const recordOf = (
  logged: Result<Logged<ReviewEvent, Review>, Failure>,
): Result<ReviewRecord, Failure> =>
  logged.ok ? ok({ review: logged.value.state, events: logged.value.events }) : logged;

/** What breaks most, before what happens to be listed first. */
function titleOf({ changes, verdicts }: Review["content"]): string {
  const listed = new Set(listedChanges(changes));
  const [first] = orderByHarm(changes, verdicts).filter((change) => listed.has(change));
  if (first === undefined) return "A change";
  const others = listed.size - 1;
  const more = others === 0 ? "" : ` and ${others} more`;
  return `${nameChangeTarget(first)} ${describeChange(first)}${more}`;
}

/** A title that says what the change was says what it is now; one that a person gave stays. */
function newTitle(
  { title, content }: Review,
  next: Review["content"],
): { readonly title?: string } {
  const said = titleOf(next);
  return title === titleOf(content) && said !== title ? { title: said } : {};
}

const eventOf = (
  { actor, now }: Pick<ReviewHand, "actor" | "now">,
  { seq, action }: Pick<ReviewEvent, "seq" | "action">,
): ReviewEvent => ({
  seq,
  at: now,
  actor: actor.name,
  ...(actor.isMachine === true ? { isMachine: true } : {}),
  action,
});

/** Reviews, the newest first. */
export async function listReviews(
  store: LineageStore,
): Promise<Result<readonly Review[], Failure>> {
  const reviews = await listStates(REVIEWS, store);
  if (!reviews.ok) return reviews;
  return ok(reviews.value.sort((a, b) => (a.proposedAt < b.proposedAt ? 1 : -1)));
}

export async function getReview(
  store: LineageStore,
  id: string,
): Promise<Result<ReviewRecord, Failure>> {
  return recordOf(await getLogged(REVIEWS, store, id));
}

/**
 * One more entry. Entries of others that came in between are no conflict: the entry is checked against what there is
 * then. With `ifSeq`, it is one: somebody decided on what they saw.
 */
export async function appendReviewEntry(
  hand: ReviewHand,
  {
    id,
    asked,
    ifSeq,
  }: { readonly id: string; readonly asked: AskedAction; readonly ifSeq?: number },
): Promise<Result<ReviewRecord, Failure>> {
  const judged = await withDecisions(hand);
  if (!judged.ok) return judged;
  const add = (logged: Logged<ReviewEvent, Review>) => addEntry(judged.value, logged, asked);
  return recordOf(await appendToRecord(REVIEWS, { store: hand.store, id, ifSeq, add }));
}

function addEntry(
  hand: ReviewHand & JudgedOn,
  logged: Logged<ReviewEvent, Review>,
  asked: AskedAction,
): Result<Logged<ReviewEvent, Review>, Failure> {
  const review = logged.state;
  const mute = whySpeaksNot(hand.actor, { review, asked });
  if (mute !== undefined) return err({ code: "forbidden", message: mute });
  const idle = whyTellsNobody(hand, { review, asked });
  if (idle !== undefined) return err(failureOf(idle));
  const action = completeAction(hand, { review, asked });
  if (!action.ok) return action;
  const late = whyNotAsked(hand, { review, asked });
  if (late?.isFirst === true) return err(failureOf(late.problem));
  const added = addEvent(hand, logged, action.value);
  return added.ok && late !== undefined ? err(failureOf(late.problem)) : added;
}

function addEvent(
  hand: Pick<ReviewHand, "actor" | "now">,
  { state: review, events }: Logged<ReviewEvent, Review>,
  action: ReviewAction,
): Result<Logged<ReviewEvent, Review>, Failure> {
  const event = eventOf(hand, { seq: review.seq + 1, action });
  const next = applyReviewEvent({ id: review.id, review, event });
  if (!next.ok) return err(failureOf(next.error));
  return ok({ state: next.value, events: [...events, event] });
}

/** A token that is bound to a domain, and a person whom a proxy signed in, speak for their own only. */
function whySpeaksNot(
  actor: Actor,
  { review, asked }: { readonly review: Review; readonly asked: AskedAction },
): string | undefined {
  if (asked.kind === "decide")
    return isOfRole(actor, asked.role) ? undefined : `${actor.name} is not of ${asked.role}`;
  if (asked.kind !== "sign") return undefined;
  const team = asked.owner;
  if (actor.kind === "proxy" && !actor.teams.includes(team))
    return `${actor.name} is not of ${team}`;
  if (actor.domain === undefined) return undefined;
  const ask = review.asks.find(({ owner }) => owner === team);
  return ask === undefined || ask.domains.includes(actor.domain)
    ? undefined
    : `this token speaks for ${actor.domain}, where ${team} has nothing that is affected`;
}

/** What the graph says: what an edited change does, and who still reads what is to go. */
function completeAction(
  on: JudgedOn,
  { review, asked }: { readonly review: Review; readonly asked: AskedAction },
): Result<ReviewAction, Failure> {
  if (asked.kind === "set_state" || asked.kind === "write_off")
    return ok({ ...asked, readers: countReaders(on, review.content.changes) });
  if (asked.kind === "judge_again") {
    const again = judgeAgain(review.content, compareWithToday(on, review.content));
    return again === undefined
      ? err({ code: "conflict", message: "nothing else is affected than what was asked about" })
      : ok({ kind: "judge_again", content: again });
  }
  if (asked.kind !== "edit") return ok(asked);
  const content = judgeContent(on, asked.changes);
  if (!content.ok) return content;
  const { reason } = asked;
  return ok({
    kind: "edit",
    content: content.value,
    ...newTitle(review, content.value),
    ...(reason === undefined ? {} : { reason }),
  });
}

const CODES: Readonly<Record<ReviewProblem["code"], FailureCode>> = {
  "not-open": "not-found",
  "not-allowed": "bad-usage",
  changed: "conflict",
  "not-affected": "forbidden",
};

const failureOf = ({ code, message, next }: ReviewProblem): Failure => ({
  code: CODES[code],
  message,
  ...(next === undefined ? {} : { next }),
});
