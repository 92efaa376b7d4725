import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BacktestAnswer } from "#lib/usecases/gate/backtest-policy.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-history-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });

function commit(at: string): void {
  git("add", "--all");
  const who = ["-c", "user.name=core", "-c", "user.email=core@shop.example"];
  execFileSync("git", ["-C", folder, ...who, "commit", "-q", "--allow-empty", "-m", "a step"], {
    env: { ...process.env, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at },
  });
}

const WHOLE = "create table orders (id integer, amount integer, note varchar);\n";
const NO_NOTE = "create table orders (id integer, amount integer);\n";
const NO_AMOUNT = "create table orders (id integer);\n";
const VIEW = "create view v as select amount from orders;\n";

async function backtest(...argv: readonly string[]) {
  const ran = await runIn(folder, ["policy", "backtest", ...argv], { now: "2026-03-30T09:00:00Z" });
  return { code: ran.code, out: ran.out, errors: ran.err };
}

async function answer(...argv: readonly string[]): Promise<BacktestAnswer> {
  const { out, errors } = await backtest(...argv, "--format", "json");
  expect(errors).toBe("");
  return JSON.parse(out) as BacktestAnswer;
}

function makeRepository(): void {
  git("init", "-q");
  write("ddl/schema.sql", WHOLE + VIEW);
  commit("2026-03-01T09:00:00Z");
  write("readme.md", "nothing of the schema");
  commit("2026-03-02T09:00:00Z");
  write("ddl/schema.sql", NO_NOTE + VIEW);
  commit("2026-03-03T09:00:00Z");
  rmSync(join(folder, "ddl/schema.sql"));
  commit("2026-03-04T09:00:00Z");
  write("ddl/schema.sql", NO_AMOUNT + VIEW);
  commit("2026-03-05T09:00:00Z");
}

describe("a policy that is tried on the commits of a repository", () => {
  it("says of each step whether it would have been stopped, and skips what cannot be read", async () => {
    makeRepository();
    const { pairs, totals, skipped, more } = await answer("--path", "ddl", "--fail-on", "loud");
    expect(pairs.map(({ head, result }) => [head.at.slice(0, 10), result])).toEqual([
      ["2026-03-03", "passed"],
      ["2026-03-05", "stopped"],
    ]);
    expect(pairs[1]?.base.id).toBe(pairs[0]?.head.id);
    expect(pairs[1]?.counted.map(({ asset }) => asset.shortName)).toEqual(["v"]);
    expect(totals).toEqual({ stopped: 1, warned: 0, passed: 1, not_judged: 0 });
    expect(skipped).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        at: expect.any(String),
        why: expect.any(String),
      },
    ]);
    expect(skipped[0]?.why).toContain("ddl");
    expect(more).toBe(false);
  });

  it("a policy that observes only warns", async () => {
    makeRepository();
    const { totals } = await answer("--path", "ddl");
    expect(totals).toEqual({ stopped: 0, warned: 1, passed: 1, not_judged: 0 });
  });

  it("takes the newest steps up to a bound, says that there are more, and leaves nothing behind", async () => {
    makeRepository();
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("faultline-backtest-"));
    const { pairs, more } = await answer("--path", "ddl/schema.sql", "--max", "2");
    expect(pairs.map(({ head }) => head.at.slice(0, 10))).toEqual(["2026-03-05"]);
    expect(more).toBe(true);
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("faultline-backtest-"));
    expect(after).toEqual(before);
    expect(git("status", "--short")).toBe("");
  });

  it("says in words what each step did, and the totals", async () => {
    makeRepository();
    const { code, out } = await backtest("--path", "ddl", "--fail-on", "loud");
    expect(code).toBe(0);
    expect(out).toContain("v breaks_loudly (certain): drop_column");
    expect(out).toContain("2 steps: 1 stopped, 0 only warned, 1 passed, 0 not judged");
  });

  it.each([
    [[], "give --path"],
    [["--path", "ddl", "--folder", "x"], "not both"],
    [["--path", "nothing"], "two states at least"],
    [["--path", "ddl", "--max", "0"], "1 to 1000"],
    [["--path", "ddl", "--since", "lately"], "is no date"],
    [["--path", "ddl", "--since", "2026-13-01"], "is no date"],
    [["--path", "ddl", "--since", "2026-02-30"], "is no date"],
    [["--path", "ddl", "--since", "2026-02-03T24:30"], "is no date"],
    [["--path", "ddl", "--repo", "absent"], "cannot be read"],
    [["--folder", "absent"], "no folder"],
  ])("%j ends with 2", async (argv, said) => {
    makeRepository();
    const { code, errors } = await backtest(...argv);
    expect(errors).toContain(said);
    expect(code).toBe(2);
  });
});

describe("a policy that is tried on a folder of dated snapshots", () => {
  it("compares them in the order of their dates, and what shares nothing is not judged", async () => {
    write("days/2026-03-02/schema.sql", NO_NOTE + VIEW);
    write("days/2026-03-01T2300/schema.sql", WHOLE + VIEW);
    write("days/2026-03-10-nightly/schema.sql", NO_AMOUNT + VIEW);
    write("days/2026-03-11/schema.sql", "create table other (id integer);\n");
    write("days/latest/schema.sql", WHOLE);
    const { pairs, skipped } = await answer("--folder", "days", "--fail-on", "loud");
    expect(pairs.map(({ head, result }) => [head.id, result])).toEqual([
      ["2026-03-02", "passed"],
      ["2026-03-10-nightly", "stopped"],
      ["2026-03-11", "not_judged"],
    ]);
    expect(skipped.map(({ id }) => id)).toEqual(["latest"]);
    const { pairs: late } = await answer("--folder", "days", "--since", "2026-03-05");
    expect(late).toHaveLength(1);
  });
});
