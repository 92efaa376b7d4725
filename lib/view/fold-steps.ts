import type { BecauseStep } from "#lib/impact/assessment.ts";

/** Rules that only say that the effect is handed on inside of one query. */
export const ONLY_HANDS_ON: ReadonlySet<string> = new Set(["FL-0116", "FL-0401", "FL-1203"]);

/** A way as lists show it: what one thing only hands on inside of itself, or says once more, is not listed again. */
export function foldSteps(steps: readonly BecauseStep[]): readonly BecauseStep[] {
  const listed: BecauseStep[] = [];
  for (const step of steps) {
    const last = listed.at(-1);
    const isSame = last !== undefined && isAgain(last, step);
    if (!isSame) listed.push(step);
  }
  return listed;
}

const isAgain = (last: BecauseStep, step: BecauseStep): boolean =>
  last.node === step.node &&
  last.effect === step.effect &&
  last.certainty === step.certainty &&
  step.skipped === undefined &&
  (ONLY_HANDS_ON.has(step.rule) || last.text === step.text);
