import { expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { GateMiss, GateRun, LoggedFinding } from "./gate-run.ts";
import { summariseGate } from "./summarise-gate.ts";

const finding = (fingerprint: string): LoggedFinding => ({
  fingerprint,
  change: { kind: "drop_column", asset: "orders", column: "amount" },
  asset: assetId("sql", "revenue"),
  name: "revenue",
  verdict: "breaks_loudly",
  certainty: "certain",
  counts: true,
  waived: false,
});

const run = (at: string, rest: Partial<GateRun>): GateRun => ({
  at: `2026-03-0${at}T09:00:00Z`,
  actor: "ci",
  base: "main",
  head: "pull",
  policy: "1",
  outcome: "passed",
  seconds: 4,
  changes: 1,
  found: 0,
  counted: 0,
  findings: [],
  ...rest,
});

const miss = (fingerprint: string, ...says: readonly ("wrong" | "right")[]): GateMiss => ({
  fingerprint,
  finding: finding(fingerprint),
  entries: says.map((word) => ({ at: "2026-03-09", actor: "a", says: word, because: "b" })),
});

it("several runs of one pull request are tries of one change: stopped once, and passed later", () => {
  const runs = [
    run("3", { key: "shop#1" }),
    run("1", { key: "shop#1", outcome: "blocked", findings: [finding("a"), finding("b")] }),
    run("2", { key: "shop#1", outcome: "blocked", findings: [finding("a")] }),
    run("2", { key: "shop#2", outcome: "would_block", findings: [finding("c")] }),
    run("4", {}),
    run("5", {}),
  ];
  expect(summariseGate(runs, [])).toMatchObject({
    runs: 6,
    changes: 4,
    stopped: 1,
    wouldHaveStopped: 1,
    passedLater: 1,
    findings: 3,
    wrong: 0,
  });
});

it("a finding counts as wrong while the last word says so, and only where it was a reason to stop", () => {
  const runs = [
    run("1", { outcome: "blocked", findings: [finding("a"), { ...finding("b"), counts: false }] }),
  ];
  expect(summariseGate(runs, [miss("a", "wrong"), miss("b", "wrong")]).wrong).toBe(1);
  expect(summariseGate(runs, [miss("a", "wrong", "right")]).wrong).toBe(0);
  expect(summariseGate(runs, [miss("z", "wrong")]).wrong).toBe(0);
});

it("the time added is that of all runs, with median and nine of ten", () => {
  const runs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30].map((seconds) => run("1", { seconds }));
  expect(summariseGate(runs, []).seconds).toEqual({ total: 75, median: 5, p90: 9 });
  expect(summariseGate([], []).seconds).toBeUndefined();
});
