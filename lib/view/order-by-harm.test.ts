import { expect, it } from "vitest";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { compareHarm, orderByHarm } from "./order-by-harm.ts";

const change = (column: string) => ({ kind: "drop_column", asset: "readings", column }) as const;
const verdict = (word: ReviewedVerdict["verdict"], cause?: number): ReviewedVerdict => ({
  asset: `${word} ${cause ?? ""}`,
  name: word,
  verdict: word,
  certainty: "certain",
  ...(cause === undefined ? {} : { cause }),
});
const CHANGES = [change("kwh"), change("quality"), change("tariff")];
const ordered = (...verdicts: readonly ReviewedVerdict[]) =>
  orderByHarm(CHANGES, verdicts).map(({ column }) => column);

it("changes stand in the order of what they break: the worst, then the most, then as they were listed", () => {
  expect(ordered()).toEqual(["kwh", "quality", "tariff"]);
  expect(ordered(verdict("breaks_loudly"))).toEqual(["kwh", "quality", "tariff"]);
  expect(ordered(verdict("breaks_loudly", 1), verdict("degraded", 2))).toEqual([
    "quality",
    "tariff",
    "kwh",
  ]);
  const silent = verdict("breaks_silently", 2);
  const failing = [verdict("breaks_loudly", 1), verdict("breaks_loudly", 1)];
  expect(ordered(silent, ...failing)).toEqual(["tariff", "quality", "kwh"]);
  expect(ordered(verdict("breaks_loudly", 2), ...failing)).toEqual(["quality", "tariff", "kwh"]);
});

it("reviews stand in the order of the worst that they do, to whom, and to how many", () => {
  const fails = verdict("breaks_loudly", 0);
  const order = {
    silent: [verdict("breaks_silently", 0)],
    important: [{ ...fails, tier: 1 as const }],
    many: [fails, fails],
    one: [fails],
    minor: [{ ...fails, tier: 4 as const }],
    late: [verdict("degraded", 0)],
    nobody: [],
  };
  const sorted = Object.entries(order)
    .reverse()
    .sort(([, a], [, b]) => compareHarm({ verdicts: a }, { verdicts: b }));
  expect(sorted.map(([name]) => name)).toEqual(Object.keys(order));
});
