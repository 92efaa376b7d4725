import { LANES } from "../effects.ts";
import { SITUATIONS } from "../uses.ts";
import { rule } from "./rule.ts";

/** Where the lineage is too coarse: never read as safe. */
export const UNKNOWN_RULES = [
  rule(
    "FL-1001",
    LANES.filter((lane) => !["ERROR", "STALE", "TABLE_GONE", "NEW_FEATURE"].includes(lane)),
    ["UNKNOWN", "WHOLE:unknown"],
    ["col UNKNOWN certain"],
    "reads this table, and which columns it uses is not known",
  ),
  rule(
    "FL-1002",
    ["UNKNOWN"],
    SITUATIONS.filter(
      (use) =>
        ![
          "UNKNOWN",
          "WHOLE:unknown",
          "UNKNOWN:column",
          "EXISTS",
          "NOT_USED",
          "NOT_USED:named",
          "UNQUALIFIED",
        ].includes(use),
    ),
    ["col UNKNOWN certain"],
    "what arrives here is not known",
  ),
  rule(
    "FL-1003",
    ["UNKNOWN"],
    ["EXISTS", "NOT_USED", "UNQUALIFIED"],
    [],
    "does not use what is not known",
  ),
  rule(
    "FL-1004",
    ["NEW", "NEW_NAME", "POS"],
    ["UNKNOWN:column"],
    [],
    "what the column is made of is not told, and it was made before this one came or moved",
  ),
];
