import { expect, it } from "vitest";
import { buildBlastFixture } from "./fixtures/blast-answer.fixture.ts";
import { ownersAsked } from "./owners-asked.ts";

const { assessment } = buildBlastFixture();

it("each owner of something that is not proved unaffected is asked once", () => {
  const asked = ownersAsked(assessment);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked).toEqual([...new Set(asked)].sort());
  for (const { asset, verdict } of assessment.verdicts)
    if (verdict !== "unaffected" && asset.owner !== undefined) expect(asked).toContain(asset.owner);
});

it("nobody is asked where all stays right, and the changed itself asks nobody", () => {
  const verdicts = assessment.verdicts.map((one) => ({ ...one, verdict: "unaffected" as const }));
  expect(ownersAsked({ ...assessment, verdicts })).toEqual([]);
  const [first] = assessment.verdicts;
  if (first === undefined) throw new Error("the company has no verdict");
  const changes = assessment.changes.map((change) => ({ ...change, asset: first.asset }));
  expect(ownersAsked({ ...assessment, changes, verdicts: [first] })).toEqual([]);
});
