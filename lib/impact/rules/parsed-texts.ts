import { rule } from "./rule.ts";

/** Other values of a text that a strict form reads: a date as text, most of all. */
export const PARSED_TEXT_RULES = [
  rule(
    "FL-0459",
    ["VALUE", "UNIT", "SHIFTED"],
    ["ARITH:parses"],
    ["col VALUE likely", "run ERROR possible"],
    "the other text may not be of the form in which it is read",
  ),
  rule(
    "FL-0533",
    ["ENUM_ADDED", "ENUM_REMOVED"],
    ["ARITH:parses"],
    ["run ERROR likely"],
    "the new value may not be of the form in which the text is read",
  ),
];
