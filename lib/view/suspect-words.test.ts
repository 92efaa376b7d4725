import { describe, expect, it } from "vitest";
import type { Suspect } from "#lib/incidents/suspect.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { sayFault, sayKind, sayPlace } from "./suspect-words.ts";

const suspect = (given: Partial<Suspect> = {}): Suspect => ({
  asset: {
    id: assetId("superset", "best_channel"),
    namespace: "superset",
    name: "Best channel",
    shortName: "Best channel",
    kind: "chart",
  },
  fault: "its run fails",
  score: 1,
  terms: [],
  explains: [],
  contradicted: [],
  group: 1,
  cause: 1,
  ...given,
});

describe("a suspect in words", () => {
  it("what nobody told of is supposed", () => {
    expect(sayFault(suspect({ fault: "the column is dropped" }))).toBe(
      "perhaps the column is dropped",
    );
    expect(sayFault(suspect())).toBe("perhaps its run fails");
  });

  it("something that was deployed does not say what happened", () => {
    expect(sayFault(suspect({ change: { asset: "orders" } }))).toBe("perhaps its run fails");
  });

  it("a change that a log names and a run that failed are facts", () => {
    const change = { kind: "drop_column", asset: "orders", column: "amount" } as const;
    expect(
      sayFault(suspect({ fault: "the column is dropped", change: { asset: "orders", change } })),
    ).toBe("the column is dropped");
    expect(
      sayFault(suspect({ terms: [{ term: "failed_run", value: 2, text: "its last run failed" }] })),
    ).toBe("its run fails");
  });

  it("a chart is named with its dashboard", () => {
    const { asset } = suspect();
    expect(sayKind(asset)).toBe("chart");
    expect(sayKind({ ...asset, partOf: assetId("superset", "Revenue today") })).toBe(
      "chart of Revenue today",
    );
  });

  it("who stands before one with more points says why", () => {
    const list = [2.5, 1.9, 2.5, 1.9].map((score) => suspect({ score }));
    expect(list.map((_, at) => sayPlace(list, at))).toEqual([
      "",
      "before 3: what is filled from outside and what is built here take turns",
      "",
      "",
    ]);
    const second = [suspect({ score: 3 }), suspect({ score: 1, cause: 2 }), suspect({ score: 2 })];
    expect(sayPlace(second, 1)).toMatch(/^before 3: two causes/);
  });
});
