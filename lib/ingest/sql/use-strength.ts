import type { Use } from "#lib/model/use.ts";

/** Which of two uses on one way decides more about the value: aggregates over conditions over windows over arithmetic … */
const STRENGTH: Readonly<Partial<Record<Use, number>>> = {
  UNKNOWN: 95,
  AGG_SUM: 90,
  AGG_COUNT: 89,
  AGG_DISTINCT: 88,
  AGG_IDEMPOTENT: 87,
  CONDITIONAL_NO_ELSE: 81,
  CONDITIONAL: 80,
  WINDOW: 70,
  ARITH: 60,
  CAST: 50,
  COALESCE: 49,
  KEY_MERGE: 48,
  POSITIONAL: 20,
  STAR: 15,
  IDENTITY: 10,
};

export const strengthOf = (use: Use): number => STRENGTH[use] ?? 5;

export const strongerUse = (a: Use, b: Use): Use => (strengthOf(b) > strengthOf(a) ? b : a);
