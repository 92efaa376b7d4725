import { rule } from "./rule.ts";
import { TYPE_HANDING_USES } from "./use-groups.ts";

/**
 * Text in the place of another type, on an engine that finds equal what means the same and refuses to compute with it:
 * joins and lists hold, sums and comparisons of more and less do not.
 */
export const TYPE_EQUATED_RULES = [
  rule(
    "FL-0271",
    ["TYPE_EQUATED"],
    TYPE_HANDING_USES,
    ["col same certain"],
    "passed on as another type",
  ),
  rule(
    "FL-0272",
    ["TYPE_EQUATED"],
    ["CAST", "CAST:safe", "LENIENT_READ:typed", "SKIP_BAD_ROWS_READ:typed"],
    [],
    "the values are brought back into the type that is expected",
  ),
  rule(
    "FL-0273",
    ["TYPE_EQUATED"],
    ["CAST:text", "ARITH:text", "AGG_SUM:text"],
    ["col VALUE likely"],
    "the same values as text are spelled otherwise",
  ),
  rule(
    "FL-0274",
    ["TYPE_EQUATED"],
    [
      "ARITH",
      "AGG_SUM",
      "COALESCE",
      "CONDITIONAL",
      "CONDITIONAL_NO_ELSE",
      "FILTER",
      "POSITIONAL",
      "KEY_MERGE",
      "MEASURE",
      "ML_FEATURE",
      "ML_FEATURE_AUTO",
      "ML_LABEL",
    ],
    ["run ERROR likely"],
    "the engine does not compute with the new type",
  ),
  rule(
    "FL-0275",
    ["TYPE_EQUATED"],
    [
      "JOIN_INNER",
      "JOIN_LEFT",
      "NATURAL_JOIN",
      "FILTER:equals",
      "FILTER:differs",
      "FILTER_IN",
      "FILTER_IN:plan",
      "CONDITIONAL:equals",
      "CONDITIONAL_NO_ELSE:equals",
      "IDENTITY:set",
      "IDENTITY:set_all",
    ],
    ["run ERROR possible"],
    "the engine finds equal what means the same; it does not say which is more",
  ),
  rule(
    "FL-0276",
    ["TYPE_EQUATED"],
    ["STRICT_READ"],
    ["run ERROR certain"],
    "the reader rejects the new type",
  ),
  rule(
    "FL-0277",
    ["TYPE_EQUATED"],
    [
      "AGG_COUNT",
      "AGG_DISTINCT",
      "NOT_NULL_CHECK",
      "UNQUALIFIED",
      "COUNT_STAR",
      "EXISTS",
      "NOT_USED",
      "FILTER:nullness",
      "CONDITIONAL:nullness",
      "CONDITIONAL_NO_ELSE:nullness",
      "SORT",
      "SORT:plain",
      "WINDOW",
    ],
    [],
    "the same values, counted and ordered the same",
  ),
  rule(
    "FL-0278",
    ["TYPE_EQUATED"],
    ["AGG_IDEMPOTENT"],
    ["col same likely"],
    "the same extreme value as another type",
  ),
];
