import { rule } from "./rule.ts";

const NAMED_USES = [
  "IDENTITY", "CAST", "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "COALESCE", "CONDITIONAL",
  "CONDITIONAL_NO_ELSE", "JOIN_INNER", "JOIN_LEFT", "FILTER", "FILTER_IN", "GROUP_BY", "SORT", "WINDOW", "KEY_MERGE",
  "NOT_NULL_CHECK", "LENIENT_READ", "DIMENSION", "MEASURE", "BI_FILTER", "ML_FEATURE", "ML_LABEL", "COUNT_STAR",
  "EXISTS", "NOT_USED", "WHOLE:part",
] as const;

/** A column more than before: nothing to who names columns, something to who takes all of them. */
export const ADDED_RULES = [
  rule(
    "FL-0601",
    ["NEW", "NEW_COLLIDES"],
    ["POSITIONAL"],
    ["run ERROR certain"],
    "a union or insert by position now has a different number of columns",
  ),
  rule(
    "FL-0602",
    ["NEW", "NEW_COLLIDES"],
    ["POSITION_EXPORT"],
    ["col VALUE certain"],
    "reads by position and now takes the neighbouring column",
  ),
  rule("FL-0603", ["NEW", "NEW_COLLIDES"], ["STRICT_READ"], ["run ERROR certain"], "the reader rejects unknown fields"),
  rule(
    "FL-0604",
    ["NEW", "NEW_COLLIDES"],
    ["SKIP_BAD_ROWS_READ"],
    ["rows ROWS_LOST certain"],
    "the reader skips every record that carries the unknown field",
  ),
  rule(
    "FL-0605",
    ["NEW", "NEW_COLLIDES"],
    ["ML_FEATURE_AUTO"],
    ["col NEW_FEATURE certain"],
    "the training job takes every column as a feature",
  ),
  rule("FL-0606", ["NEW", "NEW_COLLIDES"], ["STAR"], ["col same certain"], "select * passes the new column on"),
  rule(
    "FL-0607",
    ["NEW_COLLIDES"],
    ["NATURAL_JOIN"],
    ["rows ROWS_LOST certain"],
    "a natural join takes the new column of the same name into its condition",
  ),
  rule(
    "FL-0608",
    ["NEW_COLLIDES"],
    ["UNQUALIFIED"],
    ["run ERROR certain"],
    "a column name without its table became ambiguous",
  ),
  rule(
    "FL-0609",
    ["NEW"],
    ["UNQUALIFIED:plan"],
    ["run ERROR certain"],
    "a column name without its table became ambiguous",
  ),
  rule(
    "FL-0610",
    ["NEW", "NEW_COLLIDES"],
    [
      "IDENTITY", "CAST", "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "COALESCE", "CONDITIONAL",
      "CONDITIONAL_NO_ELSE", "JOIN_INNER", "JOIN_LEFT", "FILTER", "FILTER_IN", "GROUP_BY", "SORT", "WINDOW",
      "KEY_MERGE", "NOT_NULL_CHECK", "LENIENT_READ", "DIMENSION", "MEASURE", "BI_FILTER", "ML_FEATURE", "ML_LABEL",
      "COUNT_STAR", "EXISTS", "NOT_USED", "WHOLE:part",
    ],
    [],
    "names the columns that it wants",
  ),
  rule("FL-0611", ["NEW"], ["NATURAL_JOIN", "UNQUALIFIED"], [], "no other column has the new name"),
  rule(
    "FL-0621",
    ["NEW_FEATURE"],
    ["WHOLE:part"],
    ["col same certain"],
    "a model takes a column that nobody reviewed",
  ),
  rule("FL-0631", ["NEW_NAME", "AMBIGUOUS"], ["STAR", "IDENTITY:carry", "IDENTITY:optional", "IDENTITY:distinct"], ["col same certain"], "the name is handed on"),
  rule(
    "FL-0632",
    ["NEW_NAME"],
    ["UNQUALIFIED:plan"],
    ["run ERROR certain"],
    "a column name without its table became ambiguous",
  ),
  rule(
    "FL-0633",
    ["NEW_NAME"],
    [...NAMED_USES, "NATURAL_JOIN", "UNQUALIFIED", "POSITIONAL", "POSITION_EXPORT", "ML_FEATURE_AUTO", "STRICT_READ", "SKIP_BAD_ROWS_READ"],
    [],
    "a renamed column is judged by its old name",
  ),
  rule(
    "FL-0634",
    ["AMBIGUOUS"],
    ["IDENTITY", "CAST", "ARITH", "AGG_SUM", "AGG_COUNT", "AGG_DISTINCT", "AGG_IDEMPOTENT", "COALESCE", "CONDITIONAL", "CONDITIONAL_NO_ELSE", "JOIN_INNER", "JOIN_LEFT", "FILTER", "FILTER_IN", "GROUP_BY", "SORT", "WINDOW"],
    ["run ERROR likely"],
    "two columns of the joined tables have this name now: it is ambiguous, or means the other one",
  ),
  rule(
    "FL-0635",
    ["AMBIGUOUS"],
    ["KEY_MERGE", "NOT_NULL_CHECK", "LENIENT_READ", "DIMENSION", "MEASURE", "BI_FILTER", "ML_FEATURE", "ML_LABEL", "COUNT_STAR", "EXISTS", "NOT_USED", "WHOLE:part", "NATURAL_JOIN", "UNQUALIFIED", "POSITIONAL", "POSITION_EXPORT", "ML_FEATURE_AUTO", "STRICT_READ", "SKIP_BAD_ROWS_READ"],
    [],
    "a stored table has each name once",
  ),
];
