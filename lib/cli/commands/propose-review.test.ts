import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { listReviews } from "#lib/usecases/reviews/manage-reviews.ts";
import { runCli } from "../run-cli.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-propose-"));
  writeFileSync(
    join(folder, "base.sql"),
    "create table orders (id integer, amount integer);\ncreate view revenue as select amount from orders;\n",
  );
  writeFileSync(join(folder, "001.sql"), "alter table orders drop column amount;\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(...argv: readonly string[]) {
  let err = "";
  const code = await runCli([...argv], {
    out: () => undefined,
    err: (text) => {
      err += text;
    },
    errIsTerminal: false,
    env: {},
    cwd: folder,
    now: () => new Date("2026-03-03T09:00:00Z"),
    readStdin: () => Promise.resolve(""),
  });
  return { code, err };
}

async function reviews() {
  const store = await openStore(`file:${join(folder, ".faultline")}`, {});
  if (!store.ok) throw new Error(store.error.message);
  const listed = await listReviews(store.value);
  await store.value.close();
  return listed.ok ? listed.value : [];
}

const CHECK = ["check", "--base", "store", "--head", "001.sql"] as const;

describe("check --propose", () => {
  it("makes a review of what changed and says who is to be asked; check alone makes none", async () => {
    expect((await run("ingest", "base.sql", "--store", "file:.faultline")).code).toBe(0);
    await run(...CHECK);
    expect(await reviews()).toEqual([]);
    const { code, err } = await run(...CHECK, "--propose");
    expect(err).toContain("REV-1 proposed; to be asked: what nobody owns.");
    expect(code).toBe(0);
    expect(await reviews()).toMatchObject([
      { id: "REV-1", state: "proposed", asks: [{ assets: ["revenue"] }] },
    ]);
  });

  it("says that it needs a store where there is none, and makes none", async () => {
    writeFileSync(join(folder, "a.sql"), "create table t (a integer, b integer);\n");
    writeFileSync(join(folder, "b.sql"), "create table t (a integer);\n");
    const { code, err } = await run("check", "--base", "a.sql", "--head", "b.sql", "--propose");
    expect(code).toBe(2);
    expect(err).toContain("needs a store or a server");
  });
});
