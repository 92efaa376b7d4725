import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { ReviewPolicy } from "#lib/review/review-action.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { CHANGES_COLLECTION } from "../history/detect-changes.ts";
import type { ChangeRecord } from "../history/judge-detected.ts";
import { type ProposedReview, proposeReview, type ReviewHand } from "./manage-reviews.ts";

/** A review of a change that events told of. It has happened: what it does is judged on the graph before it. */
export async function proposeDetected(
  hand: ReviewHand & { readonly workspace: Pick<Workspace, "viewAt"> },
  {
    id,
    title,
    policy,
  }: { readonly id: string; readonly title?: string; readonly policy: ReviewPolicy },
): Promise<Result<ProposedReview, Failure>> {
  const record = await hand.store.getRecord(CHANGES_COLLECTION, id);
  if (!record.ok) return err(failureOfStore(record.error));
  if (record.value === undefined)
    return err({ code: "not-found", message: `no change ${id} was detected` });
  const { changes, version } = record.value.body as ChangeRecord;
  const before = await hand.workspace.viewAt(String(version - 1));
  if (!before.ok) return before;
  return proposeReview(
    { ...hand, view: before.value },
    {
      changes,
      policy,
      skipUnknown: true,
      origin: { kind: "detected", key: `detected:${id}` },
      ...(title === undefined ? {} : { title }),
    },
  );
}
