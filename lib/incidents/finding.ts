import type { Lane } from "#lib/impact/effects.ts";

/** What a check found in data that it could read: what kind of test it was that failed. */
export const FINDINGS = ["nulls", "duplicates", "values", "orphans", "rows"] as const;
export type Finding = (typeof FINDINGS)[number];

const OTHER_VALUES: readonly Lane[] = [
  "VALUE",
  "UNIT",
  "SHIFTED",
  "ENUM_ADDED",
  "ENUM_REMOVED",
  "TYPE_LOSSY",
];
const OTHER_ROWS: readonly Lane[] = ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "REGROUPED", "THINNED"];

/** The effects that make a check of each kind fail. That a column is gone is none of them: nothing could be counted in it. */
const MADE_BY: Readonly<Record<Finding, ReadonlySet<Lane>>> = {
  nulls: new Set<Lane>(["NULLS"]),
  duplicates: new Set<Lane>(["ROWS_EXTRA", "GRAIN", "KEY_LOST", "VALUE", "UNIT", "TYPE_LOSSY"]),
  values: new Set(OTHER_VALUES),
  // Whose partners are missing cannot be seen from here: another value, or a row more, has none.
  orphans: new Set<Lane>([...OTHER_VALUES, "ROWS_EXTRA"]),
  rows: new Set(OTHER_ROWS),
};

/** Whether any of these effects would make such a check fail. */
export const makesFinding = (finding: Finding, lanes: Iterable<Lane>): boolean => {
  const made = MADE_BY[finding];
  for (const lane of lanes) if (made.has(lane)) return true;
  return false;
};

/** Whole words: a column may be called `consumer` or `trade_volumes`. */
const NAMES: readonly (readonly [RegExp, Finding])[] = [
  [/\b(?:row ?counts?|table rows?|volume|number of rows|table size)\b/, "rows"],
  [
    /\b(?:relationships?|foreign ?keys?|referential|orphan(?:s|ed)?|values? in (?:table|reference))\b/,
    "orphans",
  ],
  [
    /\b(?:(?:not|non|no|never)(?: be)? ?nulls?|null (?:counts?|percent(?:age)?|rates?|ratio|shares?)|missing|completeness)\b/,
    "nulls",
  ],
  [/\b(?:unique|uniqueness|duplicate[sd]?|duplication|distinct counts?)\b/, "duplicates"],
  [
    /\b(?:accepted|(?:in|of) (?:type )?(?:set|list)|between|in range|regex|patterns?|(?:in)?valid(?:ity)?|min(?:imum)?|max(?:imum)?|mean|median|sum|formats?)\b/,
    "values",
  ],
];

/**
 * What a check looks for, by the name its tool gives it: `not_null_orders_amount`, `expect_column_values_to_not_be_null`,
 * `missing_percent(amount) < 5`. What is said first counts, since the names of tables and columns come after it:
 * `non_null_proportion_between` is about nulls, `accepted_range_orders_volume` about values. Undefined: the name does not say.
 */
export function findingOf(check: string): Finding | undefined {
  const words = check
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ");
  let first: { readonly at: number; readonly finding: Finding } | undefined;
  for (const [pattern, finding] of NAMES) {
    const at = words.search(pattern);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, finding };
  }
  return first?.finding;
}

/** As the part of a signal that it is. */
export const asFound = (found: Finding | undefined): { readonly found?: Finding } =>
  found === undefined ? {} : { found };
