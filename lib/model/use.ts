/**
 * How a consumer uses a column: what decides whether a change is loud, silent or nothing. The names are OpenLineage's
 * subtypes refined (design: decision table). A use is a property of an edge.
 */
export const COLUMN_USES = [
  "IDENTITY",
  "CAST",
  "ARITH",
  "AGG_SUM",
  "AGG_COUNT",
  "AGG_DISTINCT",
  "AGG_IDEMPOTENT",
  "COALESCE",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
  "JOIN_INNER",
  "JOIN_LEFT",
  "NATURAL_JOIN",
  "FILTER",
  "FILTER_IN",
  "GROUP_BY",
  "SORT",
  "WINDOW",
  "STAR",
  "POSITIONAL",
  "POSITION_EXPORT",
  "KEY_MERGE",
  "NOT_NULL_CHECK",
  "LENIENT_READ",
  "STRICT_READ",
  "SKIP_BAD_ROWS_READ",
  "UNQUALIFIED",
  "DIMENSION",
  "MEASURE",
  "BI_FILTER",
  "ML_FEATURE",
  "ML_FEATURE_AUTO",
  "ML_LABEL",
  "COUNT_STAR",
  "EXISTS",
  "NOT_USED",
  /** The asset is read, but which columns and how is not known: "column detail unknown". Never reads as safe. */
  "UNKNOWN",
] as const;

export type Use = (typeof COLUMN_USES)[number];

/**
 * How one relation's rows become another's, inside and between queries:
 * - `each`: a row in gives a row out, or several (from, inner join, union all, projection);
 * - `outer`: the side of an outer join that may be missing: lost rows turn into nulls, not into lost rows;
 * - `full`: a side of a full join: what it loses may be rows of the join, or leave the other side's rows without a partner;
 * - `grouped`: rows are folded by keys; `single`: folded into one row, whatever their number;
 * - `first`: one row of each key is kept, and which one is decided by an order; `limited`: so many rows at most;
 * - `distinct`: duplicates do not matter; `exists`: only whether there is a row; `not_exists`: only whether there is none.
 */
export type RowUse =
  | "each"
  | "outer"
  | "full"
  | "grouped"
  | "single"
  | "distinct"
  | "first"
  | "limited"
  | "exists"
  | "not_exists";

const KNOWN = new Set<string>(COLUMN_USES);

export const isUse = (text: string): text is Use => KNOWN.has(text);
