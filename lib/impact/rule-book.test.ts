import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COLUMN_USES } from "#lib/model/use.ts";
import { BOUNDARY_RULES, CAPPED_ROWS_RULES } from "./boundary.ts";
import { documentRules } from "./document-rules.ts";
import { isLane } from "./effects.ts";
import { COLUMN_LANES, RULES, ruleFor } from "./rule-book.ts";
import { ROW_SET_RULES, RUN_RULES } from "./rules/row-sets.ts";
import { SITUATIONS } from "./uses.ts";

test("no cell is empty by omission: every effect over every use has a rule, if only one that says why nothing follows", () => {
  const empty = COLUMN_USES.flatMap((use) =>
    COLUMN_LANES.filter((lane) => ruleFor(use, lane) === undefined).map(
      (lane) => `${use} x ${lane}`,
    ),
  );
  expect(empty).toEqual([]);
});

test("a rule's number means one rule, and each cell has one rule", () => {
  const ids = [
    ...RULES,
    ...ROW_SET_RULES,
    ...BOUNDARY_RULES,
    ...Object.values(RUN_RULES),
    ...CAPPED_ROWS_RULES,
  ].map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const cells = RULES.flatMap(({ on, uses }) =>
    on.flatMap((lane) => uses.map((use) => `${use} x ${lane}`)),
  );
  expect(cells.filter((cell, at) => cells.indexOf(cell) !== at)).toEqual([]);
});

test("rules speak of effects and uses that exist", () => {
  for (const { on, uses, gives } of RULES) {
    expect(on.every(isLane)).toBe(true);
    expect(uses.every((use) => SITUATIONS.includes(use))).toBe(true);
    expect(
      gives.every(
        (outcome) => outcome.split(" ")[1] === "same" || isLane(outcome.split(" ")[1] ?? ""),
      ),
    ).toBe(true);
  }
});

const PAGE = new URL("../../docs/verdicts.md", import.meta.url);

test("docs/verdicts.md lists every rule as it is in the code", () => {
  expect(existsSync(PAGE)).toBe(true);
  const lines = new Set(readFileSync(PAGE, "utf8").split("\n"));
  expect(documentRules().filter((line) => !lines.has(line))).toEqual([]);
});
