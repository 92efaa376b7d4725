import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { err, ok } from "#lib/kit/result.ts";
import { createToken } from "#lib/usecases/access/manage-tokens.ts";
import { parseConfig } from "#lib/usecases/config/faultline-config.ts";
import { type SentSync, sendSync } from "#lib/usecases/sync/send-sync.ts";
import type { TakenSync } from "#lib/usecases/sync/take-sync.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

let folder: string;
let server: TestServer;
let token: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-agent-"));
  mkdirSync(join(folder, "ddl"));
  server = await serveForTests({ FAULTLINE_STORE: "memory:" });
  token = undefined;
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

async function post(body: unknown) {
  return fetch(`${server.url}/api/v1/syncs`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
}

/** As the command does it on the machine of a team. */
async function sync(sources: string): Promise<readonly SentSync[]> {
  const config = parseConfig("faultline.yaml", `sources:\n${sources}`);
  if (!config.ok) throw new Error(config.error.message);
  const done = await sendSync({
    config: config.value,
    root: folder,
    names: [],
    env: {},
    now: () => new Date("2026-03-03T02:00:00Z"),
    sleep: async () => undefined,
    random: () => 0,
    send: async (body) => {
      const answer = await post(body);
      const value = (await answer.json()) as TakenSync & { readonly detail: string };
      return answer.ok ? ok(value) : err({ code: "forbidden", message: value.detail });
    },
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const get = async <T>(path: string): Promise<T> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await (await fetch(`${server.url}/api/v1/${path}`, { headers })).json()) as T;
};
const assets = async (): Promise<readonly string[]> => {
  const graph = await get<{ readonly assets: readonly { id: string; extra?: unknown }[] }>(
    "export?kind=graph",
  );
  return graph.assets.map(({ id }) => id);
};
const statuses = async () =>
  (
    await get<{ readonly syncs: readonly { name: string; state: string; error?: string }[] }>(
      "sources",
    )
  ).syncs.map(({ name, state, error }) => [name, state, ...(error ? [error] : [])]);

const DDL = "  - {name: warehouse, path: ddl, every: 1h}\n";

it("a team's sources are read where they lie, and stand in the server as if it had read them", async () => {
  write("ddl/a.sql", "create table shop.orders (id int);");
  const [first] = await sync(DDL);
  expect(first?.outcome).toMatchObject({ ok: true, value: { report: { assets: 1 } } });
  expect(await assets()).toEqual(["shop.orders"]);
  expect(await statuses()).toEqual([[expect.stringMatching(/: warehouse$/), "ok"]]);
});

it("what is no longer there goes stale, and so does what is no longer configured", async () => {
  write("ddl/a.sql", "create table shop.orders (id int);");
  write("b.sql", "create table shop.refunds (id int);");
  await sync(`${DDL}  - {name: other, path: b.sql}\n`);
  write("ddl/a.sql", "create table shop.customers (id int);");
  const [done] = await sync(DDL);
  expect(done?.outcome).toMatchObject({ ok: true, value: { retired: ["other"] } });
  expect((await statuses()).map(([, state]) => state).sort()).toEqual(["ok", "removed"]);
  const stale = await get<{ readonly staleSince?: string }>("assets/shop.refunds");
  expect(JSON.stringify(stale)).toContain("staleSince");
});

it("what cannot be read is on record there, and changes nothing that is known", async () => {
  write("ddl/a.sql", "create table shop.orders (id int);");
  await sync(DDL);
  rmSync(join(folder, "ddl"), { recursive: true });
  const [done] = await sync(DDL);
  expect(done?.outcome.ok).toBe(false);
  expect((await statuses())[0]?.slice(1)).toEqual([
    "failed",
    expect.stringContaining("nothing at this path"),
  ]);
  expect(await assets()).toEqual(["shop.orders"]);
});

it("needs a token that may ingest, and a token's name keeps its sources apart from another's", async () => {
  const store = await server.services.workspace.store();
  if (!store.ok) throw new Error(store.error.message);
  const tokenOf = async (name: string, scopes: readonly ("read" | "ingest")[]): Promise<string> => {
    const createdAt = "2026-03-01T00:00:00Z";
    const made = await createToken(store.value, { name, scopes, createdAt });
    if (!made.ok) throw new Error(made.error.message);
    return made.value.token;
  };
  const [reader, one, two] = [
    await tokenOf("reader", ["read"]),
    await tokenOf("one", ["read", "ingest"]),
    await tokenOf("two", ["read", "ingest"]),
  ];
  write("ddl/a.sql", "create table shop.orders (id int);");
  token = reader;
  expect((await sync(DDL))[0]?.outcome.ok).toBe(false);
  for (const each of [one, two]) {
    token = each;
    expect((await sync(DDL))[0]?.outcome.ok).toBe(true);
  }
  expect((await statuses()).map(([name]) => name)).toEqual(["one: warehouse", "two: warehouse"]);
});

it("refuses what has neither files nor a reason", async () => {
  const answer = await post({ name: "x", place: "x", root: "/x", configured: ["x"] });
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain("either files or the reason");
});
