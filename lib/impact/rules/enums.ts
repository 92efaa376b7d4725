import { rule } from "./rule.ts";

/** A value of a fixed set appears, goes, or is spelled otherwise. */
export const ENUM_RULES = [
  rule(
    "FL-0501",
    ["ENUM_ADDED"],
    [
      "IDENTITY", "GROUP_BY", "STAR", "LENIENT_READ", "STRICT_READ", "SKIP_BAD_ROWS_READ", "DIMENSION", "COALESCE",
      "POSITIONAL", "POSITION_EXPORT", "WHOLE:part", "CAST:text", "ARITH:text",
    ],
    ["col same certain"],
    "a new category appears",
  ),
  rule(
    "FL-0502",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["CAST"],
    ["run ERROR possible"],
    "a cast to an enum type rejects values that it does not know",
  ),
  rule("FL-0503", ["ENUM_ADDED"], ["AGG_DISTINCT"], ["col VALUE likely"], "the number of distinct values changes"),
  rule(
    "FL-0504",
    ["ENUM_ADDED"],
    ["CONDITIONAL", "ML_FEATURE", "ML_FEATURE_AUTO"],
    ["col VALUE likely"],
    "the new value falls to ELSE, or to a category that was never trained",
  ),
  rule("FL-0505", ["ENUM_ADDED"], ["CONDITIONAL_NO_ELSE"], ["col NULLS certain"], "the new value matches no branch"),
  rule(
    "FL-0506",
    ["ENUM_ADDED"],
    ["JOIN_INNER", "JOIN_LEFT:optional"],
    ["rows ROWS_LOST likely"],
    "the looked-up table may not have the new value",
  ),
  rule("FL-0507", ["ENUM_ADDED"], ["JOIN_LEFT"], ["rows VALUE likely"], "the looked-up table may not have the new value"),
  rule(
    "FL-0508",
    ["ENUM_ADDED"],
    ["FILTER_IN", "BI_FILTER"],
    ["rows ROWS_LOST likely"],
    "the fixed list does not hold the new value",
  ),
  rule("FL-0509", ["ENUM_ADDED", "ENUM_REMOVED"], ["ML_LABEL"], ["col VALUE likely"], "the set of classes changed"),
  rule(
    "FL-0510",
    ["ENUM_ADDED"],
    [
      "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_IDEMPOTENT", "NATURAL_JOIN", "FILTER", "SORT", "WINDOW", "KEY_MERGE",
      "NOT_NULL_CHECK", "UNQUALIFIED", "MEASURE", "COUNT_STAR", "EXISTS", "NOT_USED",
    ],
    [],
    "does not tell categories apart",
  ),
  rule(
    "FL-0521",
    ["ENUM_REMOVED"],
    [
      "IDENTITY", "COALESCE", "STAR", "POSITIONAL", "POSITION_EXPORT", "LENIENT_READ", "STRICT_READ",
      "SKIP_BAD_ROWS_READ", "WHOLE:part", "CAST:text", "ARITH:text",
    ],
    ["col same certain"],
    "the other value is passed on",
  ),
  rule(
    "FL-0522",
    ["ENUM_REMOVED"],
    ["CONDITIONAL", "CONDITIONAL_NO_ELSE", "ML_FEATURE"],
    ["col VALUE certain"],
    "rows move to another category",
  ),
  rule("FL-0523", ["ENUM_REMOVED"], ["GROUP_BY", "DIMENSION"], ["col same certain"], "rows move to another category"),
  rule(
    "FL-0524",
    ["ENUM_REMOVED"],
    ["JOIN_INNER", "FILTER", "FILTER_IN", "BI_FILTER"],
    ["rows ROWS_LOST certain"],
    "the condition matches nothing any more",
  ),
  rule("FL-0525", ["ENUM_REMOVED"], ["JOIN_LEFT"], ["rows VALUE likely"], "keys no longer match"),
  rule(
    "FL-0526",
    ["ENUM_REMOVED"],
    ["JOIN_LEFT:optional", "JOIN_LEFT:preserved", "NATURAL_JOIN"],
    ["rows ROWS_LOST likely"],
    "keys no longer match",
  ),
  rule(
    "FL-0527",
    ["ENUM_REMOVED"],
    ["KEY_MERGE"],
    ["rows ROWS_EXTRA likely"],
    "keys no longer match, so rows are inserted twice",
  ),
  rule(
    "FL-0528",
    ["ENUM_REMOVED"],
    ["ML_FEATURE_AUTO"],
    ["col VALUE certain"],
    "the model sees other values than it was trained on",
  ),
  rule(
    "FL-0529",
    ["ENUM_REMOVED"],
    [
      "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "SORT", "WINDOW", "NOT_NULL_CHECK",
      "UNQUALIFIED", "MEASURE", "COUNT_STAR", "EXISTS", "NOT_USED", "FILTER:nullness",
    ],
    [],
    "does not tell categories apart",
  ),
];
