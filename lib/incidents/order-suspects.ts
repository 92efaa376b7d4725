import type { SuspectTerm } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";

interface Scored {
  readonly candidate: { readonly relation: number };
  readonly score: number;
  readonly terms: readonly SuspectTerm[];
  /** What a log says happened there. */
  readonly logged?: unknown;
}

interface CausesToOrder<T extends Scored> {
  /** Suspects of all that is broken, the likeliest first. */
  readonly first: readonly T[];
  /** Suspects of what the first of them leaves over. */
  readonly second: readonly T[];
  readonly weights: TriageWeights;
}

/**
 * One list of two: the likeliest stands first, the others by the chance to be one of the causes. So where the first cause is clear
 * and the second is not, the places behind it go to those who may be the second, and the other way round. What changed may have
 * broken something as well, where the first cause breaks all of it anyway.
 */
export function orderSuspects<T extends Scored>({ first, second, weights }: CausesToOrder<T>): T[] {
  const { temper, secondAtLeast } = weights.order;
  const [leader] = first;
  const [best] = second;
  const isAny = best === undefined ? 0 : logistic((best.score - secondAtLeast) / temper);
  const placed = new Map<number, Placed<T>>();
  const put = (fault: T, share: number): void => {
    const { relation } = fault.candidate;
    const before = placed.get(relation);
    const chance = 1 - (1 - share) * (1 - (before?.chance ?? 0));
    // Shown as what it is the likelier to be; the leader stays the first cause.
    const stays = before !== undefined && (before.fault === leader || before.chance >= share);
    placed.set(relation, { fault: stays ? before.fault : fault, chance });
  };
  const shares = sharesOf(first, temper);
  first.forEach((fault, at) => {
    put(fault, shares[at] ?? 0);
    if (fault !== leader) put(fault, chanceBeside(fault, weights));
  });
  const sharesAfter = sharesOf(second, temper);
  second.forEach((fault, at) => {
    put(fault, (sharesAfter[at] ?? 0) * isAny);
  });
  return [...placed.values()]
    .sort((a, b) => Number(b.fault === leader) - Number(a.fault === leader) || b.chance - a.chance)
    .map(({ fault }) => fault);
}

/** By what speaks for it beside the symptoms: those are explained already. */
function chanceBeside(
  { logged, terms }: Scored,
  { order: { temper, beside } }: TriageWeights,
): number {
  if (logged === undefined) return 0;
  const nats = terms.reduce((sum, { term, value }) => sum + (term === "symptoms" ? 0 : value), 0);
  return beside.most * logistic((nats - beside.halfAt) / temper);
}

interface Placed<T> {
  readonly fault: T;
  readonly chance: number;
}

/** Scores are sums over observations that are not independent of each other, so their differences are tempered. */
function sharesOf(faults: readonly Scored[], temper: number): number[] {
  const top = faults[0]?.score ?? 0;
  const weights = faults.map(({ score }) => Math.exp((score - top) / temper));
  const sum = weights.reduce((all, one) => all + one, 0);
  return weights.map((one) => one / sum);
}

const logistic = (value: number): number => 1 / (1 + Math.exp(-value));
