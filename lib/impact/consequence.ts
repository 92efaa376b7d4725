import type { Certainty } from "./change.ts";
import { LANES, type Lane, type Level, laneNumber, levelOf } from "./effects.ts";
import { ruleFor } from "./rule-book.ts";
import type { Rule, Slot } from "./rules/rule.ts";
import type { Situation } from "./uses.ts";

/** One consequence of one effect over one edge. */
export interface Consequence {
  readonly slot: Slot;
  readonly lane: number;
  /** At most this, and at most the certainty of what came in. */
  readonly level: Level;
  readonly rule: { readonly id: string; readonly text: string };
}

/** What a use makes of what a reading before it hands on. */
export function afterReading(situation: Situation, step: Consequence): readonly Consequence[] {
  const lane = LANES[step.lane] ?? "UNKNOWN";
  return direct(situation, lane).map((next) => ({
    ...next,
    level: Math.min(step.level, next.level) as Level,
    rule: { id: step.rule.id, text: `${step.rule.text}; ${next.rule.text}` },
  }));
}

/** What the rule of a use says. */
export const direct = (situation: Situation, lane: Lane): readonly Consequence[] => {
  const rule = ruleFor(situation, lane);
  return rule === undefined ? [] : rule.gives.map((gives) => parseOutcome(rule, gives, lane));
};

function parseOutcome(rule: Rule, gives: Rule["gives"][number], lane: Lane): Consequence {
  const [slot, effect, certainty] = gives.split(" ") as [Slot, Lane | "same", Certainty];
  return {
    slot,
    lane: laneNumber(effect === "same" ? lane : effect),
    level: levelOf(certainty),
    rule,
  };
}
