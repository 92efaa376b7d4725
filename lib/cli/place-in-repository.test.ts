import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runIn } from "./run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-places-"));
  const view = "create view v as select amount from orders;\n";
  write("repo/.git/HEAD", "ref: refs/heads/main\n");
  write(
    "repo/warehouse/base/a b.sql",
    `create table orders (id integer, amount integer);\n${view}`,
  );
  write("repo/warehouse/head/a b.sql", `create table orders (id integer);\n${view}`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function check(
  cwd: string,
  format: string,
  {
    head = "head",
    env = {},
  }: { readonly head?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const base = head.replace(/head$/, "base");
  const argv = ["check", "--base", base, "--head", head, "--format", format];
  return (await runIn(join(folder, cwd), argv, { env })).out;
}

const FILE = "warehouse/head/a b.sql";

describe("the places of findings, as a code forge looks for them", () => {
  it("are below the repository, where the check runs in a folder of it", async () => {
    expect(await check("repo/warehouse", "github")).toContain(`file=${FILE}`);
    expect(await check("repo/warehouse", "sarif")).toContain('"uri": "warehouse/head/a%20b.sql"');
    expect(JSON.parse(await check("repo/warehouse", "gitlab"))).toMatchObject([
      { location: { path: FILE } },
    ]);
  });

  it("are below the repository, where the check runs beside it", async () => {
    mkdirSync(join(folder, "other"));
    const head = "../repo/warehouse/head";
    expect(await check("other", "github", { head })).toContain(`file=${FILE}`);
  });

  it("are below what a runner checked out, without .git, and as they are where nobody knows", async () => {
    rmSync(join(folder, "repo/.git"), { recursive: true });
    const env = { CI_PROJECT_DIR: join(folder, "repo") };
    expect(await check("repo/warehouse", "github", { env })).toContain(`file=${FILE}`);
    expect(await check("repo/warehouse", "github")).toContain("file=head/a b.sql");
  });

  it("of a table that is gone are in the head's file of that name", async () => {
    write("repo/warehouse/head/a b.sql", "create view v as select amount from orders;\n");
    expect(await check("repo/warehouse", "github")).toContain(`file=${FILE}`);
  });
});
