import { expect, it } from "vitest";
import type { LoggedChange } from "./suspect.ts";
import { DEFAULT_TRIAGE_WEIGHTS as WEIGHTS } from "./triage-weights.ts";
import { weighLog } from "./weigh-log.ts";

const NOW = "2026-03-03T06:00:00Z";

const weighed = ({ changed, of, at }: { changed: number; of: number; at?: string }) => {
  const change: LoggedChange = { asset: "t", ...(at === undefined ? {} : { at }) };
  const changesAt = new Map(Array.from({ length: changed }, (_, asset) => [asset, [change]]));
  return weighLog({ weights: WEIGHTS, changesAt, assetCount: of, now: NOW });
};

it("takes a change for less where a third of all tables changed last night, and for more where one did", () => {
  const many = weighed({ changed: 300, of: 900, at: NOW });
  const one = weighed({ changed: 1, of: 900, at: NOW });
  expect(many.change.recent).toBeLessThan(WEIGHTS.change.recent - 1);
  expect(one.change.recent).toBeGreaterThan(WEIGHTS.change.recent + 1);
  expect(many.noChange).toBeGreaterThan(WEIGHTS.noChange);
  expect(one.noChange).toBeLessThan(WEIGHTS.noChange);
});

it("leaves the weights as they are where the usual share changed", () => {
  const usual = weighed({ changed: 45, of: 900, at: NOW });
  expect(usual.change.recent).toBeCloseTo(WEIGHTS.change.recent);
  expect(usual.noChangeOutside).toBeCloseTo(WEIGHTS.noChangeOutside);
});

it("does not count what changed long ago, and counts a change without a time as a day old", () => {
  const old = weighed({ changed: 300, of: 900, at: "2026-01-01T00:00:00Z" });
  expect(old.change.recent).toBeCloseTo(weighed({ changed: 0, of: 900 }).change.recent);
  const undated = weighed({ changed: 300, of: 900 });
  const dated = weighed({ changed: 300, of: 900, at: "2026-03-02T06:00:00Z" });
  expect(undated.change.recent).toBeCloseTo(dated.change.recent);
});

it("does not believe a graph of five tables of which one changed that a fifth always changes", () => {
  const small = weighed({ changed: 1, of: 5, at: NOW });
  expect(Math.abs(small.change.recent - WEIGHTS.change.recent)).toBeLessThan(0.2);
});
