import { rule } from "./rule.ts";

/**
 * Values that decide whether there is a value at all, and questions whose answer other values need not change: which branch
 * is taken where there is no ELSE, whether two values are equal, whether a bound is passed.
 */
export const DECIDING_VALUE_RULES = [
  rule(
    "FL-0551",
    ["NULLS"],
    ["CONDITIONAL_NO_ELSE:equals", "CONDITIONAL_NO_ELSE:compares", "CONDITIONAL_NO_ELSE:filter"],
    ["col VALUE certain", "col NULLS likely"],
    "a condition on null is not true, and without ELSE there is no value then",
  ),
  rule(
    "FL-0552",
    ["ENUM_REMOVED"],
    ["CONDITIONAL_NO_ELSE:equals"],
    ["col VALUE certain", "col NULLS likely"],
    "rows move to another category, and without ELSE to none",
  ),
  rule(
    "FL-0561",
    ["ENUM_REMOVED"],
    ["CONDITIONAL_NO_ELSE:compares"],
    ["col VALUE likely", "col NULLS likely"],
    "a pattern or a bound need not tell the new spelling from the old one; where it does, there is no value",
  ),
  rule(
    "FL-0553",
    ["VALUE", "UNIT", "SHIFTED"],
    ["CONDITIONAL_NO_ELSE:equals", "CONDITIONAL_NO_ELSE:compares", "CONDITIONAL_NO_ELSE:filter"],
    ["col VALUE likely", "col NULLS possible"],
    "a fixed bound or label may now mean something else, and without ELSE there may be no value; no row need be near it",
  ),
  rule(
    "FL-0554",
    ["ENUM_ADDED"],
    ["CONDITIONAL_NO_ELSE:compares", "CONDITIONAL_NO_ELSE:filter"],
    ["col VALUE likely", "col NULLS possible"],
    "the new value may not match; the one that it replaces may not have matched either",
  ),
  rule(
    "FL-0555",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["ARITH:null_if"],
    ["col VALUE likely", "col NULLS likely"],
    "whether there is a value hangs on which one it is",
  ),
  rule(
    "FL-0556",
    ["VALUE"],
    ["ARITH:null_if"],
    ["col VALUE certain", "col NULLS possible"],
    "wrong values flow on, and whether there is one hangs on which it is",
  ),
  rule(
    "FL-0566",
    ["ENUM_ADDED", "ENUM_REMOVED", "SHIFTED", "VALUE"],
    ["ARITH:tried"],
    ["col NULLS possible"],
    "what the other value is made into may not be read, and is null then",
  ),
  rule(
    "FL-0557",
    ["ENUM_ADDED"],
    ["IDENTITY:distinct"],
    ["col same certain", "rows REGROUPED likely"],
    "a new category is a further row, and no row stands there twice",
  ),
  rule(
    "FL-0558",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["FILTER:pivot"],
    ["rows VALUE likely"],
    "the values become columns, and so there are others",
  ),
  rule(
    "FL-0559",
    ["VALUE", "UNIT", "SHIFTED"],
    ["ARITH:compares", "AGG_IDEMPOTENT:truth"],
    ["col VALUE likely"],
    "whether it is so may have another answer; no row need be near the bound",
  ),
  rule(
    "FL-0560",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["AGG_IDEMPOTENT:truth"],
    ["col VALUE likely"],
    "made of the text, which is another one",
  ),
];
