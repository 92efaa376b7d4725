import type { TriageWeights } from "./triage-weights.ts";

/**
 * Nats of all healthy things together that a fault should have broken: the sum of each, but never less than ln(`spared`). They are
 * no independent witnesses: where the walk foresees too much (the data has no such rows, a filter leaves them out), it does so for
 * all that stands below, and ten that are well then say hardly more than three.
 */
export const weighSpared = (nats: number, { spared }: TriageWeights): number =>
  nats === 0 ? 0 : Math.log(spared + (1 - spared) * Math.exp(nats));
