import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GatePage } from "#lib/review/gate-page.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
let env: Record<string, string> = {};

beforeEach(async () => {
  env = {};
  folder = mkdtempSync(join(tmpdir(), "faultline-gate-log-"));
  writeFileSync(
    join(folder, "base.sql"),
    "create table orders (id integer, amount integer);\ncreate view revenue as select amount from orders;\n",
  );
  writeFileSync(join(folder, "001.sql"), "alter table orders drop column amount;\n");
  await run("ingest", "base.sql", "--store", "file:.faultline");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (...argv: readonly string[]) => runIn(folder, argv, { env });

const CHECK = ["check", "--base", "store", "--head", "001.sql", "--format", "json"] as const;

async function page(): Promise<GatePage> {
  const { out, code } = await run("check", "log", "--as", "json");
  expect(code).toBe(0);
  return JSON.parse(out) as GatePage;
}

describe("what the gate said is kept, and what people say of it", () => {
  it("a run over a store is kept with its outcome, its time and its pull request", async () => {
    env = { GITHUB_REF: "refs/pull/7/merge", GITHUB_REPOSITORY: "shop/mesh" };
    await run(...CHECK);
    await run(...CHECK);
    const { summary, runs } = await page();
    expect(summary).toMatchObject({ runs: 2, changes: 1, wouldHaveStopped: 1, findings: 1 });
    expect(runs[0]).toMatchObject({
      key: "github:shop/mesh#7",
      outcome: "would_block",
      counted: 1,
      findings: [{ name: "revenue", verdict: "breaks_loudly", counts: true }],
    });
    expect(runs[0]?.seconds).toBeGreaterThan(0);
  });

  it("--no-record keeps none, and two states without a store have nowhere to be kept", async () => {
    await run(...CHECK, "--no-record");
    expect((await page()).summary.runs).toBe(0);
    writeFileSync(join(folder, "head.sql"), "create table orders (id integer);\n");
    rmSync(join(folder, ".faultline"), { recursive: true });
    expect((await run("check", "--base", "base.sql", "--head", "head.sql")).err).toBe("");
  });

  it("a finding that is wrong goes on the list of misses with its reason, and may be taken off", async () => {
    const answer = JSON.parse((await run(...CHECK)).out) as CheckAnswer;
    const fingerprint = answer.findings[0]?.fingerprint ?? "";
    const wrong = await run("check", "wrong", fingerprint, "--because", "the view is not deployed");
    expect(wrong.out).toContain("counts as wrong");
    expect((await page()).summary).toMatchObject({ findings: 1, wrong: 1 });
    expect((await run("check", "log")).out).toContain("Findings judged wrong    1 of 1 (100%)");
    const csv = (await run("check", "log", "--as", "csv")).out.split("\r\n");
    expect(csv[1]).toContain(`${fingerprint},wrong,2026-03-03T09:00:00.000Z,command line,the view`);
    await run("check", "right", fingerprint, "--because", "it is, since yesterday");
    expect((await page()).summary).toMatchObject({ findings: 1, wrong: 0 });
    expect((await page()).misses[0]?.entries.map(({ says }) => says)).toEqual(["wrong", "right"]);
  });

  it("a finding that no run had, or a reason that is missing, is refused", async () => {
    await run(...CHECK);
    const unknown = await run("check", "wrong", "0123456789abcdef", "--because", "x");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("no run of the gate that is kept here");
    expect((await run("check", "wrong", "0123456789abcdef")).code).toBe(2);
    expect((await run("check", "log", "--days", "none")).code).toBe(2);
  });
});
