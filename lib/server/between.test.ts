import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../cli/run-cli.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-between-"));
  await ingest("create table shop.orders (id int, amount int);");
  await ingest("create table shop.orders (id int);");
  server = await serveForTests({ FAULTLINE_STORE: `file:${join(folder, "store")}` });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ingest(ddl: string): Promise<void> {
  await writeFile(join(folder, "a.sql"), ddl);
  await run("ingest", "a.sql");
}

async function run(command: string, ...argv: readonly string[]) {
  let out = "";
  const code = await runCli([command, ...argv, "--store", `file:${join(folder, "store")}`], {
    out: (text) => {
      out += text;
    },
    err: () => undefined,
    errIsTerminal: false,
    env: {},
    cwd: folder,
    now: () => new Date("2026-03-03T09:00:00Z"),
    readStdin: () => Promise.resolve(""),
  });
  return { code, out };
}

it("the command line and the server say the same of two moments", async () => {
  const response = await fetch(`${server.url}/api/v1/changes-between?from=1`);
  expect(response.status).toBe(200);
  const answer = (await response.json()) as { readonly counts: unknown };
  expect(answer.counts).toEqual({ new: 0, stale: 0, back: 0, gone: 0, changed: 1 });
  const said = await run("diff", "--at", "1", "--at", "2", "--format", "json");
  expect(JSON.parse(said.out)).toMatchObject(answer);
  expect((await run("diff", "--at", "1")).out).toContain("    amount was removed\n");
});

it("a domain that neither moment knows is refused, and no answer of nothing changed", async () => {
  await writeFile(
    join(folder, "graph.json"),
    JSON.stringify({
      assets: [{ id: "shop.carts", kind: "table", domain: "checkout" }],
      edges: [],
    }),
  );
  await run("ingest", "graph.json");
  const later = await serveForTests({ FAULTLINE_STORE: `file:${join(folder, "store")}` });
  const of = async (domain: string) => {
    const path = `/api/v1/changes-between?from=1&domain=${domain}`;
    const response = await fetch(`${later.url}${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect(await of("nope")).toMatchObject({
    status: 400,
    body: { code: "bad-usage", detail: 'no asset belongs to a domain "nope"' },
  });
  expect((await of("chekout")).body["candidates"]).toEqual(["checkout"]);
  expect((await of("checkout")).status).toBe(200);
  await later.stop();
});

it("an empty store is healthy: it takes events", async () => {
  const empty = await serveForTests({ FAULTLINE_STORE: "memory:" });
  const response = await fetch(`${empty.url}/api/v1/health`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ ready: true });
  await empty.stop();
});

it("feeds link to the server that was asked where no address is configured", async () => {
  const feed = await (await fetch(`${server.url}/api/v1/feed.json`)).json();
  expect(feed).toMatchObject({ home_page_url: expect.stringContaining(server.url) });
  expect(await (await fetch(`${server.url}/api/v1/feed.atom`)).text()).not.toContain(":3000");
});

it("a change of no asset is refused by triage too, as it is where impact is asked", async () => {
  const body = JSON.stringify({
    symptoms: [{ ref: "shop.orders" }],
    changes: [{ kind: "drop_column", asset: "shop.orders", column: "id" }, { kind: "drop_column" }],
  });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1/triage`, { method: "POST", headers, body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: "bad-usage",
    detail: "body: changes[1].asset: names no asset",
  });
});

it("a wrong question is refused with the reason", async () => {
  for (const query of ["", "?from=nonsense", "?from=1&limit=0", "?from=2&to=1"])
    expect((await fetch(`${server.url}/api/v1/changes-between${query}`)).status).toBe(400);
  expect((await run("diff", "--at", "nonsense")).code).toBe(2);
});
