import { rule } from "./rule.ts";
import { ROW_BY_ROW_USES } from "./use-groups.ts";

/**
 * The same rows, folded by other groups, because a key of the groups is not what it was. Who shows the groups shows others;
 * what is added up over all of them is as before.
 */
export const REGROUPED_RULES = [
  rule(
    "FL-0961",
    ["NULLS"],
    ["GROUP_BY:plan", "GROUP_BY:computed"],
    ["col same certain", "rows REGROUPED certain"],
    "groups collapse into one null group",
  ),
  rule(
    "FL-0962",
    ["VALUE"],
    ["GROUP_BY:plan", "GROUP_BY:computed"],
    ["col same certain", "rows REGROUPED possible"],
    "wrong values become the groups",
  ),
  rule(
    "FL-0963",
    ["NULLS"],
    ["GROUP_BY:rows"],
    ["rows REGROUPED certain"],
    "groups collapse into one null group",
  ),
  rule(
    "FL-0964",
    ["VALUE", "TYPE_LOSSY", "ENUM_ADDED"],
    ["GROUP_BY:rows"],
    ["rows REGROUPED likely"],
    "rows fall into other groups",
  ),
  rule(
    "FL-0965",
    [
      "UNIT",
      "SHIFTED",
      "ENUM_REMOVED",
      "TYPE_WIDE",
      "TYPE_RESPELLED",
      "TYPE_INCOMPAT",
      "TYPE_RECAST",
      "TYPE_SOFT",
    ],
    ["GROUP_BY:rows"],
    [],
    "the groups are the same under another name",
  ),
  rule(
    "FL-0966",
    ["UNIT", "SHIFTED"],
    ["GROUP_BY:computed"],
    ["col same certain", "rows REGROUPED likely"],
    "groups by what is made of the values, so rows fall into other groups",
  ),
  rule(
    "FL-0967",
    ["ENUM_ADDED"],
    ["GROUP_BY:plan", "GROUP_BY:computed"],
    ["col same certain", "rows REGROUPED likely"],
    "a new category is a further group",
  ),
  rule(
    "FL-0971",
    ["REGROUPED"],
    ["AGG_SUM:additive"],
    [],
    "adds up a sum, which is the same over other groups",
  ),
  rule(
    "FL-0972",
    ["REGROUPED"],
    [
      "AGG_SUM",
      "AGG_DISTINCT",
      "AGG_IDEMPOTENT",
      "MEASURE",
      "IDENTITY:scalar",
      "IDENTITY:one_row",
      "IDENTITY:optional",
      "STAR:optional",
    ],
    ["col VALUE possible"],
    "made of other groups of the same rows",
  ),
  rule(
    "FL-0973",
    ["REGROUPED"],
    ["AGG_SUM:mean", "AGG_COUNT", "COUNT_STAR"],
    ["col VALUE likely"],
    "the number of groups changes",
  ),
  rule(
    "FL-0976",
    ["REGROUPED"],
    ["FILTER:compares", "FILTER:asks", "FILTER:bounds"],
    ["rows ROWS_LOST possible"],
    "other groups pass the condition",
  ),
  rule(
    "FL-0974",
    ["REGROUPED"],
    ["WHOLE:part"],
    ["rows same certain"],
    "a part of it shows other groups",
  ),
  rule("FL-0975", ["REGROUPED"], ROW_BY_ROW_USES, [], "the row set is judged on its own"),
];
