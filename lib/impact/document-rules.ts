import { TRAIT } from "#lib/graph/snapshot.ts";
import { BOUNDARY_RULES, type BoundaryRule, CAPPED_ROWS_RULES } from "./boundary.ts";
import { LANES, laneNumber, publicEffect } from "./effects.ts";
import { RULES } from "./rule-book.ts";
import { ROW_SET_RULES, RUN_RULES } from "./rules/row-sets.ts";

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(" ");

const shown = (lane: string): string => {
  const known = LANES[laneNumber(lane as never)];
  return known === undefined || publicEffect(known) === lane
    ? lane
    : `${lane} (${publicEffect(known)})`;
};

function gives(outcomes: readonly string[]): string {
  if (outcomes.length === 0) return "stops here";
  return outcomes
    .map((outcome) => {
      const [slot, effect, certainty] = outcome.split(" ");
      const place = slot === "col" ? "column" : slot;
      return `${place}: ${effect === "same" ? "the same" : effect}, ${certainty}`;
    })
    .join("; ");
}

/** The rules as tables in Markdown, one line for each: the part of docs/verdicts.md that is held to the code. */
export function documentRules(): readonly string[] {
  const head = ["| rule | effect | use | gives | because |", "|---|---|---|---|---|"];
  const columns = RULES.map(
    (rule) =>
      `| ${rule.id} | ${code(rule.on.map(shown))} | ${code(rule.uses)} | ${gives(rule.gives)} | ${rule.text} |`,
  );
  const rows = ROW_SET_RULES.map(
    (rule) =>
      `| ${rule.id} | ${code(rule.on.map(shown))} | rows ${code(rule.rows)} | ${gives(rule.gives.map(([effect, certainty]) => `rows ${effect} ${certainty}`))} | ${rule.text} |`,
  );
  const runs = Object.values(RUN_RULES).map(
    (rule) => `| ${rule.id} | a run above | | run | ${rule.text} |`,
  );
  const own = BOUNDARY_RULES.map(
    (rule) =>
      `| ${rule.id} | ${code(rule.on.map(shown))} | ${sourceOf(rule)} | ${outcomeOf(rule)} | ${rule.text} |`,
  );
  const capped = CAPPED_ROWS_RULES.map(
    ({ id, on, source, text }) =>
      `| ${id} | ${code(on)} | ${source} | rows: the same, possible | ${text} |`,
  );
  return [...head, ...columns, ...rows, ...runs, ...own, ...capped];
}

function sourceOf({ trait }: BoundaryRule): string {
  if ((trait & TRAIT.alwaysNull) !== 0) return "the table's own query";
  const isObserved = (trait & (TRAIT.onlyNulls | TRAIT.empty)) !== 0;
  return isObserved ? "what was observed" : "the table's own policy";
}

function outcomeOf({ error, cap }: BoundaryRule): string {
  if (error !== undefined) return `run: ERROR, ${error === 3 ? "certain" : "likely"}`;
  if (cap === undefined) return "stops here";
  return `column: the same, ${cap === 1 ? "possible" : "likely"}`;
}
