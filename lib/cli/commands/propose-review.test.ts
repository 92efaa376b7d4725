import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { listReviews } from "#lib/usecases/reviews/manage-reviews.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeEach(() => {
  env = {};
  folder = mkdtempSync(join(tmpdir(), "faultline-propose-"));
  writeFileSync(
    join(folder, "base.sql"),
    "create table orders (id integer, amount integer, note varchar);\ncreate view revenue as select amount from orders;\n",
  );
  writeFileSync(join(folder, "001.sql"), "alter table orders drop column amount;\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

let env: Record<string, string> = {};

const run = (...argv: readonly string[]) => runIn(folder, argv, { env });

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

  it("brings the review of the same pull request up to date, and makes no second one", async () => {
    env = { GITHUB_REPOSITORY: "shop/data", GITHUB_REF: "refs/pull/17/merge" };
    await run("ingest", "base.sql", "--store", "file:.faultline");
    await run(...CHECK, "--propose");
    expect((await run(...CHECK, "--propose")).err).toContain("REV-1 says the same already");
    writeFileSync(
      join(folder, "001.sql"),
      "alter table orders drop column amount;\nalter table orders drop column id;\n",
    );
    expect((await run(...CHECK, "--propose")).err).toContain("REV-1 brought up to date");
    env = { ...env, GITHUB_REF: "refs/pull/18/merge" };
    expect((await run(...CHECK, "--propose")).err).toContain("REV-2 proposed");
    expect(await reviews()).toMatchObject([
      { origin: { key: "github:shop/data#18" } },
      { origin: { key: "github:shop/data#17" }, seq: 2, content: { changes: [{}, {}] } },
    ]);
  });

  it("takes the same changes for the same review where no pull request is known", async () => {
    await run("ingest", "base.sql", "--store", "file:.faultline");
    await run(...CHECK, "--propose");
    expect((await run(...CHECK, "--propose")).err).toContain("REV-1 says the same already");
    expect(await reviews()).toHaveLength(1);
    expect((await run(...CHECK, "--propose-as", "night")).err).toContain("REV-2 proposed");
  });

  it("says that it needs a store where there is none, and makes none", async () => {
    writeFileSync(join(folder, "a.sql"), "create table t (a integer, b integer);\n");
    writeFileSync(join(folder, "b.sql"), "create table t (a integer);\n");
    const { code, err } = await run("check", "--base", "a.sql", "--head", "b.sql", "--propose");
    expect(code).toBe(2);
    expect(err).toContain("needs a store or a server");
  });
});
