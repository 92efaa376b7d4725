import { rule } from "./rule.ts";

/**
 * Conditions whose query is known. That the value is another one does not say that the condition has another answer: it
 * may stay on the same side of a bound, and the row that it stands in may have met nothing before either.
 */
export const CONDITION_RULES = [
  rule(
    "FL-0541",
    ["VALUE", "UNIT", "SHIFTED"],
    ["CONDITIONAL:compares", "CONDITIONAL:equals"],
    ["col VALUE likely"],
    "a fixed bound or label may now mean something else; no row need be near it",
  ),
  rule(
    "FL-0542",
    ["NULLS"],
    ["CONDITIONAL:compares"],
    ["col VALUE likely"],
    "a condition on null is not true, so another branch is taken where it was true before",
  ),
  rule(
    "FL-0543",
    ["ENUM_ADDED"],
    ["CONDITIONAL_NO_ELSE:equals"],
    ["col NULLS likely"],
    "the new value matches no branch; the one that it replaces may not have matched either",
  ),
  rule(
    "FL-0544",
    ["ENUM_REMOVED"],
    ["JOIN_INNER:plan", "FILTER:equals"],
    ["rows ROWS_LOST likely"],
    "the value finds no partner any more, if it had one",
  ),
  rule(
    "FL-0545",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["FILTER:differs"],
    ["rows ROWS_LOST possible"],
    "other rows may differ from what they are compared with",
  ),
  rule(
    "FL-0449",
    ["VALUE"],
    ["FILTER:asks"],
    ["rows ROWS_LOST likely"],
    "lies between other bounds, and finds another partner or none",
  ),
  rule(
    "FL-0450",
    ["UNIT", "SHIFTED"],
    ["FILTER:bounds"],
    ["rows ROWS_LOST likely", "rows ROWS_EXTRA possible"],
    "what is compared no longer means the same on both sides: ranges may overlap, and a row may find more partners",
  ),
];
