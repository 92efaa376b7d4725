import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { fingerprintOf } from "#lib/review/finding.ts";
import type { GateMiss, LoggedFinding, MissEntry } from "#lib/review/gate-run.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { judgeFinding } from "./gate-runs.ts";
import { getReview } from "./manage-reviews.ts";

export interface JudgedVerdict {
  /** `REV-7`. */
  readonly review: string;
  /** Id of the asset whose verdict is judged. */
  readonly asset: string;
  readonly says: MissEntry["says"];
  readonly because: string;
  readonly actor: string;
  /** ISO 8601. */
  readonly at: string;
}

/** As `judgeFinding`, of what a review says happens to an asset: the finding that the gate has for the same change. */
export async function judgeReviewed(
  store: LineageStore,
  { review: id, asset, ...word }: JudgedVerdict,
): Promise<Result<GateMiss, Failure>> {
  const record = await getReview(store, id);
  if (!record.ok) return record;
  const { verdicts, changes } = record.value.review.content;
  const verdict = verdicts.find((one) => one.asset === asset);
  const change = changes[verdict?.cause ?? 0];
  if (verdict === undefined || change === undefined || typeof change.asset === "string")
    return err({ code: "not-found", message: `${id} says nothing of ${asset}` });
  const column = typeof change.column === "string" ? { column: change.column } : {};
  const { owner, domain, tier } = verdict;
  const cause = { kind: change.kind, asset: change.asset, ...column };
  const fingerprint = fingerprintOf(cause, { asset: { id: asset }, verdict: verdict.verdict });
  const finding: LoggedFinding = {
    fingerprint,
    change: { kind: change.kind, asset: change.asset.name, ...column },
    asset: asset as AssetId,
    name: verdict.name,
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    verdict: verdict.verdict,
    certainty: verdict.certainty,
    // The review asks the owner whatever the policy of the gate counts.
    counts: false,
    waived: false,
  };
  return judgeFinding(store, { ...word, fingerprint, finding });
}
