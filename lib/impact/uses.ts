import { COLUMN_USES, type Use } from "#lib/model/use.ts";

/**
 * A use, told apart further where the query is known well enough: `is null` in a filter does not care about values, the
 * preserved side of a left join is not nulled, `count(c)` in a plan is really a count. A refined situation follows the
 * rules of its use wherever no rule of its own speaks.
 */
export const REFINED_USES = {
  "FILTER:first": "FILTER",
  "GROUP_BY:picked": "GROUP_BY",
  "WINDOW:picks": "WINDOW",
  "WINDOW:picks_maybe": "WINDOW",
  "FILTER:nullness": "FILTER",
  "FILTER:value_nullness": "FILTER",
  "FILTER:equals": "FILTER_IN",
  "FILTER:equals_text": "FILTER_IN",
  "FILTER:differs": "FILTER",
  "FILTER:compares": "FILTER",
  "FILTER_IN:plan": "FILTER_IN",
  "FILTER_IN:text": "FILTER_IN",
  "JOIN_LEFT:optional": "JOIN_LEFT",
  "JOIN_LEFT:preserved": "JOIN_LEFT",
  "JOIN_INNER:unnest": "JOIN_INNER",
  "SORT:plain": "SORT",
  "AGG_COUNT:plan": "AGG_COUNT",
  "AGG_IDEMPOTENT:plan": "AGG_IDEMPOTENT",
  "AGG_IDEMPOTENT:any": "AGG_IDEMPOTENT",
  "AGG_SUM:text": "AGG_SUM",
  "GROUP_BY:plan": "GROUP_BY",
  "GROUP_BY:rows": "GROUP_BY",
  "GROUP_BY:computed": "GROUP_BY",
  "AGG_SUM:additive": "AGG_SUM",
  "AGG_SUM:mean": "AGG_SUM",
  "COALESCE:fallback": "COALESCE",
  "CONDITIONAL:equals": "CONDITIONAL",
  "CONDITIONAL_NO_ELSE:equals": "CONDITIONAL_NO_ELSE",
  "CONDITIONAL:nullness": "CONDITIONAL",
  "CONDITIONAL_NO_ELSE:nullness": "CONDITIONAL_NO_ELSE",
  "ARITH:text": "ARITH",
  "ARITH:letters": "ARITH",
  "ARITH:whole": "ARITH",
  "ARITH:divides": "ARITH",
  "ARITH:counts": "ARITH",
  "ARITH:refused": "ARITH",
  "ARITH:holds": "ARITH",
  "AGG_SUM:any": "AGG_SUM",
  "AGG_SUM:distinct": "AGG_SUM",
  "AGG_SUM:text_distinct": "AGG_SUM",
  "WINDOW:computed": "WINDOW",
  "SORT:limit": "SORT",
  "COALESCE:text": "COALESCE",
  "FILTER:set": "FILTER",
  "ARITH:nullness": "ARITH",
  "ARITH:compares": "ARITH",
  "ARITH:call": "ARITH",
  "WINDOW:partition": "WINDOW",
  "WINDOW:order": "WINDOW",
  "CONDITIONAL_NO_ELSE:pivot": "CONDITIONAL_NO_ELSE",
  "CAST:safe": "CAST",
  "CAST:plain": "CAST",
  "CAST:text": "CAST",
  "LENIENT_READ:typed": "LENIENT_READ",
  "LENIENT_READ:queried": "LENIENT_READ",
  "STRICT_READ:declared": "STRICT_READ",
  "SKIP_BAD_ROWS_READ:typed": "SKIP_BAD_ROWS_READ",
  "IDENTITY:carry": "IDENTITY",
  "IDENTITY:fixed": "IDENTITY",
  "IDENTITY:shown": "IDENTITY",
  "IDENTITY:into": "IDENTITY",
  "IDENTITY:distinct": "IDENTITY",
  "IDENTITY:scalar": "IDENTITY",
  "IDENTITY:optional": "IDENTITY",
  "IDENTITY:set": "IDENTITY",
  "IDENTITY:set_all": "IDENTITY",
  "POSITIONAL:set": "POSITIONAL",
  "EXISTS:value": "EXISTS",
  "STAR:optional": "STAR",
  "UNQUALIFIED:plan": "UNQUALIFIED",
  "NOT_USED:named": "NOT_USED",
  "WHOLE:part": "IDENTITY",
  "WHOLE:unknown": "UNKNOWN",
} as const satisfies Record<string, Use>;

export type RefinedUse = keyof typeof REFINED_USES;
export type Situation = Use | RefinedUse;

export const SITUATIONS: readonly Situation[] = [
  ...COLUMN_USES,
  ...(Object.keys(REFINED_USES) as RefinedUse[]),
];

export const baseUse = (situation: Situation): Use =>
  situation in REFINED_USES ? REFINED_USES[situation as RefinedUse] : (situation as Use);
