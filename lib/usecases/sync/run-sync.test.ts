import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { type FaultlineConfig, parseConfig } from "../config/faultline-config.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { nameOfSource } from "./configured-source.ts";
import { retireRemoved } from "./retire-removed.ts";
import { runSync, type SyncCall, type SyncOutcome } from "./run-sync.ts";
import { dueAt, startScheduler } from "./scheduler.ts";
import { takeSyncLock } from "./sync-lock.ts";
import { listSyncStatuses } from "./sync-status.ts";

let folder: string;
let store: LineageStore;
let time: number;
let waits: number[];
let server: Server | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-sync-"));
  mkdirSync(join(folder, "ddl"));
  const opened = await openStore(`file:${join(folder, "store")}`, {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  time = Date.parse("2026-03-03T02:00:00Z");
  waits = [];
});
afterEach(async () => {
  await store.close();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
const now = () => new Date(time);
const namesIn = (config: FaultlineConfig) => new Set(config.sources.map(nameOfSource));

function configOf(text: string): FaultlineConfig {
  const parsed = parseConfig("faultline.yaml", text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

async function sync(config: FaultlineConfig, more: Partial<SyncCall> = {}): Promise<SyncOutcome> {
  const [source] = config.sources;
  if (source === undefined) throw new Error("no source");
  const done = await runSync({
    source,
    config,
    root: folder,
    store,
    parser: await loadSqlParser(),
    env: {},
    now,
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 0.5,
    ...more,
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const statusOf = (outcome: SyncOutcome) => {
  if (outcome.kind === "busy") throw new Error("busy");
  return outcome.status;
};

async function staleNames(): Promise<readonly string[]> {
  const claims = await store.claims();
  if (!claims.ok) throw new Error(claims.error.message);
  return claims.value
    .filter(({ staleSince }) => staleSince !== undefined)
    .map(({ claim }) => claim.name);
}

/** Answers the given statuses one after the other, the last for ever. */
async function serve(...statuses: readonly number[]): Promise<string> {
  let asked = 0;
  server = createServer((_, response) => {
    const status = statuses[Math.min(asked, statuses.length - 1)] ?? 200;
    asked += 1;
    response.writeHead(status);
    response.end("create table shop.orders (id int);");
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/ddl.sql`;
}

describe("a configured source", () => {
  it("is read in full once and then only seen again, until the place gives something else", async () => {
    write("ddl/a.sql", "create table mart.a (id int);");
    const config = configOf("sources:\n  - path: ddl\n");
    const claims = vi.spyOn(store, "claims");
    const readingsOf = async (build: string): Promise<number> => {
      time += 3_600_000;
      claims.mockClear();
      await sync(config, { build });
      return claims.mock.calls.length;
    };
    const first = await readingsOf("one");
    // What rules and guesses add comes after the first.
    await readingsOf("one");
    const again = await readingsOf("one");
    expect(again).toBeLessThan(first);
    const seen = await store.claims();
    const said = seen.ok ? seen.value.filter(({ source }) => source.kind === "sql") : [];
    expect(said.map(({ lastSeen }) => lastSeen)).toEqual([now().toISOString()]);
    expect(await readingsOf("two")).toBe(first);
    write("ddl/a.sql", "create table mart.b (id int);");
    expect(await readingsOf("two")).toBe(first);
    expect(await staleNames()).toEqual(["mart.a"]);
  });

  it("is read, and its record says how that went", async () => {
    write("ddl/a.sql", "create table shop.orders (id int, amount int);");
    const config = configOf(
      "sources: [{name: tables, path: ddl, as: sql, every: 15m, domain: checkout}]",
    );
    const outcome = await sync(config);
    expect(statusOf(outcome)).toMatchObject({
      name: "tables",
      state: "ok",
      schedule: "every 15m",
      attempts: 1,
      failures: 0,
      lastOkAt: "2026-03-03T02:00:00.000Z",
      result: { assets: 1, written: 1 },
      sources: ["sql:ddl"],
    });
    expect(await listSyncStatuses(store)).toMatchObject({
      ok: true,
      value: [{ name: "tables", state: "ok" }],
    });
  });

  it("that is away for a moment is asked again, with growing waits", async () => {
    const where = await serve(503, 503, 200);
    const outcome = await sync(configOf(`sources: [{name: web, kind: file, where: "${where}"}]`));
    expect(statusOf(outcome)).toMatchObject({ state: "ok", attempts: 3 });
    expect(waits).toEqual([1_500, 3_000]);
  });

  it("that stays away is a failure that is told, and what is known of it stays", async () => {
    const config = configOf(
      `sources: [{name: web, kind: file, where: "${await serve(200, 500)}"}]`,
    );
    await sync(config);
    const outcome = await sync(config);
    expect(statusOf(outcome)).toMatchObject({
      state: "failed",
      attempts: 4,
      failures: 1,
      lastOkAt: "2026-03-03T02:00:00.000Z",
    });
    expect(statusOf(outcome).error).toContain("it answers 500");
    expect(await staleNames()).toEqual([]);
    expect(statusOf(await sync(config)).failures).toBe(2);
  });

  it("that will not get better by waiting is not tried again", async () => {
    const outcome = await sync(configOf("sources: [{path: nowhere}]"));
    expect(statusOf(outcome)).toMatchObject({ state: "failed", attempts: 1 });
    expect(waits).toEqual([]);
  });

  it("is read by one at a time, whoever asks, and by somebody else after the reader has died", async () => {
    write("ddl/a.sql", "create table shop.orders (id int);");
    const config = configOf("sources: [{path: ddl, as: sql}]");
    const second = await openStore(`file:${join(folder, "store")}`, {});
    if (!second.ok) throw new Error(second.error.message);
    const lock = await takeSyncLock(second.value, { name: "ddl", now });
    expect(lock.ok && lock.value?.isHeld()).toBe(true);
    expect((await sync(config)).kind).toBe("busy");
    time += 61_000;
    expect((await sync(config)).kind).toBe("done");
    await second.value.close();
  });

  it("of eight that start at once is read by exactly one", async () => {
    const locks = await Promise.all(
      Array.from({ length: 8 }, () => takeSyncLock(store, { name: "x", now })),
    );
    const held = locks.flatMap((lock) => (lock.ok && lock.value !== undefined ? [lock.value] : []));
    expect(held).toHaveLength(1);
    await held[0]?.release();
    const after = await takeSyncLock(store, { name: "x", now });
    expect(after.ok && after.value !== undefined).toBe(true);
    if (after.ok) await after.value?.release();
  });

  it("is handed its secrets by the names of variables, and keeps none", async () => {
    const seen: (string | undefined)[] = [];
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end("create table a (id int);");
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const where = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/a.sql`;
    const config = configOf(
      `sources: [{kind: file, where: "${where}", secrets: {FAULTLINE_SOURCE_TOKEN: CI_TOKEN}}]`,
    );
    await sync(config, { env: { CI_TOKEN: "s3cret" } });
    expect(seen).toEqual(["Bearer s3cret"]);
    expect(JSON.stringify(await listSyncStatuses(store))).not.toContain("s3cret");
  });
});

describe("what is no longer said", () => {
  const DBT = (name: string) =>
    JSON.stringify({
      assets: [{ id: `shop/${name}`, kind: "table", columns: [{ name: "id" }] }],
      edges: [],
    });

  it("goes stale and not away when a file of a folder is gone", async () => {
    write("ddl/a.json", DBT("a"));
    write("ddl/b.json", DBT("b"));
    const config = configOf("sources: [{path: ddl}]");
    await sync(config);
    rmSync(join(folder, "ddl/b.json"));
    time += 3_600_000;
    await sync(config);
    expect(await staleNames()).toEqual(["shop/b"]);
    const claims = await store.claims();
    const graph = mergeClaims(claims.ok ? claims.value : [], 1);
    expect([...graph.assets.values()].map(({ name }) => name).sort()).toEqual(["shop/a", "shop/b"]);
  });

  it("stays as it is when the file is there and cannot be read", async () => {
    write("ddl/a.json", DBT("a"));
    write("ddl/b.json", DBT("b"));
    const config = configOf("sources: [{path: ddl, as: graph}]");
    await sync(config);
    write("ddl/b.json", '{"assets": [');
    await sync(config);
    expect(await staleNames()).toEqual([]);
  });

  it("goes stale when the source is taken out of the configuration, unless another says the same", async () => {
    write("ddl/a.json", DBT("a"));
    write("c.json", DBT("c"));
    const both = configOf("sources: [{path: ddl}, {path: c.json}]");
    await sync(both);
    await sync({ ...both, sources: both.sources.slice(1) });
    const parser = await loadSqlParser();
    const config = configOf("sources: [{path: c.json}]");
    const at = now().toISOString();
    expect(
      await retireRemoved({ store, configured: namesIn(config), root: folder, parser, now: at }),
    ).toEqual({
      ok: true,
      value: ["ddl"],
    });
    expect(await staleNames()).toEqual(["shop/a"]);
    expect(
      await retireRemoved({ store, configured: namesIn(config), root: folder, parser, now: at }),
    ).toEqual({
      ok: true,
      value: [],
    });
    // Another configuration's sources are none of its business.
    expect(
      await retireRemoved({
        store,
        configured: new Set(),
        root: "/elsewhere",
        parser,
        now: at,
      }),
    ).toEqual({ ok: true, value: [] });
  });
});

describe("the scheduler", () => {
  it("knows when a source is due: by its schedule, and after a failure sooner", () => {
    const [source] = configOf("sources: [{path: ddl, every: 6h}]").sources;
    if (source === undefined) throw new Error("no source");
    const status = {
      name: "ddl",
      place: "ddl",
      root: "/",
      state: "ok" as const,
      startedAt: "2026-03-03T02:00:00Z",
      attempts: 1,
      failures: 0,
      sources: [],
    };
    const at = (moment: number | undefined) => new Date(moment ?? 0).toISOString();
    expect(dueAt(source, undefined)).toBe(0);
    expect(at(dueAt(source, status))).toBe("2026-03-03T08:00:00.000Z");
    expect(at(dueAt(source, { ...status, state: "failed", failures: 1 }))).toBe(
      "2026-03-03T02:01:00.000Z",
    );
    expect(at(dueAt(source, { ...status, state: "failed", failures: 3 }))).toBe(
      "2026-03-03T02:04:00.000Z",
    );
    expect(at(dueAt(source, { ...status, state: "failed", failures: 30 }))).toBe(
      "2026-03-03T08:00:00.000Z",
    );
  });

  it("reads what is due, one run at a time of a source, and nothing without a schedule", async () => {
    const config = configOf("sources: [{name: a, path: ddl, every: 10s}, {name: b, path: ddl}]");
    const runs: string[] = [];
    let atOnce = 0;
    let most = 0;
    const scheduler = startScheduler({
      config: async () => ({ config, root: folder }),
      store: async () => ({ ok: true, value: store }),
      run: async (name) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        runs.push(name);
        await new Promise((resolve) => setTimeout(resolve, 60));
        atOnce -= 1;
        return { ok: true, value: undefined };
      },
      now,
      say: () => undefined,
      tickMs: 5,
    });
    await vi.waitUntil(() => runs.length > 1, { timeout: 10_000 });
    await scheduler.close();
    expect(new Set(runs)).toEqual(new Set(["a"]));
    expect(most).toBe(1);
  });
});

describe("a configuration with live sources", () => {
  it.each([
    ["sources: [{kind: postgres}]", "a `path`, or a `kind` and a `where`"],
    ["sources: [{path: a, where: b}]", "not both"],
    ["sources: [{kind: marquez, where: nowhere}]", "no address"],
    ["sources: [{path: a, every: 5x}]", "no time such as"],
    ["sources: [{path: a, cron: '61 * * * *'}]", "no cron line"],
    ["sources: [{path: a, every: 1h, cron: '0 * * * *'}]", "not both"],
    ["sources: [{path: 'postgres://me:pw@db/shop'}]", "a password is never written here"],
  ])("%s is refused with the reason", (text, said) => {
    const parsed = parseConfig("faultline.yaml", text);
    expect(parsed.ok ? "" : parsed.error.message).toContain(said);
  });
});
