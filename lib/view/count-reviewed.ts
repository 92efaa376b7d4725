import type { Verdict } from "#lib/impact/assessment.ts";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countOf, VERDICT_ORDER } from "./verdict-words.ts";

/** What a review does to others, counted as the blast screen counts it. */
export interface ReviewedCounts {
  /** What `counts` are of: `6 consumers`, or `24 assets` where nobody said which of them people look at. */
  readonly counted: string;
  /** The worst first, none of them zero; together they are `counted`. Empty: nobody else is affected. */
  readonly counts: readonly { readonly verdict: Verdict; readonly count: number }[];
  /** `15 more in between`: what lies on the way to the counted; "" where nothing does. */
  readonly between: string;
}

/** Consumers by verdict, and what lies before them in one number; where no consumer is hit, what lies there by verdict. */
export function countReviewed(verdicts: readonly ReviewedVerdict[]): ReviewedCounts {
  const isTold = verdicts.every(({ role }) => role !== undefined);
  const consumers = verdicts.filter(({ role }) => role === "consumer");
  const counted = isTold && consumers.length > 0 ? consumers : verdicts;
  return {
    counted:
      counted === consumers
        ? countOf(counted.length, { one: "consumer", many: "consumers" })
        : countOf(counted.length, { one: "asset", many: "assets" }),
    counts: VERDICT_ORDER.map((verdict) => ({
      verdict,
      count: counted.filter((entry) => entry.verdict === verdict).length,
    })).filter(({ count }) => count > 0),
    between:
      counted.length === verdicts.length
        ? ""
        : `${verdicts.length - counted.length} more in between`,
  };
}
