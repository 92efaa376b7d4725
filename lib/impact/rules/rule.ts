import type { Certainty } from "../change.ts";
import type { Lane } from "../effects.ts";
import type { Situation } from "../uses.ts";

/**
 * Where an outcome lands at the reader: the column that the use feeds (its whole row set where the use feeds none), its
 * row set, or its run.
 */
export type Slot = "col" | "rows" | "run";

/** `"run ERROR certain"`, `"col same likely"`: slot, effect (`same`: the one that came in), and at most this certainty. */
export type Outcome = `${Slot} ${Lane | "same"} ${Certainty}`;

/** What one effect means for one way of using a column. An empty `gives` says that the effect stops here, and why. */
export interface Rule {
  /** Public, never reused: people cite it and docs/verdicts.md explains it. */
  readonly id: `FL-${string}`;
  readonly on: readonly Lane[];
  readonly uses: readonly Situation[];
  readonly gives: readonly Outcome[];
  /** A sentence for people, without subject: it follows the name of the reader. */
  readonly text: string;
}

/** One line of a rule table; the fields in the order in which one reads them. */
export const rule = (
  id: Rule["id"],
  on: readonly Lane[],
  uses: readonly Situation[],
  gives: readonly Outcome[],
  text: string,
): Rule => ({ id, on, uses, gives, text });
