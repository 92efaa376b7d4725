import { beforeEach, expect, it } from "vitest";
import { assetId } from "#lib/model/asset-id.ts";
import type { GatePage } from "#lib/review/gate-page.ts";
import { GATE_RUN } from "#lib/review/gate-run.fixture.ts";
import type { GateRun } from "#lib/review/gate-run.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { judgeFinding, listGateRuns, recordGateRun } from "./gate-runs.ts";
import { showGate } from "./show-gate.ts";

let store: LineageStore;
beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

const run = (at: string, rest: Partial<GateRun> = {}): GateRun => ({
  at,
  actor: "ci",
  ...GATE_RUN,
  findings: GATE_RUN.findings.map((one) => ({ ...one, asset: assetId("sql", "revenue") })),
  ...rest,
});

async function keep(at: string, rest: Partial<GateRun> = {}): Promise<void> {
  const kept = await recordGateRun(store, { run: run(at, rest), keepDays: 60 });
  if (!kept.ok) throw new Error(kept.error.message);
}

async function page(now: string): Promise<GatePage> {
  const shown = await showGate(store, { now });
  if (!shown.ok) throw new Error(shown.error.message);
  return shown.value;
}

const kept = async (): Promise<readonly string[]> => {
  const runs = await listGateRuns(store);
  return runs.ok ? runs.value.map(({ at }) => at.slice(0, 10)) : [];
};

it("runs of months that lie further back than the policy keeps become the counts of their month", async () => {
  await keep("2026-01-05T09:00:00Z", { key: "shop#1" });
  await keep("2026-01-31T09:00:00Z", { key: "shop#2", outcome: "passed", findings: [] });
  const { misses } = await page("2026-02-01T00:00:00Z");
  expect(misses).toEqual([]);
  const wrong = { fingerprint: "aaaa", says: "wrong", because: "x", actor: "a" } as const;
  await judgeFinding(store, { ...wrong, at: "2026-02-01T09:00:00Z" });
  await keep("2026-03-01T09:00:00Z");
  expect(await kept()).toEqual(["2026-01-05", "2026-01-31", "2026-03-01"]);
  const before = await page("2026-04-02T09:00:00Z");
  await keep("2026-04-02T09:00:00Z");
  expect(await kept()).toEqual(["2026-03-01", "2026-04-02"]);
  const after = await page("2026-04-02T09:00:00Z");
  expect(after.months.map(({ month }) => month)).toEqual(["2026-04", "2026-03", "2026-01"]);
  const january = { runs: 2, changes: 2, wouldHaveStopped: 1, findings: 1, wrong: 1 };
  expect(after.months.at(-1)).toEqual(before.months.at(-1));
  expect(after.months.at(-1)?.summary).toMatchObject(january);
});

it("what was judged stays on the list of misses when its runs are gone", async () => {
  await keep("2026-01-05T09:00:00Z");
  const wrong = { fingerprint: "aaaa", says: "wrong", because: "x", actor: "a" } as const;
  await judgeFinding(store, { ...wrong, at: "2026-01-06T09:00:00Z" });
  await keep("2026-09-01T09:00:00Z", { findings: [] });
  const { misses } = await page("2026-09-01T09:00:00Z");
  expect(misses.map(({ finding }) => finding.name)).toEqual(["revenue"]);
  const right = { fingerprint: "aaaa", says: "right", because: "y", actor: "b" } as const;
  expect((await judgeFinding(store, { ...right, at: "2026-09-02T09:00:00Z" })).ok).toBe(true);
});

it("counts are written once, also where a process ended before it deleted what it counted", async () => {
  await keep("2026-01-05T09:00:00Z");
  await store.putRecord("gate-months", "2026-01", { month: "2026-01", summary: { runs: 7 } }, 0);
  await keep("2026-09-01T09:00:00Z");
  expect(await kept()).toEqual(["2026-09-01"]);
  const { months } = await page("2026-09-01T09:00:00Z");
  expect(months.find(({ month }) => month === "2026-01")?.summary.runs).toBe(7);
});

it("a change is listed as stopped once, by the worst of its runs, and says that it passed later", async () => {
  const key = { key: "shop#1", link: "https://git.example/shop/1" };
  await keep("2026-03-01T09:00:00Z", key);
  await keep("2026-03-01T10:00:00Z", { ...key, outcome: "blocked" });
  await keep("2026-03-01T11:00:00Z", { ...key, outcome: "passed", findings: [] });
  await keep("2026-03-02T09:00:00Z", { outcome: "passed", findings: [] });
  const { stopped, moreStopped } = await page("2026-03-03T09:00:00Z");
  expect(moreStopped).toBe(0);
  expect(stopped).toMatchObject([
    { ...key, at: "2026-03-01T11:00:00Z", runs: 3, outcome: "blocked", passedLater: true },
  ]);
  expect(stopped[0]?.findings.map(({ name }) => name)).toEqual(["revenue"]);
});
