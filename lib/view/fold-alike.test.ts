import { describe, expect, it } from "vitest";
import type { BecauseStep } from "#lib/impact/assessment.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { groupSteps } from "./because-groups.ts";
import { foldAlike } from "./fold-alike.ts";

const step = (asset: string, given: Partial<BecauseStep> = {}): BecauseStep => ({
  node: `run:${asset}`,
  asset: assetId("graph", asset),
  effect: "STALE",
  certainty: "certain",
  rule: "FL-1201",
  text: "the build above is late",
  ...given,
});

const chain = (length: number) => Array.from({ length }, (_, at) => step(`wh.step_${at}`));

const fold = (steps: readonly BecauseStep[]) =>
  foldAlike(groupSteps(steps)).map(({ alike, groups }) => [alike, groups.length]);

describe("a way of many hops", () => {
  it("tells the first and the last of those that say the same, and folds what lies between", () => {
    const change = step("wh.start", { effect: "GONE", text: "the column is dropped" });
    expect(fold([change, ...chain(60)])).toEqual([
      [false, 1],
      [false, 1],
      [true, 58],
      [false, 1],
    ]);
  });

  it("tells a few as they are", () => {
    expect(fold(chain(4))).toEqual([[false, 4]]);
  });

  it("is cut where something else happens, is less certain, or is written as an expression", () => {
    for (const other of [
      { text: "aggregates skip nulls" },
      { effect: "NULLS" as const },
      { certainty: "possible" as const },
      { expression: "sum(amount)" },
      { skipped: 12 },
    ]) {
      const steps = [...chain(5), step("wh.other", other), ...chain(5).reverse()];
      expect(fold(steps).filter(([alike]) => alike)).toEqual([
        [true, 3],
        [true, 3],
      ]);
    }
  });

  it("loses no asset and keeps their order", () => {
    const groups = groupSteps([...chain(9), step("wh.x", { expression: "a + b" }), step("wh.y")]);
    expect(foldAlike(groups).flatMap((stretch) => stretch.groups)).toEqual(groups);
  });
});
