import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { openAnalysisCache } from "./analysis-cache.ts";
import { checkStored } from "./check-stored.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-cache-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  said.length = 0;
});

const side = (sql: string) => ({
  label: "shop",
  files: [{ path: "shop.sql", text: sql, root: "shop" }],
});
const TABLE = "create table orders (id integer, amount integer);\n";
const VIEW = "create view revenue as select sum(amount) as total from orders;\n";

const check = (head: string, build?: string) =>
  checkStored({
    base: side(TABLE + VIEW),
    head: side(head),
    policy: DEFAULT_GATE,
    waivers: [],
    now: "2026-03-03T09:00:00Z",
    ...(build === undefined
      ? {}
      : { cache: { folder, build, tell: (text: string) => said.push(text) } }),
  });

const said: string[] = [];
const files = (kind = "analyses") =>
  readdirSync(folder).filter((name) => name.startsWith(`${kind}-`));

it("a second run answers as the first one and as one without a cache", async () => {
  const head = TABLE.replace("amount integer", "net integer") + VIEW;
  const plain = await check(head);
  expect(await check(head, "1")).toEqual(plain);
  expect(files()).toHaveLength(1);
  expect(await check(head, "1")).toEqual(plain);
});

it("what another build has found is not taken over", async () => {
  await check(TABLE + VIEW, "1");
  await check(TABLE + VIEW, "2");
  expect(files()).toHaveLength(2);
});

it("a file that was cut off, or changed by hand, counts for nothing and is written anew", async () => {
  const plain = await check(TABLE);
  await check(TABLE, "1");
  const path = join(folder, files()[0] ?? "");
  const whole = readFileSync(path, "utf8");
  for (const broken of [whole.slice(0, -9), whole.replace("amount", "amounts"), "", "x\n[]"]) {
    said.length = 0;
    writeFileSync(path, broken);
    expect(await check(TABLE, "1")).toEqual(plain);
    expect(readFileSync(path, "utf8")).toBe(whole);
    expect(said).toEqual([
      `${path} is not as it was written: what it should say is found out anew`,
    ]);
  }
});

it("what assets add to the graph is kept as well, and a file of it that was changed counts for nothing", async () => {
  const edited = TABLE + VIEW.replace("sum(amount)", "sum(amount) + 1");
  const plain = await check(edited);
  await check(edited, "1");
  const [name = ""] = files("drafts");
  const path = join(folder, name);
  const whole = readFileSync(path);
  expect(await check(edited, "1")).toEqual(plain);
  for (const broken of [whole.subarray(0, -3), Buffer.alloc(0), Buffer.from(whole).fill(7, 90)]) {
    writeFileSync(path, broken);
    expect(await check(edited, "1")).toEqual(plain);
    expect(said.length).toBeGreaterThan(0);
    said.length = 0;
    expect(readFileSync(path)).toEqual(whole);
  }
});

it("while nothing is new, and while one asset among many is, no file is written", async () => {
  const many = Array.from({ length: 30 }, (_, n) => VIEW.replace("revenue", `revenue_${n}`)).join(
    "",
  );
  const ask = (edit: (text: string) => string) =>
    checkStored({
      base: side(TABLE + many),
      head: side(edit(TABLE + many)),
      policy: DEFAULT_GATE,
      waivers: [],
      now: "2026-03-03T09:00:00Z",
      cache: { folder, build: "1" },
    });
  await ask((text) => text);
  const times = () =>
    ["analyses", "drafts"]
      .flatMap((kind) => files(kind))
      .map((file) => statSync(join(folder, file)).ino);
  const before = times();
  await ask((text) => text.replace("sum(amount) as total", "max(amount) as total"));
  expect(times()).toEqual(before);
});

it("a folder that cannot be written is no failure", async () => {
  writeFileSync(join(folder, "file"), "");
  const cache = openAnalysisCache({ folder: join(folder, "file"), build: "1", about: [] });
  await cache.write(new Map());
  expect((await cache.read()).size).toBe(0);
});
