import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Assessment } from "#lib/impact/assessment.ts";
import { openStore } from "#lib/store/open-store.ts";
import { answerImpact } from "#lib/usecases/ask/answer-impact.ts";
import { readWeights } from "#lib/usecases/gate/read-gate-files.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { openWorkspace } from "#lib/usecases/graph/workspace.ts";
import { runIn } from "./run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-weights-"));
  write("base/mesh.json", mesh(["id", "amount"]));
  write("head/mesh.json", mesh(["id"]));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mesh = (columns: readonly string[]): string =>
  JSON.stringify({
    assets: [
      { id: "orders", kind: "table", columns: columns.map((name) => ({ name })) },
      {
        id: "board",
        kind: "report",
        tier: 1,
        queries: [{ name: "q", sql: "select sum(amount) as total from orders" }],
      },
    ],
  });

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const run = (...argv: readonly string[]) => runIn(folder, argv);

const DROP = { kind: "drop_column", ref: "orders.amount" } as const;

/** What `impact` on files and on a store, `check` and a server say of the report. */
async function pointsEverywhere() {
  const json = ["--format", "json"];
  const files = await run("impact", "orders.amount", "--from", "base", ...json);
  await run("ingest", "base", "--store", "file:store");
  const stored = await run("impact", "orders.amount", "--store", "file:store", ...json);
  const check = JSON.parse(
    (await run("check", "--base", "base", "--head", "head", "--no-record", ...json)).out,
  ) as CheckAnswer;
  const weights = await readWeights(folder);
  if (!weights.ok) throw new Error(weights.error.message);
  const workspace = openWorkspace({
    open: () => openStore(`file:${join(folder, "store")}`, {}),
    now: () => new Date("2026-03-03T09:00:00Z"),
    weights: () => Promise.resolve(weights.value),
  });
  const view = await workspace.view();
  if (!view.ok) throw new Error(view.error.message);
  const served = answerImpact(view.value, { changes: [DROP] });
  await workspace.close();
  if (!served.ok) throw new Error(served.error.message);
  return [
    JSON.parse(files.out) as Assessment,
    JSON.parse(stored.out) as Assessment,
    check.assessment,
    served.value as Assessment,
  ].map(({ policy, verdicts }) => ({
    policy,
    report: verdicts
      .filter(({ asset }) => asset.shortName === "board")
      .map(({ points, severity }) => [points, severity]),
  }));
}

describe("weights of the points", () => {
  it("are the product's own without a policy, by every door", async () => {
    const answer = { policy: "faultline-1", report: [[55, "SEV2"]] };
    expect(await pointsEverywhere()).toEqual([answer, answer, answer, answer]);
  });

  it("are those of the policy, under its version, by every door", async () => {
    write(
      "faultline.policy.yaml",
      "version: acme-7\nweights: {tier: {1: 60}, severity: {SEV1: 90}}\n",
    );
    const answer = { policy: "acme-7", report: [[90, "SEV1"]] };
    expect(await pointsEverywhere()).toEqual([answer, answer, answer, answer]);
  });

  it.each([
    ["weights: {teir: {1: 60}}", "teir"],
    ["weights: {certainty: {likely: 2}}", "weights.certainty.likely"],
    ["weights: {severity: {SEV1: 10}}", "a graver one needs at least as many points"],
  ])("%s is refused with its place", async (line, says) => {
    write("faultline.policy.yaml", `version: t\n${line}\n`);
    for (const argv of [
      ["check", "--base", "base", "--head", "head"],
      ["impact", "orders.amount", "--from", "base"],
    ]) {
      const { code, err } = await run(...argv);
      expect(code).toBe(2);
      expect(err).toContain(says);
    }
  });
});
