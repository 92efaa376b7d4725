import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { renderReviewMarkdown } from "#lib/view/render-review.ts";
import { renderReviewHtml } from "#lib/view/render-review-html.ts";
import { askBlast } from "../ask/ask-workspace.ts";
import type { Failure } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { getReview } from "./manage-reviews.ts";
import { type ShowHand, showReview } from "./show-review.ts";

export const REVIEW_FORMATS = ["html", "markdown", "json"] as const;
type ReviewFormat = (typeof REVIEW_FORMATS)[number];

export const isReviewFormat = (text: string): text is ReviewFormat =>
  (REVIEW_FORMATS as readonly string[]).includes(text);

/** A review as a file: HTML and Markdown as text, JSON as the value that the API answers with. */
export async function exportReview(
  hand: ShowHand & { readonly workspace: Workspace },
  { id, format }: { readonly id: string; readonly format: ReviewFormat },
): Promise<Result<unknown, Failure>> {
  const record = await getReview(hand.store, id);
  if (!record.ok) return record;
  const shown = await showReview(record.value, hand);
  if (!shown.ok || format === "json") return shown;
  if (format === "markdown") return ok(renderReviewMarkdown(shown.value));
  const { changes, graphVersion } = record.value.review.content;
  const frozen = await askBlast(hand.workspace, { changes, at: graphVersion, now: hand.now });
  return ok(renderReviewHtml(shown.value, frozen.ok ? frozen.value : undefined));
}
