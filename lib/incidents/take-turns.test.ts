import { describe, expect, it } from "vitest";
import type { SuspectTerm } from "./suspect.ts";
import { takeTurns } from "./take-turns.ts";
import { DEFAULT_TRIAGE_WEIGHTS } from "./triage-weights.ts";

const NAMES = { source: -0.9, model: -1.5 } as const;

/** `source a` is filled from outside, `model b` is built here, `symptom c` too and is itself broken. */
function suspect(text: string, evidence = 3) {
  const [kind = "", name = ""] = text.split(" ");
  const isOutside = kind === "source";
  const value = isOutside ? NAMES.source : NAMES.model;
  const terms: SuspectTerm[] = [
    { term: "symptoms", value: evidence, text: "" },
    { term: "no_change", value, text: "" },
  ];
  return {
    name,
    candidate: { isOutside, ...(kind === "symptom" ? { ownState: "broken" as const } : {}) },
    score: evidence + value,
    terms,
  };
}

const order = (
  ranked: readonly ReturnType<typeof suspect>[],
  { weights = DEFAULT_TRIAGE_WEIGHTS, isLogKept = false } = {},
) => takeTurns({ ranked, causeOf: () => 1, weights, isLogKept }).map(({ name }) => name);

describe("suspects that only their place tells apart", () => {
  it("a source stays before the models between it and what is broken", () => {
    const ranked = ["source a", "symptom z", "model b"].map((text) => suspect(text));
    expect(order(ranked)).toEqual(["a", "b", "z"]);
  });

  it("three sources do not hide the model that reads all of them", () => {
    const ranked = ["source a", "source b", "source c", "symptom z", "model m"];
    expect(order(ranked.map((text) => suspect(text)))).toEqual(["m", "a", "z", "b", "c"]);
  });

  it("one that explains more keeps its place", () => {
    const ranked = [suspect("model m", 6), ...["source a", "model b"].map((text) => suspect(text))];
    expect(order(ranked)).toEqual(["m", "a", "b"]);
  });

  it("without any preference by place the order stays as it is", () => {
    const ranked = ["source a", "source b", "source c", "model m"].map((text) => suspect(text));
    const weights = { ...DEFAULT_TRIAGE_WEIGHTS, noChange: -0.9 };
    expect(order(ranked, { weights })).toEqual(["a", "b", "c", "m"]);
  });

  it("where a log is kept, what it does not name is rather outside, however many sources there are", () => {
    const ranked = ["source a", "source b", "source c", "model m"].map((text) => suspect(text));
    expect(order(ranked, { isLogKept: true })).toEqual(["a", "m", "b", "c"]);
  });

  it("a model does not hide every source by a little more evidence", () => {
    const ranked = [
      ...["model l", "model m", "model n"].map((text) => suspect(text, 4.5)),
      ...["source a", "source b"].map((text) => suspect(text, 3.8)),
    ];
    expect(order(ranked)).toEqual(["a", "l", "b", "m", "n"]);
  });
});
