import type { Verdict } from "./assessment.ts";
import type { Certainty } from "./change.ts";
import { certaintyOf, LANES, type Lane, levelIn } from "./effects.ts";
import type { Policy } from "./policy.ts";

/** What one effect at an asset's own columns, rows or run means for people. Effects that are not here mean nothing yet. */
const MEANS: Partial<Record<Lane, Verdict>> = {
  ERROR: "breaks_loudly",
  NULLS: "breaks_silently",
  VALUE: "breaks_silently",
  UNIT: "breaks_silently",
  SHIFTED: "breaks_silently",
  TYPE_LOSSY: "breaks_silently",
  ENUM_REMOVED: "breaks_silently",
  ROWS_LOST: "breaks_silently",
  ROWS_EXTRA: "breaks_silently",
  GRAIN: "breaks_silently",
  REGROUPED: "breaks_silently",
  THINNED: "breaks_silently",
  TYPE_INCOMPAT: "degraded",
  TYPE_RECAST: "degraded",
  TYPE_SOFT: "degraded",
  TYPE_EQUATED: "degraded",
  ENUM_ADDED: "degraded",
  NEW_FEATURE: "degraded",
  STALE: "degraded",
  UNKNOWN: "unknown",
};

export type Slot = "run" | "rows" | "col";

export interface Judged {
  readonly verdict: Verdict;
  readonly certainty: Certainty | null;
  /** Where to look for the reason: the slot and lane that decided. Absent for `unaffected`. */
  readonly reason?: { readonly slot: Slot; readonly lane: number; readonly level: 1 | 2 | 3 };
}

export interface AssetStates {
  readonly run: { readonly lo: number; readonly hi: number };
  readonly rows: { readonly lo: number; readonly hi: number };
  /** All columns joined. */
  readonly columns: { readonly lo: number; readonly hi: number };
}

const SLOTS: readonly Slot[] = ["run", "col", "rows"];

/**
 * All that is wrong with an asset, the worst first: by the weight of the verdict times that of the certainty. Several
 * effects with one verdict count as the surest of them; `unknown` comes after every known harm.
 */
export function judge(states: AssetStates, policy: Policy): readonly Judged[] {
  const best = new Map<Verdict, { slot: Slot; lane: number; level: 1 | 2 | 3 }>();
  for (const slot of SLOTS) {
    const words = slot === "run" ? states.run : slot === "rows" ? states.rows : states.columns;
    if (words.lo === 0 && words.hi === 0) continue;
    for (let lane = 0; lane < LANES.length; lane++) {
      const level = levelIn(words, lane);
      const verdict = MEANS[LANES[lane] ?? "UNKNOWN"];
      if (level === 0 || verdict === undefined) continue;
      if (level > (best.get(verdict)?.level ?? 0)) best.set(verdict, { slot, lane, level });
    }
  }
  if (best.size === 0) return [{ verdict: "unaffected", certainty: null }];
  return [...best]
    .map(
      ([verdict, reason]): Judged => ({
        verdict,
        certainty: verdict === "unknown" ? null : certaintyOf(reason.level),
        reason,
      }),
    )
    .sort((a, b) => weigh(b, policy) - weigh(a, policy));
}

/** Points of the verdict term before rounding. */
export function weigh(
  { verdict, certainty }: Pick<Judged, "verdict" | "certainty">,
  policy: Policy,
): number {
  return certainty === null ? 0 : policy.verdict[verdict] * policy.certainty[certainty];
}
