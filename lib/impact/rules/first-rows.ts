import { rule } from "./rule.ts";

/** The values are others, or of another type, and the rows are the same. */
const OTHER_VALUES = [
  "NULLS",
  "VALUE",
  "UNIT",
  "SHIFTED",
  "TYPE_LOSSY",
  "TYPE_INCOMPAT",
  "ENUM_ADDED",
  "ENUM_REMOVED",
] as const;

/** One row of each key is kept, by a number of rows that must be 1: how many there are hangs on the keys, which one on the order. */
export const FIRST_ROWS_RULES = [
  rule(
    "FL-0981",
    OTHER_VALUES,
    ["FILTER:first"],
    [],
    "each key keeps one row, whatever the numbers are made of",
  ),
  rule(
    "FL-0982",
    ["NULLS"],
    ["GROUP_BY:picked", "GROUP_BY:picked_computed"],
    ["rows ROWS_LOST certain"],
    "all rows without a key are one",
  ),
  rule(
    "FL-0983",
    ["VALUE", "TYPE_LOSSY"],
    ["GROUP_BY:picked", "GROUP_BY:picked_computed"],
    ["rows ROWS_LOST possible"],
    "keys may fall together",
  ),
  rule(
    "FL-0984",
    ["ENUM_ADDED"],
    ["GROUP_BY:picked", "GROUP_BY:picked_computed"],
    ["rows REGROUPED possible"],
    "a new value is a further key",
  ),
  rule(
    "FL-0985",
    [
      "UNIT",
      "SHIFTED",
      "ENUM_REMOVED",
      "TYPE_WIDE",
      "TYPE_RESPELLED",
      "TYPE_INCOMPAT",
      "TYPE_RECAST",
      "TYPE_SOFT",
      "TYPE_EQUATED",
    ],
    ["GROUP_BY:picked"],
    [],
    "the keys are the same under another name",
  ),
  rule(
    "FL-0991",
    ["UNIT", "SHIFTED", "ENUM_REMOVED"],
    ["GROUP_BY:picked_computed"],
    ["rows ROWS_LOST possible"],
    "what the keys are computed of is another value, and they may fall together otherwise",
  ),
  rule(
    "FL-0992",
    ["TYPE_WIDE", "TYPE_RESPELLED", "TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_SOFT", "TYPE_EQUATED"],
    ["GROUP_BY:picked_computed"],
    [],
    "what the computing makes of another type is judged where it is computed",
  ),
  rule(
    "FL-0986",
    ["NULLS", "VALUE", "SHIFTED", "TYPE_LOSSY", "TYPE_INCOMPAT"],
    ["WINDOW:picks"],
    ["col VALUE likely"],
    "another row of each key comes first",
  ),
  rule(
    "FL-0994",
    ["NULLS", "VALUE", "SHIFTED", "TYPE_LOSSY"],
    ["WINDOW:picks_time"],
    ["col VALUE likely"],
    "another row of each key comes first",
  ),
  rule(
    "FL-0987",
    ["NULLS", "VALUE", "SHIFTED", "TYPE_LOSSY", "TYPE_INCOMPAT"],
    ["WINDOW:picks_maybe"],
    ["col VALUE possible"],
    "another row of a key may come first, where there are several; the key looks like the table's own, or another one orders before this",
  ),
  rule(
    "FL-0988",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["WINDOW:picks", "WINDOW:picks_time", "WINDOW:picks_maybe"],
    ["col VALUE possible"],
    "another row of a key may come first",
  ),
  rule("FL-0993", OTHER_VALUES, ["WINDOW:tie"], [], "orders only what happened at the same moment"),
  rule("FL-0989", ["NULLS", "VALUE"], ["IDENTITY:fixed"], [], "the condition leaves one value"),
];
