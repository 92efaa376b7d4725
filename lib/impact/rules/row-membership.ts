import { rule } from "./rule.ts";

/** Columns that decide which rows there are although no condition names them: set operations, and queries as values. */
export const ROW_MEMBERSHIP_RULES = [
  rule(
    "FL-0951",
    ["ROWS_LOST"],
    ["EXISTS:value"],
    ["col VALUE likely"],
    "whether there is such a row is the value",
  ),
  rule(
    "FL-0953",
    ["NULLS", "VALUE", "UNIT", "SHIFTED", "ENUM_REMOVED"],
    ["IDENTITY:set", "POSITIONAL:set", "POSITIONAL:set_names"],
    ["col same certain", "rows ROWS_LOST likely"],
    "rows are compared as a whole, so other rows fall together or find their like",
  ),
  rule(
    "FL-0954",
    ["ENUM_ADDED"],
    ["IDENTITY:set"],
    ["col same certain", "rows ROWS_EXTRA possible"],
    "rows are compared as a whole, so a new value is a further row",
  ),
  rule(
    "FL-0955",
    ["TYPE_INCOMPAT", "TYPE_RECAST"],
    ["IDENTITY:set", "IDENTITY:set_all"],
    ["col same certain", "run ERROR possible"],
    "the parts of a set operation no longer have one type; some engines refuse that",
  ),
  rule(
    "FL-0958",
    ["TYPE_INCOMPAT", "TYPE_RECAST"],
    ["POSITIONAL:mixes"],
    ["col same likely", "run ERROR possible"],
    "DuckDB unites a text with anything simple as text, and refuses other kinds together",
  ),
  rule(
    "FL-0950",
    ["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_EQUATED"],
    ["IDENTITY:unpivoted"],
    ["run ERROR likely", "col same likely"],
    "columns that become one have to be of one type; most engines refuse others together",
  ),
  rule(
    "FL-0959",
    ["TYPE_WIDE", "TYPE_RESPELLED", "TYPE_SOFT", "TYPE_EQUATED"],
    ["POSITIONAL:mixes"],
    ["col same certain"],
    "the parts become one type that holds both",
  ),
  rule(
    "FL-0960",
    ["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_EQUATED", "TYPE_RESPELLED", "TYPE_SOFT"],
    ["POSITIONAL:as_text"],
    ["col VALUE likely", "run ERROR possible"],
    "another part is a text, so the column stays one, and these values are spelled otherwise in it",
  ),
  rule(
    "FL-0990",
    ["TYPE_WIDE"],
    ["POSITIONAL:as_text"],
    ["col same certain"],
    "the parts become one type that holds both",
  ),
  rule(
    "FL-0956",
    ["VALUE"],
    ["FILTER:value_nullness"],
    ["rows ROWS_LOST possible"],
    "a value made of fewer rows may be none at all",
  ),
  rule(
    "FL-0957",
    ["UNIT", "SHIFTED", "ENUM_REMOVED"],
    ["FILTER:value_nullness"],
    [],
    "the condition asks only whether there is a value",
  ),
];
