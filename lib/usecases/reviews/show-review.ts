import {
  listWaiting,
  type Waiting,
  type WindowStatus,
  windowOf,
} from "#lib/review/list-waiting.ts";
import type { GraphView } from "../graph-view.ts";
import { compareWithToday, type ReviewDrift } from "./judge-review.ts";
import type { ReviewRecord } from "./manage-reviews.ts";

/** A review beside the graph and the calendar of now. */
export interface ShownReview extends ReviewRecord {
  readonly waiting: readonly Waiting[];
  readonly window: WindowStatus;
  /** What the present content does today that it did not do when it was judged. */
  readonly today: ReviewDrift;
}

export const showReview = (
  record: ReviewRecord,
  { view, now }: { readonly view: GraphView; readonly now: string },
): ShownReview => ({
  review: record.review,
  events: record.events,
  waiting: listWaiting(record.review, now),
  window: windowOf(record.review, now),
  today: compareWithToday(view, record.review.content),
});
