import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { dueEntries } from "#lib/review/due-entries.ts";
import { judgeAgain } from "#lib/review/judge-again.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { Failure } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import type { Channel } from "../outbox/channel.ts";
import { compareWithToday } from "./judge-review.ts";
import {
  appendReviewEntry,
  getReview,
  isOpenReview,
  listReviews,
  type ReviewRecord,
} from "./manage-reviews.ts";
import { tellReview } from "./tell-reviews.ts";
import { trackReaders } from "./track-readers.ts";
import { withDecisions } from "./with-decisions.ts";

/** Entries that the clock makes. */
const CLOCK: Actor & { readonly isMachine: true } = {
  kind: "local",
  name: "faultline",
  teams: [],
  scopes: ["sign"],
  isMachine: true,
};

export interface KeepHand {
  readonly workspace: Pick<Workspace, "store" | "view" | "viewAt">;
  readonly channels: readonly Channel[];
  readonly now: () => Date;
}

/** One look at all reviews: counts readers, makes the entries that are due, and posts what others have to hear. */
export async function keepReviews(hand: KeepHand): Promise<Result<number, Failure>> {
  const tracked = await trackReaders(hand.workspace);
  if (!tracked.ok) return tracked;
  const store = await hand.workspace.store();
  if (!store.ok) return store;
  const reviews = await listReviews(store.value);
  if (!reviews.ok) return reviews;
  let posted = 0;
  for (const review of reviews.value) {
    const record = await getReview(store.value, review.id);
    if (!record.ok) return record;
    const entered = isOpenReview(review) ? await enterDue(hand, record.value) : record;
    if (!entered.ok) return entered;
    const told = await tellReview(entered.value, { store: store.value, channels: hand.channels });
    if (!told.ok) return told;
    posted += told.value;
  }
  return ok(posted);
}

async function enterDue(
  { workspace, now }: KeepHand,
  record: ReviewRecord,
): Promise<Result<ReviewRecord, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const view = await workspace.view();
  if (!view.ok) return view;
  // A view that could not be brought up to date counts readers that may have moved.
  if (view.value.asOf.staleBecause !== undefined) return ok(record);
  const at = now().toISOString();
  const hand = { store: store.value, view: view.value, actor: CLOCK, now: at };
  const judged = await withDecisions(hand);
  if (!judged.ok) return judged;
  const today = compareWithToday(judged.value, record.review.content);
  let kept = record;
  if (judgeAgain(record.review.content, today) !== undefined) {
    const { id, seq } = record.review;
    const next = await appendReviewEntry(hand, { id, asked: { kind: "judge_again" }, ifSeq: seq });
    if (!next.ok && next.error.code !== "conflict") return next;
    // Who came later is asked before anybody's silence counts.
    if (!next.ok) return ok(record);
    kept = next.value;
  }
  const { readers } = today;
  for (const asked of dueEntries(kept.review, { readers, now: at })) {
    if (asked.kind !== "remind" && asked.kind !== "count_silence") continue;
    const { id, seq } = kept.review;
    const next = await appendReviewEntry(hand, { id, asked, ifSeq: seq });
    // Somebody wrote in between, or it is not so any more: the next look decides anew.
    if (!next.ok && next.error.code !== "conflict" && next.error.code !== "bad-usage") return next;
    if (!next.ok) break;
    kept = next.value;
  }
  return ok(kept);
}
