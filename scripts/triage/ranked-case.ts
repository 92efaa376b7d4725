import type { AssetId } from "#lib/model/asset-id.ts";
import type { TriageCase } from "./make-cases.ts";

export interface RankedCase {
  readonly triageCase: TriageCase;
  /** CPU of our ranking. */
  readonly ms: number;
  /** By method, the likeliest first. */
  readonly rankings: Readonly<Record<string, readonly AssetId[]>>;
}

/** Names of the methods that are compared with each other. */
export const OURS = "Faultline";
export const OURS_WITHOUT_LOG = "Faultline, without the log";
export const EVIDENCE_ALONE = "evidence alone";

const NOT_BASELINES: ReadonlySet<string> = new Set([OURS, OURS_WITHOUT_LOG, EVIDENCE_ALONE]);

export const baselinesOf = (ranked: readonly RankedCase[]): readonly string[] =>
  Object.keys(ranked[0]?.rankings ?? {}).filter((method) => !NOT_BASELINES.has(method));

/** The share of the causes among the first so many; of two causes at once, the first place can hold only one. */
export function topShare(
  { triageCase, rankings }: RankedCase,
  method: string,
  count: number,
): number {
  const first = new Set(rankings[method]?.slice(0, count));
  const causes = [...new Set(triageCase.causes)];
  const found = causes.filter((id) => first.has(id)).length;
  return found / Math.min(count, causes.length);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);

const RESAMPLED = 1_000;

/** A 95% interval of the mean by resampling (bootstrap). */
export function interval(
  values: readonly number[],
  random: () => number,
): readonly [number, number] {
  const means = Array.from({ length: RESAMPLED }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < values.length; drawn++)
      sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / Math.max(1, values.length);
  }).sort((a, b) => a - b);
  return [means[Math.floor(RESAMPLED * 0.025)] ?? 0, means[Math.floor(RESAMPLED * 0.975)] ?? 0];
}
