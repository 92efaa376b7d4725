import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { type OrderedStep, orderChanges } from "#lib/review/order-changes.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import type { ReviewRecord } from "./manage-reviews.ts";

/** More would be judged for minutes. */
const MOST = 40;

/** In which order the changes of a review break the least for the shortest, on the graph of now. */
export function orderReview(
  { review }: ReviewRecord,
  { graph, snapshot }: GraphView,
): Result<readonly OrderedStep[], Failure> {
  const { changes } = review.content;
  if (changes.length > MOST)
    return err({
      code: "bad-usage",
      message: `${changes.length} changes are too many to put in order; ${MOST} at most`,
    });
  return ok(
    orderChanges(changes.length, (numbers) => {
      const made = numbers.flatMap((at) => changes[at] ?? []);
      if (made.length === 0) return new Set();
      const answer = assessChanges({ graph, snapshot, changes: made });
      if (isChangeError(answer)) return new Set();
      return new Set(
        answer.verdicts
          .filter(({ verdict }) => verdict !== "unaffected")
          .map(({ asset }) => asset.name),
      );
    }),
  );
}
