import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { UnusedAnswer } from "#lib/usecases/gate/list-unused.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-unused-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const run = (...argv: readonly string[]) => runIn(folder, argv);

const TERMS = "reason=x approved-by=t until=2026-04-15";

it("lines, waivers and pragmas that no longer do anything are listed with their place and why", async () => {
  write(
    "tables.sql",
    "create table orders (id integer);\ncreate view report as select id from orders;\n",
  );
  await run("ingest", "tables.sql", "--domain", "grid", "--store", "file:.faultline");
  write(
    "faultline.policy.yaml",
    "version: t\ndomains: {grid: {mode: block}, gird: {mode: block}}\n",
  );
  write(".github/CODEOWNERS", "* @all\nmodels/old/ @gone\ntables.sql @data\n");
  write(
    "tables.sql",
    `-- faultline: ignore report ${TERMS}\n-- faultline: ignore reprot ${TERMS}\n-- faultline: owner data\n-- faultline: ignore x\n`,
  );
  write("attic/notes.sql", "-- faultline: owner nobody\n");
  write(
    "faultline.waivers.yaml",
    `waivers:
  - {selector: report, reason: r, approver: t, expires: 2026-04-01}
  - {selector: report, reason: r, approver: t, created: 2026-01-01, expires: 2026-02-01}
`,
  );
  const { out, code } = await run("policy", "unused", "--format", "json");
  expect(code).toBe(0);
  const { unused, lookedAt } = JSON.parse(out) as UnusedAnswer;
  expect(unused).toEqual([
    {
      kind: "codeowners",
      file: ".github/CODEOWNERS",
      line: 2,
      text: "models/old/ @gone",
      why: "it matches no file",
    },
    { kind: "waiver", text: "waiver of report", why: "it ended on 2026-02-01" },
    {
      kind: "pragma",
      file: "tables.sql",
      line: 2,
      text: "ignore reprot",
      why: "it names nothing that the store knows",
    },
    {
      kind: "pragma",
      file: "tables.sql",
      line: 4,
      text: "faultline:",
      why: expect.stringContaining("is missing"),
    },
    {
      kind: "pragma",
      file: "attic/notes.sql",
      line: 1,
      text: "owner nobody",
      why: "nothing that the store knows is made in this file",
    },
    {
      kind: "policy",
      text: "rules for the domain gird",
      why: "nothing that the store knows is of that domain",
    },
  ]);
  expect(lookedAt).toMatchObject({ codeowners: 3, waivers: 2, pragmas: 5 });
  const text = (await run("policy", "unused")).out;
  expect(text).toContain("6 lines no longer do anything:");
  expect(text).toContain(".github/CODEOWNERS:2  models/old/ @gone: it matches no file");
});

it("a repository without any of them is fine, and a folder that is not there is bad usage", async () => {
  expect((await run("policy", "unused")).out).toContain("Everything does something.");
  const away = await run("policy", "unused", "--repo", "nowhere");
  expect(away.code).toBe(2);
});
