import { type Tier, UNSAID_TIER } from "#lib/model/asset.ts";
import type { ReviewContent, ReviewedVerdict } from "#lib/review/review-action.ts";
import { VERDICT_ORDER } from "./verdict-words.ts";

type Change = ReviewContent["changes"][number];

/** Changes by what follows from them: the worst verdict first, then how many assets have it, then as they were listed. */
export function orderByHarm(
  changes: readonly Change[],
  verdicts: readonly ReviewedVerdict[],
): readonly Change[] {
  const ranked = changes.map((change, number) => {
    const own = verdicts.filter(({ cause }) => cause === number);
    const ranks = own.map(({ verdict }) => VERDICT_ORDER.indexOf(verdict));
    const worst = Math.min(VERDICT_ORDER.length, ...ranks);
    return { change, worst, count: ranks.filter((rank) => rank === worst).length };
  });
  return ranked.sort((a, b) => a.worst - b.worst || b.count - a.count).map(({ change }) => change);
}

/** For sorting: the worst verdict first, of these what is most important, then how many are affected. */
export function compareHarm(a: Harmed, b: Harmed): number {
  return worst(a) - worst(b) || best(a) - best(b) || b.verdicts.length - a.verdicts.length;
}

type Harmed = Pick<ReviewContent, "verdicts">;

const worst = ({ verdicts }: Harmed): number =>
  Math.min(VERDICT_ORDER.length, ...verdicts.map(({ verdict }) => VERDICT_ORDER.indexOf(verdict)));

const LEAST: Tier = 4;

const best = ({ verdicts }: Harmed): number =>
  Math.min(LEAST, ...verdicts.map(({ tier }) => tier ?? UNSAID_TIER));
