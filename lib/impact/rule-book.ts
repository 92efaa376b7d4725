import { LANES, type Lane } from "./effects.ts";
import { ADDED_RULES } from "./rules/added.ts";
import { CONDITION_RULES } from "./rules/conditions.ts";
import { DECIDING_VALUE_RULES } from "./rules/deciding-values.ts";
import { ENUM_RULES } from "./rules/enums.ts";
import { FIRST_ROWS_RULES } from "./rules/first-rows.ts";
import { KEY_RULES } from "./rules/keys.ts";
import { NULL_RULES } from "./rules/nulls.ts";
import { PARSED_TEXT_RULES } from "./rules/parsed-texts.ts";
import { POSITION_RULES } from "./rules/position.ts";
import { REGROUPED_RULES } from "./rules/regrouped.ts";
import { REMOVED_RULES } from "./rules/removed.ts";
import { ROW_MEMBERSHIP_RULES } from "./rules/row-membership.ts";
import { ROWS_OVER_COLUMN_RULES } from "./rules/rows.ts";
import type { Rule } from "./rules/rule.ts";
import { TYPE_RULES } from "./rules/type-changed.ts";
import { TYPE_CONVERTED_RULES } from "./rules/type-converted.ts";
import { TYPE_EQUATED_RULES } from "./rules/type-equated.ts";
import { TYPE_KEPT_RULES } from "./rules/type-kept.ts";
import { TYPE_KNOWN_USE_RULES } from "./rules/type-known-use.ts";
import { TYPE_RECAST_RULES } from "./rules/type-recast.ts";
import { UNKNOWN_RULES } from "./rules/unknown.ts";
import { VALUE_RULES } from "./rules/values.ts";
import { baseUse, type Situation } from "./uses.ts";

/** Every rule over columns, in the order of the documentation. */
export const RULES: readonly Rule[] = [
  ...REMOVED_RULES,
  ...TYPE_RULES,
  ...TYPE_KNOWN_USE_RULES,
  ...TYPE_RECAST_RULES,
  ...TYPE_EQUATED_RULES,
  ...TYPE_KEPT_RULES,
  ...TYPE_CONVERTED_RULES,
  ...NULL_RULES,
  ...VALUE_RULES,
  ...ENUM_RULES,
  ...PARSED_TEXT_RULES,
  ...CONDITION_RULES,
  ...DECIDING_VALUE_RULES,
  ...ADDED_RULES,
  ...POSITION_RULES,
  ...KEY_RULES,
  ...ROWS_OVER_COLUMN_RULES,
  ...ROW_MEMBERSHIP_RULES,
  ...REGROUPED_RULES,
  ...FIRST_ROWS_RULES,
  ...UNKNOWN_RULES,
];

const BY_CELL = new Map<string, Rule>();
for (const rule of RULES) {
  for (const use of rule.uses) for (const lane of rule.on) BY_CELL.set(`${use}|${lane}`, rule);
}

/** The rule for one cell; a refined situation falls back to its use. Absent where a combination cannot occur. */
export const ruleFor = (situation: Situation, lane: Lane): Rule | undefined =>
  BY_CELL.get(`${situation}|${lane}`) ?? BY_CELL.get(`${baseUse(situation)}|${lane}`);

/** The lanes that a column or a row set can hold: what rules over columns must all speak of. */
export const COLUMN_LANES: readonly Lane[] = LANES.filter(
  (lane) => lane !== "ERROR" && lane !== "STALE" && lane !== "TABLE_GONE" && lane !== "NEW_FEATURE",
);
