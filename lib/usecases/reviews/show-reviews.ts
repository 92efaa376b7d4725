import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { readersLeft } from "#lib/review/check-transition.ts";
import type { ListedReview, ReviewsPage, UnreviewedChange } from "#lib/review/list-reviews-page.ts";
import { listWaiting, windowOf } from "#lib/review/list-waiting.ts";
import type { Review } from "#lib/review/review.ts";
import type { Failure } from "../failure.ts";
import { listDetected } from "../history/judge-detected.ts";
import { compareWithToday, type JudgedOn } from "./judge-review.ts";
import { isOpenReview, listReviews } from "./manage-reviews.ts";
import type { ShowHand } from "./show-review.ts";
import { withDecisions } from "./with-decisions.ts";

const MOST_DETECTED = 20;

/** All reviews with what they wait for, what has waited longest first, and what happened without one. */
export async function showReviews(hand: ShowHand): Promise<Result<ReviewsPage, Failure>> {
  const reviews = await listReviews(hand.store);
  if (!reviews.ok) return reviews;
  const detected = await listDetected(hand.store, { limit: MOST_DETECTED });
  if (!detected.ok) return detected;
  const known = new Set(reviews.value.flatMap(({ origin }) => origin?.key ?? []));
  const judged = await withDecisions(hand);
  if (!judged.ok) return judged;
  const listed = reviews.value.map((review) => listOne(review, judged.value));
  return ok({
    reviews: listed.sort((a, b) => longestOf(b) - longestOf(a)),
    detected: detected.value.changes
      .filter(({ id, judgement }) => !known.has(`detected:${id}`) && harms(judgement))
      .map(({ id, at, changes }): UnreviewedChange => ({ id, at, changes })),
    now: hand.now,
  });
}

const longestOf = ({ waiting }: ListedReview): number =>
  Math.max(-1, ...waiting.map(({ workingDays }) => workingDays));

/** What was not judged yet may harm. */
const harms = (
  judgement: { readonly affected: readonly { readonly verdict: string }[] } | undefined,
): boolean => judgement === undefined || judgement.affected.length > 0;

function listOne(review: Review, { now, ...on }: JudgedOn & Pick<ShowHand, "now">): ListedReview {
  const readers = isOpenReview(review)
    ? compareWithToday(on, review.content).readers
    : { names: [] };
  return {
    review,
    waiting: listWaiting(review, now),
    window: windowOf(review, now),
    readersLeft: readersLeft(review, { readers, now }).length,
  };
}
