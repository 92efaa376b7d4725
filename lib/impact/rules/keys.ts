import { rule } from "./rule.ts";

/** A key that is not unique any more. What the duplicates do to row sets is in rows.ts. */
export const KEY_RULES = [
  rule(
    "FL-0801",
    ["KEY_LOST"],
    ["JOIN_INNER", "JOIN_LEFT", "NATURAL_JOIN"],
    ["rows ROWS_EXTRA certain"],
    "each duplicate key multiplies the joined rows",
  ),
  rule(
    "FL-0802",
    ["KEY_LOST"],
    ["KEY_MERGE"],
    ["run ERROR likely"],
    "a merge, upsert or uniqueness check rejects duplicates",
  ),
  rule(
    "FL-0803",
    ["KEY_LOST"],
    ["IDENTITY", "CAST", "STAR", "POSITIONAL", "LENIENT_READ", "STRICT_READ", "SKIP_BAD_ROWS_READ", "DIMENSION"],
    ["col same certain"],
    "the key is not unique here either",
  ),
  rule(
    "FL-0804",
    ["KEY_LOST"],
    ["IDENTITY:distinct", "GROUP_BY", "JOIN_LEFT:preserved"],
    [],
    "duplicates of this key do not matter here",
  ),
  rule(
    "FL-0805",
    ["KEY_LOST"],
    [
      "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "COALESCE", "CONDITIONAL",
      "CONDITIONAL_NO_ELSE", "FILTER", "FILTER_IN", "SORT", "WINDOW", "POSITION_EXPORT", "NOT_NULL_CHECK",
      "UNQUALIFIED", "MEASURE", "BI_FILTER", "ML_FEATURE", "ML_FEATURE_AUTO", "ML_LABEL", "COUNT_STAR", "EXISTS",
      "NOT_USED", "WHOLE:part",
    ],
    [],
    "not used as a key",
  ),
];
