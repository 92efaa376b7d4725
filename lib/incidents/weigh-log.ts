import { ageOf } from "./age-of-change.ts";
import type { LoggedChange } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";

interface LogToWeigh {
  readonly weights: TriageWeights;
  /** By asset number. */
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
  readonly assetCount: number;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * What a change tells where much changes, and where little does: the weights are for the usual share of assets that change in the
 * time that counts, and are moved by the share that did. Where a third of all tables was deployed last night, a deployment says
 * little; where one was, it says much, and so does its absence. A small graph is not asked alone: `counted` assets of the usual share
 * are added to it.
 */
export function weighLog({ weights, changesAt, assetCount, now }: LogToWeigh): TriageWeights {
  const { usualShare, counted, mostShare, fadesInHours } = weights.change;
  let fresh = 0;
  for (const changes of changesAt.values()) {
    const ages = changes.map((change) => ageOf(change, now) ?? weights.change.unknownAgeHours);
    fresh += Math.exp(-Math.min(...ages) / fadesInHours);
  }
  const share = Math.min(mostShare, (fresh + usualShare * counted) / (assetCount + counted));
  const silence = Math.log((1 - usualShare) / (1 - share));
  return {
    ...weights,
    change: { ...weights.change, recent: weights.change.recent + Math.log(usualShare / share) },
    noChange: weights.noChange + silence,
    noChangeOutside: weights.noChangeOutside + silence,
  };
}
