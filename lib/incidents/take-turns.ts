import type { SuspectTerm } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";

interface Ranked {
  readonly candidate: { readonly isOutside: boolean; readonly ownState?: "broken" | "healthy" };
  readonly score: number;
  readonly terms: readonly SuspectTerm[];
}

interface Turns<T extends Ranked> {
  /** The likeliest first. */
  readonly ranked: readonly T[];
  readonly causeOf: (one: T) => number;
  readonly weights: TriageWeights;
}

/** From so many sources on that explain the same, none of them is likelier than what is built from them. */
const TOO_MANY_TO_NAME = 3;

/**
 * Of suspects of which no log says anything, often only one thing tells them apart: that some are filled from outside and others are built
 * here. Those that are alike otherwise take turns: else three sources would hide every model between them and what is broken, and without
 * any log that is most of the list. What is itself among the symptoms comes after what it reads.
 */
export function takeTurns<T extends Ranked>({ ranked, causeOf, weights }: Turns<T>): readonly T[] {
  if (weights.noChange === weights.noChangeOutside) return ranked;
  const alike = new Map<string, number[]>();
  ranked.forEach((one, at) => {
    const quiet = one.terms.find(({ term }) => term === "no_change");
    if (quiet === undefined) return;
    const key = `${causeOf(one)} ${(one.score - quiet.value).toFixed(2)}`;
    const places = alike.get(key);
    if (places) places.push(at);
    else alike.set(key, [at]);
  });
  const placed = [...ranked];
  for (const places of alike.values()) {
    const turns = alternate(places.flatMap((at) => ranked[at] ?? []));
    places.forEach((at, turn) => {
      const one = turns[turn];
      if (one !== undefined) placed[at] = one;
    });
  }
  return placed;
}

function alternate<T extends Ranked>(alike: readonly T[]): T[] {
  const outside = alike.filter(({ candidate }) => candidate.isOutside);
  const built = alike.filter(({ candidate }) => !candidate.isOutside);
  const isSymptom = ({ candidate }: T): boolean => candidate.ownState === "broken";
  const inside = [...built.filter((one) => !isSymptom(one)), ...built.filter(isSymptom)];
  const [first, second] = outside.length < TOO_MANY_TO_NAME ? [outside, inside] : [inside, outside];
  return alike.flatMap((_, turn) => [
    ...first.slice(turn, turn + 1),
    ...second.slice(turn, turn + 1),
  ]);
}
