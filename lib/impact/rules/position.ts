import { rule } from "./rule.ts";

/** Columns in another order. */
export const POSITION_RULES = [
  rule(
    "FL-0701",
    ["POS"],
    ["POSITIONAL"],
    ["col VALUE certain"],
    "values land in the wrong column; the types match, so nothing fails",
  ),
  rule(
    "FL-0702",
    ["POS"],
    ["POSITION_EXPORT"],
    ["col VALUE certain"],
    "reads by position and now takes the neighbouring column",
  ),
  rule("FL-0703", ["POS"], ["STAR"], ["col same certain"], "select * passes the new order on"),
  rule(
    "FL-0704",
    ["POS"],
    [
      "IDENTITY", "CAST", "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "COALESCE", "CONDITIONAL",
      "CONDITIONAL_NO_ELSE", "JOIN_INNER", "JOIN_LEFT", "NATURAL_JOIN", "FILTER", "FILTER_IN", "GROUP_BY", "SORT",
      "WINDOW", "KEY_MERGE", "NOT_NULL_CHECK", "LENIENT_READ", "STRICT_READ", "SKIP_BAD_ROWS_READ", "UNQUALIFIED",
      "DIMENSION", "MEASURE", "BI_FILTER", "ML_FEATURE", "ML_FEATURE_AUTO", "ML_LABEL", "COUNT_STAR", "EXISTS",
      "NOT_USED", "WHOLE:part",
    ],
    [],
    "reads by name, wherever the column stands",
  ),
];
