import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { listWaiting } from "#lib/review/list-waiting.ts";
import type { Review } from "#lib/review/review.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { compareHarm } from "#lib/view/order-by-harm.ts";
import type { Failure } from "../failure.ts";
import { getReview, isOpenReview, listReviews } from "./manage-reviews.ts";
import { type ShowHand, showReview } from "./show-review.ts";

/** What a meeting goes through: everything that goes on, what has waited longest first, then what breaks most. */
export async function listAgenda(hand: ShowHand): Promise<Result<readonly ShownReview[], Failure>> {
  const reviews = await listReviews(hand.store);
  if (!reviews.ok) return reviews;
  const longest = (review: Review): number =>
    Math.max(-1, ...listWaiting(review, hand.now).map(({ workingDays }) => workingDays));
  const open = reviews.value
    .filter(isOpenReview)
    .sort((a, b) => longest(b) - longest(a) || compareHarm(a.content, b.content));
  const shown: ShownReview[] = [];
  for (const { id } of open) {
    const record = await getReview(hand.store, id);
    if (!record.ok) return record;
    const one = await showReview(record.value, hand);
    if (!one.ok) return one;
    shown.push(one.value);
  }
  return ok(shown);
}
