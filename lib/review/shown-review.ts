import type { BurnDown } from "./burn-down.ts";
import type { Condition } from "./list-conditions.ts";
import type { Waiting, WindowStatus } from "./list-waiting.ts";
import type { MigrationPlan } from "./plan-migration.ts";
import type { Review } from "./review.ts";
import type { ReaderCount, ReviewEvent, ReviewedVerdict } from "./review-action.ts";

/** What is not so any more as it was when the change was judged. */
export interface ReviewDrift {
  readonly graphVersion: string;
  /** Nothing of it can be judged any more, or not all: what the change names is gone. */
  readonly vanished: readonly string[];
  readonly appeared: readonly ReviewedVerdict[];
  readonly gone: readonly ReviewedVerdict[];
  readonly altered: readonly { readonly before: ReviewedVerdict; readonly now: ReviewedVerdict }[];
  /** False: something that it reaches is known by table only, or not at all. */
  readonly complete: boolean;
  readonly readers: ReaderCount;
}

/** A review beside the graph and the calendar of now. */
export interface ShownReview {
  readonly review: Review;
  readonly events: readonly ReviewEvent[];
  /** ISO 8601, by the clock of the server. */
  readonly now: string;
  readonly waiting: readonly Waiting[];
  readonly window: WindowStatus;
  /** What the present content does today that it did not do when it was judged. */
  readonly today: ReviewDrift;
  /** What a removal waits for. */
  readonly conditions: readonly Condition[];
  readonly readers: BurnDown;
  readonly plan: MigrationPlan;
}
