import { rule } from "./rule.ts";

/** Another type where the reader keeps to the one that it knows: a table that is filled, a file that is read as declared. */
export const TYPE_KEPT_RULES = [
  rule(
    "FL-0224",
    ["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_SOFT", "TYPE_EQUATED"],
    ["IDENTITY:into"],
    ["run ERROR likely", "col same possible"],
    "the table that is filled keeps its type, and PostgreSQL and Spark refuse to convert",
  ),
  rule(
    "FL-0225",
    ["TYPE_WIDE", "TYPE_RESPELLED"],
    ["LENIENT_READ:queried"],
    ["run ERROR possible", "col same certain"],
    "Spark does not read a file whose column is wider than it is declared",
  ),
  rule(
    "FL-0226",
    ["TYPE_INCOMPAT"],
    ["LENIENT_READ:queried"],
    ["run ERROR likely", "col NULLS likely"],
    "a file whose column has another type than declared is not read, or its values become null",
  ),
  rule(
    "FL-0227",
    ["TYPE_RECAST", "TYPE_SOFT", "TYPE_EQUATED"],
    ["LENIENT_READ:queried"],
    ["run ERROR likely", "col same likely"],
    "Spark does not read a file whose column has another type than it is declared with",
  ),
];
