import type { AssetVerdict } from "#lib/impact/assessment.ts";
import { VERDICT_WORDS } from "./verdict-words.ts";

/** A term of the points, as drawn: to scale, with its own words. */
export interface PointsTerm {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly points: number;
}

const TERM_WORDS: Readonly<Record<string, string>> = {
  verdict: "Verdict",
  tier: "Tier",
  usage: "Usage",
  people: "People",
  due: "Due",
  contract: "Contract",
};

const TERM_ORDER = Object.keys(TERM_WORDS);

function detailOf(key: string, verdict: AssetVerdict): string {
  const { tier, tierGuessed } = verdict.asset;
  if (key === "verdict")
    return `${VERDICT_WORDS[verdict.verdict]}${verdict.certainty === null ? "" : `, ${verdict.certainty}`}`;
  if (key === "tier")
    return tier === undefined ? "not known" : `${tier}${tierGuessed ? ", guessed" : ""}`;
  if (key === "usage") return "views in 30 days";
  if (key === "people") return "people in 30 days";
  if (key === "due") return "next edition";
  if (key === "contract") return "names the column";
  return "";
}

/** The terms in a fixed order, those that add nothing included: they sum to the points. */
export function listTerms(verdict: AssetVerdict): readonly PointsTerm[] {
  const keys = [...TERM_ORDER, ...Object.keys(verdict.terms).filter((key) => !(key in TERM_WORDS))];
  return keys
    .filter((key) => verdict.terms[key] !== undefined)
    .map((key) => ({
      key,
      label: TERM_WORDS[key] ?? key,
      detail: detailOf(key, verdict),
      points: verdict.terms[key] ?? 0,
    }));
}
