import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { fingerprintOf } from "#lib/review/finding.ts";
import type { GateMiss, LoggedFinding, MissEntry } from "#lib/review/gate-run.ts";
import type { ReviewContent, ReviewedVerdict } from "#lib/review/review-action.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { judgeFinding, listGateMisses } from "./gate-runs.ts";
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
  const { content } = record.value.review;
  const verdict = content.verdicts.find((one) => one.asset === asset);
  const finding = verdict && findingOf(content, verdict);
  if (finding === undefined)
    return err({ code: "not-found", message: `${id} says nothing of ${asset}` });
  return judgeFinding(store, { ...word, fingerprint: finding.fingerprint, finding });
}

/** What was said of the verdicts that a review has now, by asset. */
export async function listJudged(
  store: LineageStore,
  id: string,
): Promise<Result<Readonly<Record<string, GateMiss>>, Failure>> {
  const record = await getReview(store, id);
  if (!record.ok) return record;
  const misses = await listGateMisses(store);
  if (!misses.ok) return misses;
  const byFingerprint = new Map(misses.value.map((miss) => [miss.fingerprint, miss]));
  const { content } = record.value.review;
  return ok(
    Object.fromEntries(
      content.verdicts.flatMap((verdict) => {
        const finding = findingOf(content, verdict);
        const miss = finding && byFingerprint.get(finding.fingerprint);
        return miss ? [[verdict.asset, miss]] : [];
      }),
    ),
  );
}

/** A verdict of a review as the gate's finding of the same change. */
function findingOf(
  { changes }: ReviewContent,
  verdict: ReviewedVerdict,
): LoggedFinding | undefined {
  const change = changes[verdict.cause ?? 0];
  if (change === undefined || typeof change.asset === "string") return undefined;
  const column = typeof change.column === "string" ? { column: change.column } : {};
  const { asset, owner, domain, tier } = verdict;
  const cause = { kind: change.kind, asset: change.asset, ...column };
  return {
    fingerprint: fingerprintOf(cause, { asset: { id: asset }, verdict: verdict.verdict }),
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
}
