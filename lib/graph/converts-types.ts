import type { Use } from "#lib/model/use.ts";

interface AskedUse {
  readonly dialect: string | undefined;
  readonly use: Use;
  /** How many things are read beside each other. */
  readonly inputs: number;
}

/**
 * Whether the engine converts by itself what it gets there in another type, and makes a null of what it cannot convert.
 * What fills a table by position has to be of its types on Spark, in both of its modes; what is united need not.
 */
export const convertsTypes = ({ dialect, use, inputs }: AskedUse): boolean =>
  dialect === "spark" && (use === "POSITIONAL" ? inputs > 1 : CONVERTS.has(use));

/** Where it matters: other uses do the same with whatever type. */
const CONVERTS: ReadonlySet<Use> = new Set([
  "ARITH",
  "AGG_IDEMPOTENT",
  "AGG_SUM",
  "CAST",
  "COALESCE",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
  "FILTER",
  "FILTER_IN",
  "JOIN_INNER",
  "JOIN_LEFT",
  "LENIENT_READ",
  "NATURAL_JOIN",
  "SORT",
  "WINDOW",
]);
