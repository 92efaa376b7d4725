import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { askOwners } from "./ask-owners.ts";
import { changeReview } from "./change-review.ts";
import type { Review, ReviewProblem } from "./review.ts";
import type { ReviewEvent } from "./review-action.ts";

/** The review that entries add up to. Entries were checked when they were made, so that they all fit. */
export function foldReview(
  id: string,
  events: readonly ReviewEvent[],
): Result<Review, ReviewProblem> {
  let review: Review | undefined;
  for (const event of events) {
    const next = applyReviewEvent({ id, review, event });
    if (!next.ok) return next;
    review = next.value;
  }
  return review === undefined
    ? err({ code: "not-open", message: `${id} was never proposed` })
    : ok(review);
}

/** One more entry: the review after it, or why it cannot be. */
export function applyReviewEvent({
  id,
  review,
  event,
}: {
  readonly id: string;
  readonly review: Review | undefined;
  readonly event: ReviewEvent;
}): Result<Review, ReviewProblem> {
  const { action, seq, at, actor } = event;
  if (review !== undefined) {
    const changed = changeReview(review, event);
    return changed.ok ? ok({ ...review, ...changed.value, seq }) : changed;
  }
  if (action.kind !== "propose")
    return err({ code: "not-open", message: `there is no review ${id}` });
  const { title, content, policy, origin } = action;
  return ok({
    id,
    title,
    state: "proposed",
    proposedAt: at,
    proposedBy: actor,
    content,
    proposal: content,
    policy,
    asks: askOwners(content, at),
    ...(origin === undefined ? {} : { origin }),
    reminders: [],
    writtenOff: [],
    seq,
  });
}
