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
  /** Some change is known, of whatever asset. */
  readonly isLogKept: boolean;
}

/** From so many sources on that explain the same, none of them is likelier than what is built from them. */
const TOO_MANY_TO_NAME = 3;

/**
 * Of suspects of which no log says anything, often only one thing tells them apart: that some are filled from outside and others are built
 * here. Those that are alike otherwise take turns: else three sources would hide every model between them and what is broken, and without
 * any log that is most of the list. What is itself among the symptoms comes after what it reads. Where a log is kept, what it does not
 * name is rather where it does not reach: the outside comes first then. A little more or less of the evidence tells none of them apart:
 * which one of them shows what is broken by an error and which by silence is the least sure of all that is foreseen.
 */
export function takeTurns<T extends Ranked>(turns: Turns<T>): readonly T[] {
  const { ranked, weights, isLogKept } = turns;
  if (weights.noChange === weights.noChangeOutside) return ranked;
  const placed = [...ranked];
  for (const { places } of gatherAlike(turns)) {
    const inTurn = alternate(
      places.flatMap((at) => ranked[at] ?? []),
      isLogKept,
    );
    places.forEach((at, turn) => {
      const one = inTurn[turn];
      if (one !== undefined) placed[at] = one;
    });
  }
  return placed;
}

interface Alike {
  readonly cause: number;
  /** Nats of the first of them, its place in the graph left out. */
  readonly nats: number;
  readonly places: number[];
}

function gatherAlike<T extends Ranked>({ ranked, causeOf, weights }: Turns<T>): Alike[] {
  const gathered: Alike[] = [];
  ranked.forEach((one, at) => {
    const quiet = one.terms.find(({ term }) => term === "no_change");
    if (quiet === undefined) return;
    const cause = causeOf(one);
    const nats = one.score - quiet.value;
    const same = gathered.find(
      (alike) => alike.cause === cause && Math.abs(alike.nats - nats) < weights.order.alike,
    );
    if (same) same.places.push(at);
    else gathered.push({ cause, nats, places: [at] });
  });
  return gathered;
}

function alternate<T extends Ranked>(alike: readonly T[], isLogKept: boolean): T[] {
  const outside = alike.filter(({ candidate }) => candidate.isOutside);
  const built = alike.filter(({ candidate }) => !candidate.isOutside);
  const isSymptom = ({ candidate }: T): boolean => candidate.ownState === "broken";
  const inside = [...built.filter((one) => !isSymptom(one)), ...built.filter(isSymptom)];
  const isOutsideFirst = isLogKept || outside.length < TOO_MANY_TO_NAME;
  const [first, second] = isOutsideFirst ? [outside, inside] : [inside, outside];
  return alike.flatMap((_, turn) => [
    ...first.slice(turn, turn + 1),
    ...second.slice(turn, turn + 1),
  ]);
}
