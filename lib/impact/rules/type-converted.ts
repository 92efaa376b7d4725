import { rule } from "./rule.ts";

/** Another type on Spark, which converts by itself and makes a null of what it cannot convert, unless it is in ANSI mode. */
export const TYPE_CONVERTED_RULES = [
  rule(
    "FL-0264",
    ["TYPE_INCOMPAT"],
    ["CAST:converts"],
    ["col NULLS likely", "run ERROR possible"],
    "Spark makes a null of what it cannot convert; in ANSI mode it fails",
  ),
  rule(
    "FL-0265",
    ["TYPE_INCOMPAT"],
    ["COALESCE:converts"],
    ["col same likely", "col VALUE likely", "run ERROR possible"],
    "Spark makes one type of both, a text most of all, in which these values stand; in ANSI mode it fails",
  ),
  rule(
    "FL-0266",
    ["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_SOFT", "TYPE_EQUATED"],
    ["FILTER:truth"],
    ["run ERROR likely"],
    "a condition has to be a truth value, and Spark refuses a statement in which it is another",
  ),
  rule(
    "FL-0267",
    [
      "TYPE_INCOMPAT",
      "TYPE_RECAST",
      "TYPE_SOFT",
      "TYPE_EQUATED",
      "TYPE_WIDE",
      "TYPE_RESPELLED",
      "TYPE_LOSSY",
    ],
    ["LENIENT_READ:parquet"],
    ["run ERROR likely"],
    "Spark does not read a Parquet file whose column has another type than it is declared with",
  ),
  rule(
    "FL-0268",
    ["TYPE_SOFT"],
    ["ARITH:as_number"],
    ["col TYPE_RESPELLED likely"],
    "Spark computes with a text as with a floating number",
  ),
  rule(
    "FL-0269",
    ["TYPE_SOFT"],
    ["ARITH:spelled"],
    ["col VALUE possible"],
    "Spark writes the new type as it writes the old one, unless the values were spelled otherwise",
  ),
  rule(
    "FL-0270",
    ["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_SOFT", "TYPE_EQUATED"],
    ["ARITH:alike"],
    ["run ERROR likely"],
    "the function takes values of one type only, and Spark converts none for it",
  ),
];
