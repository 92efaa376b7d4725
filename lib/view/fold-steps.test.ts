import { expect, it } from "vitest";
import type { BecauseStep } from "#lib/impact/assessment.ts";
import { foldSteps } from "./fold-steps.ts";

const step = (node: string, text: string, more: Partial<BecauseStep> = {}): BecauseStep => ({
  node,
  asset: node as BecauseStep["asset"],
  effect: "ERROR",
  certainty: "certain",
  rule: text === "a step inside it fails" ? "FL-1203" : "FL-1201",
  text,
  ...more,
});
const INSIDE = "a step inside it fails";
const shown = (steps: readonly BecauseStep[]) =>
  foldSteps(steps).map(({ node, text }) => [node, text]);

it("a query that fails by a part of it fails once, for the reason that its part gives", () => {
  const way = [
    step("col:t.a", "the column is dropped", { effect: "GONE" }),
    step("run:mix", "names a column that no longer exists", { inside: "group by" }),
    step("run:mix", INSIDE, { inside: "Mix" }),
    step("run:mix", INSIDE),
    step("run:top", "reads a view that can no longer be evaluated"),
    step("run:top", INSIDE),
  ];
  expect(shown(way)).toEqual([
    ["col:t.a", "the column is dropped"],
    ["run:mix", "names a column that no longer exists"],
    ["run:top", "reads a view that can no longer be evaluated"],
  ]);
});

it("what happens to another thing, in another way or after a gap keeps its line", () => {
  const way = [
    step("run:mix", INSIDE),
    step("run:top", INSIDE),
    step("run:top", INSIDE, { certainty: "likely" }),
    step("run:top", INSIDE, { certainty: "likely", skipped: 4 }),
    step("run:top", "is late", { effect: "STALE", certainty: "likely" }),
  ];
  expect(foldSteps(way)).toEqual(way);
});
