import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";

/** The files of docs/check, run as their tools run them: each script in a shell, over two states of a small project. */
const ROOT = join(import.meta.dirname, "..", "..");
const docs = (name: string): unknown =>
  parse(readFileSync(join(ROOT, "docs", "check", name), "utf8"));

let folder: string;
let bundle: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-workflow-"));
  const cache = join(ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  bundle = mkdtempSync(join(cache, "faultline-workflow-"));
  const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build-cli.mjs"), bundle]);
  expect(built.status).toBe(0);
  const view = "create view v as select amount from orders;\n";
  write("base/target/state.sql", `create table orders (id integer, amount integer);\n${view}`);
  write("target/state.sql", `create table orders (id integer);\n${view}`);
  write(
    "bin/npx",
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(bundle, "faultline.mjs")}" "$@"\n`,
  );
  chmodSync(join(folder, "bin", "npx"), 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(bundle, { recursive: true, force: true });
});

const shell = (script: string, policy = "", env: Readonly<Record<string, string>> = {}) => {
  write("faultline.policy.yaml", `version: test\n${policy}`);
  return spawnSync("bash", ["-e", "-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`,
      NODE_ENV: "test",
      GITHUB_OUTPUT: join(folder, "output"),
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
      ...env,
    },
  });
};

const read = (path: string): string => readFileSync(join(folder, path), "utf8");

it("the GitHub workflow passes while it observes, and stops where the policy blocks", {
  timeout: 120_000,
}, () => {
  const workflow = docs("github-action.yml") as {
    readonly jobs: {
      readonly check: {
        readonly steps: readonly { readonly id?: string; readonly run?: string }[];
      };
    };
  };
  const script = workflow.jobs.check.steps.find(({ id }) => id === "check")?.run ?? "";
  const observed = shell(script);
  expect(observed.status).toBe(0);
  expect(read("faultline.md").startsWith("<!-- faultline-check -->")).toBe(true);
  expect(JSON.parse(read("faultline.json"))).toMatchObject({ outcome: "would_block" });
  expect(JSON.parse(read("faultline.sarif"))).toMatchObject({ version: "2.1.0" });
  expect(observed.stdout).toContain("::warning file=");
  expect(observed.stdout).not.toContain("::error");
  const blocked = shell(script, "mode: block\n");
  expect(blocked.status).toBe(1);
  expect(blocked.stdout).toContain("::error file=");
  const unanswered = shell(script, "", { FAULTLINE_URL: "http://127.0.0.1:9" });
  expect(unanswered.status).toBe(0);
  expect(unanswered.stdout).toContain("::warning title=Faultline::Nothing was checked");
  expect(read("faultline.md")).toMatch(/^<!-- faultline-check -->\n.*nothing was checked/);
});

it("the GitLab job leaves its reports, and ends as the check does", { timeout: 120_000 }, () => {
  const { faultline } = docs("gitlab-ci.yml") as {
    readonly faultline: { readonly script: readonly string[] };
  };
  const script = faultline.script.join("\n");
  expect(shell(script).status).toBe(0);
  expect(JSON.parse(read("gl-code-quality-report.json"))).toHaveLength(1);
  expect(read("faultline.xml")).toContain("<testsuites");
  expect(shell(script, "mode: block\n").status).toBe(1);
});

it("the pre-commit hook stops a commit that makes a reader fail", { timeout: 120_000 }, () => {
  const [{ hooks }] = docs("pre-commit-hooks.yaml") as [
    { readonly hooks: readonly { readonly entry: string }[] },
  ];
  expect(shell(hooks[0]?.entry ?? "").status).toBe(1);
});
