import { expect, it } from "vitest";
import { buildBlastFixture } from "./fixtures/blast-answer.fixture.ts";
import { ownersAsked } from "./owners-asked.ts";

const { assessment } = buildBlastFixture();

it("each owner of something that is not proved unaffected is asked once", () => {
  const { owners: asked } = ownersAsked(assessment);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked).toEqual([...new Set(asked)].sort());
  for (const { asset, verdict } of assessment.verdicts)
    if (verdict !== "unaffected" && asset.owner !== undefined) expect(asked).toContain(asset.owner);
});

it("nobody is asked where all stays right, and the changed itself asks nobody", () => {
  const verdicts = assessment.verdicts.map((one) => ({ ...one, verdict: "unaffected" as const }));
  expect(ownersAsked({ ...assessment, verdicts })).toEqual({ owners: [], unowned: 0 });
  const [first] = assessment.verdicts;
  if (first === undefined) throw new Error("the company has no verdict");
  const changes = assessment.changes.map((change) => ({ ...change, asset: first.asset }));
  expect(ownersAsked({ ...assessment, changes, verdicts: [first] })).toEqual({
    owners: [],
    unowned: 0,
  });
});

it("what nobody owns is counted, since somebody has to answer for it", () => {
  const { owners } = ownersAsked(assessment);
  const verdicts = assessment.verdicts.map((one) =>
    one.asset.owner === owners[0] ? { ...one, asset: { ...one.asset, owner: undefined } } : one,
  ) as typeof assessment.verdicts;
  const now = ownersAsked({ ...assessment, verdicts });
  expect(now.owners).toEqual(owners.slice(1));
  expect(now.unowned).toBeGreaterThan(ownersAsked(assessment).unowned);
});
