import type { AssetAttributes } from "#lib/model/asset.ts";
import type { AssetVerdict } from "./assessment.ts";
import { hoursSinceEpoch } from "./iso-hours.ts";
import type { Policy } from "./policy.ts";
import { type Judged, weigh } from "./verdict.ts";

export interface Scored {
  /** Null for `unknown`. */
  readonly points: number | null;
  readonly terms: Readonly<Record<string, number>>;
  readonly severity: AssetVerdict["severity"];
}

/** What an asset's own attributes add to any verdict, each term rounded: made once for an asset, not for each answer. */
export function standingPoints({ usage, tier }: AssetAttributes, policy: Policy): number {
  return (
    (tier === undefined ? 0 : policy.tier[tier]) +
    tenth(tenfolds(usage?.views30d, policy.usage)) +
    tenth(tenfolds(usage?.users30d, policy.people))
  );
}

/** The verdict's own points. Null for `unknown`. */
export function verdictPoints(
  judged: Pick<Judged, "verdict" | "certainty"> | undefined,
  policy: Policy,
): number | null {
  if (judged?.verdict === "unknown") return null;
  return judged === undefined || judged.verdict === "unaffected" ? 0 : tenth(weigh(judged, policy));
}

/** The points of `score` without the terms. Null for `unknown`. */
export function pointsOf(
  { judged, attributes, underContract, now, policy }: ScoreInput,
  standing: number,
): number | null {
  if (judged.verdict === "unknown") return null;
  if (judged.verdict === "unaffected") return 0;
  const due = attributes.sla === undefined ? 0 : dueTerm(attributes, now, policy);
  return tenth(
    tenth(weigh(judged, policy)) + standing + due + (underContract ? policy.contract : 0),
  );
}

export interface ScoreInput {
  readonly judged: Pick<Judged, "verdict" | "certainty">;
  readonly attributes: AssetAttributes;
  /** An active contract names what changed or what is hit. */
  readonly underContract: boolean;
  /** ISO 8601; absent: nothing can be said about when it is due. */
  readonly now?: string | undefined;
  readonly policy: Policy;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

const NO_TERMS = { verdict: 0, tier: 0, usage: 0, people: 0, due: 0, contract: 0 };

/** Additive, so that a reader can add it up and one empty field hides nothing: each term is rounded to 0.1, then added. */
export function score({ judged, attributes, underContract, now, policy }: ScoreInput): Scored {
  if (judged.verdict === "unaffected") return { points: 0, terms: NO_TERMS, severity: null };
  if (judged.verdict === "unknown") return { points: null, terms: NO_TERMS, severity: null };
  const { usage, tier, sla } = attributes;
  const terms = {
    verdict: tenth(weigh(judged, policy)),
    tier: tier === undefined ? 0 : policy.tier[tier],
    usage: tenth(tenfolds(usage?.views30d, policy.usage)),
    people: tenth(tenfolds(usage?.users30d, policy.people)),
    due: dueTerm(attributes, now, policy),
    contract: underContract ? policy.contract : 0,
  };
  const points = tenth(Object.values(terms).reduce((sum, term) => sum + term, 0));
  return { points, terms, severity: severityOf(points, sla?.driver === "regulatory", policy) };
}

const tenfolds = (
  count: number | undefined,
  { factor, most }: { readonly factor: number; readonly most: number },
): number =>
  count === undefined || count <= 0 ? 0 : Math.min(most, factor * Math.log10(1 + count));

function severityOf(
  points: number,
  regulatory: boolean,
  { severity }: Policy,
): AssetVerdict["severity"] {
  if (regulatory || points >= severity.SEV1) return "SEV1";
  if (points >= severity.SEV2) return "SEV2";
  return points >= severity.SEV3 ? "SEV3" : "SEV4";
}

function dueTerm(
  { sla, lastRun }: AssetAttributes,
  now: string | undefined,
  { due }: Policy,
): number {
  const at = now === undefined ? undefined : hoursSinceEpoch(now);
  if (at === undefined || sla === undefined) return 0;
  const last = lastRun === undefined ? undefined : hoursSinceEpoch(lastRun.at);
  if (last !== undefined && sla.freshnessHours !== undefined && at - last > sla.freshnessHours)
    return due.broken;
  const next = sla.nextDueAt === undefined ? undefined : hoursSinceEpoch(sla.nextDueAt);
  if (next === undefined) return 0;
  if (next < at) return due.broken;
  return next - at <= due.soonHours ? due.soon : 0;
}
