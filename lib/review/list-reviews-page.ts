import type { ChangeInput } from "#lib/impact/change.ts";
import type { Waiting, WindowStatus } from "./list-waiting.ts";
import type { Review } from "./review.ts";

/** A review as lists show it. */
export interface ListedReview {
  readonly review: Review;
  readonly waiting: readonly Waiting[];
  readonly window: WindowStatus;
  /** As last counted, without those that were written off. */
  readonly readersLeft: number;
}

/** A change that events told of and that nobody reviews. */
export interface UnreviewedChange {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly changes: readonly ChangeInput[];
}

export interface ReviewsPage {
  /** What has waited longest first. */
  readonly reviews: readonly ListedReview[];
  readonly detected: readonly UnreviewedChange[];
  /** ISO 8601, by the clock of the server. */
  readonly now: string;
}
