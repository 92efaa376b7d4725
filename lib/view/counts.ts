import type { Assessment, AssetVerdict, Verdict } from "#lib/impact/assessment.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { isLate } from "./verdict-words.ts";

/** A consumer is what people and models look at; everything else that is reached lies between it and the change. */
export type Role = "consumer" | "between";

/** How many of each verdict. The five add up to `total`; `late` is the part of `degraded` that is late. */
export interface Tally extends Readonly<Record<Verdict, number>> {
  readonly late: number;
  readonly total: number;
}

export interface Counts {
  readonly consumers: Tally;
  readonly between: Tally;
  /** All assets with a verdict: `consumers.total + between.total`. */
  readonly reached: number;
}

/** A chart of a dashboard that is itself judged counts with that dashboard, or the headline would count one break twice. */
export function assignRoles(assessment: Assessment): ReadonlyMap<AssetId, Role> {
  const judged = new Set(assessment.verdicts.map((verdict) => verdict.asset.id));
  const isPart = (verdict: AssetVerdict) =>
    verdict.asset.partOf !== undefined && judged.has(verdict.asset.partOf);
  return new Map(
    assessment.verdicts.map((verdict) => [
      verdict.asset.id,
      isConsumerKind(verdict.asset.kind) && !isPart(verdict) ? "consumer" : "between",
    ]),
  );
}

export function tallyOf(verdicts: readonly AssetVerdict[]): Tally {
  const tally = {
    breaks_loudly: 0,
    breaks_silently: 0,
    degraded: 0,
    unaffected: 0,
    unknown: 0,
    late: 0,
  };
  for (const verdict of verdicts) {
    tally[verdict.verdict] += 1;
    if (verdict.verdict === "degraded" && isLate(verdict)) tally.late += 1;
  }
  return { ...tally, total: verdicts.length };
}

/** What headline, badges and list all count. */
export function countVerdicts(assessment: Assessment): Counts {
  const roles = assignRoles(assessment);
  const of = (role: Role) =>
    tallyOf(assessment.verdicts.filter((verdict) => roles.get(verdict.asset.id) === role));
  return { consumers: of("consumer"), between: of("between"), reached: assessment.verdicts.length };
}

export const breaks = (verdict: AssetVerdict): boolean =>
  verdict.verdict === "breaks_loudly" || verdict.verdict === "breaks_silently";

/** Fails, silently wrong, late or relabelled: what somebody has to be told of. */
export const isHit = (verdict: AssetVerdict): boolean =>
  breaks(verdict) || verdict.verdict === "degraded";
