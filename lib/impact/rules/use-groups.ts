/* Ways of using a column that several rules speak of together. */

/** Each value comes of one row: which other rows there are decides nothing about it. */
export const ROW_BY_ROW_USES = [
  "IDENTITY",
  "CAST",
  "ARITH",
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
  "BI_FILTER",
  "ML_FEATURE",
  "ML_FEATURE_AUTO",
  "ML_LABEL",
  "EXISTS",
  "NOT_USED",
] as const;

/** Strict engines (PostgreSQL, DuckDB) refuse the operation on a value of another type. */
export const STRICTLY_TYPED_USES = [
  "ARITH",
  "AGG_SUM",
  "COALESCE",
  "CONDITIONAL",
  "CONDITIONAL_NO_ELSE",
  "JOIN_INNER",
  "JOIN_LEFT",
  "NATURAL_JOIN",
  "FILTER",
  "POSITIONAL",
  "KEY_MERGE",
  "MEASURE",
  "ML_FEATURE",
  "ML_FEATURE_AUTO",
  "ML_LABEL",
] as const;

/** The column's type is handed on as it is. */
export const TYPE_HANDING_USES = [
  "IDENTITY",
  "STAR",
  "WHOLE:part",
  "GROUP_BY",
  "DIMENSION",
  "LENIENT_READ",
  "SKIP_BAD_ROWS_READ",
  "POSITION_EXPORT",
  "BI_FILTER",
] as const;
