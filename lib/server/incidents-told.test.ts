import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ok } from "#lib/kit/result.ts";
import { tellIncidents } from "#lib/usecases/incidents/tell-incidents.ts";
import type { Channel } from "#lib/usecases/outbox/channel.ts";
import { deliverMessages } from "#lib/usecases/outbox/deliver-messages.ts";
import type { OutboxMessage } from "#lib/usecases/outbox/outbox-message.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

let server: TestServer;
let folder: string;
let told: OutboxMessage[] = [];

const channel: Channel = {
  name: "test",
  takes: () => true,
  send: (message) => {
    told.push(message);
    return Promise.resolve(ok(undefined));
  },
  close: () => undefined,
};

const MESH = {
  assets: [
    {
      id: "orders",
      kind: "table",
      domain: "checkout",
      owner: "checkout-core",
      // It is broken itself and reads nothing that is: its owner hears of it once.
      tier: 1,
      columns: [{ name: "amount" }],
    },
    { id: "board", kind: "report", domain: "finance", owner: "finance-data", tier: 1 },
    { id: "toy", kind: "report", domain: "people", owner: "people-data", tier: 4 },
  ],
  edges: [
    { from: "orders.amount", to: "board", use: "MEASURE" },
    { from: "orders.amount", to: "toy", use: "MEASURE" },
  ],
};

beforeEach(async () => {
  told = [];
  folder = await mkdtemp(join(tmpdir(), "faultline-incidents-told-"));
  server = await serveForTests({
    FAULTLINE_STORE: `file:${folder}/store`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });
  const files = [{ path: "mesh.json", text: JSON.stringify(MESH) }];
  await post("/api/v1/ingest", { files });
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** One round of telling, as the server does it. */
async function round(): Promise<readonly string[]> {
  told = [];
  const { workspace } = server.services;
  const channels = [channel];
  expect((await tellIncidents({ workspace, channels })).ok).toBe(true);
  const store = await workspace.store();
  if (store.ok) await deliverMessages({ store: store.value, channels, now: () => new Date() });
  return told.map(({ kind, audience }) => `${kind} ${audience.owner ?? audience.domain}`).sort();
}

it("owners hear once that something of theirs is affected, a domain that its tier 1 report reads what is broken, the causing domain that it is asked", async () => {
  const response = await post("/api/v1/incidents", { symptoms: [{ ref: "orders" }] });
  const { incident } = (await response.json()) as { incident: { id: string } };
  expect(await round()).toEqual(["incident.affected checkout-core", "incident.upstream finance"]);
  expect(await round()).toEqual([]);
  const enter = (action: object) => post(`/api/v1/incidents/${incident.id}/entries`, { action });
  await enter({ kind: "pick_suspect", asset: "orders", domain: "checkout", column: "amount" });
  expect(await round()).toEqual([
    "incident.affected finance-data",
    "incident.affected people-data",
    "incident.cause checkout",
  ]);
  await enter({ kind: "status", text: "Use yesterday's figures." });
  expect(await round()).toEqual([
    "incident.status checkout-core",
    "incident.status finance-data",
    "incident.status people-data",
  ]);
  expect(told[0]?.lines).toEqual(["Use yesterday's figures."]);
  await enter({ kind: "note", text: "looked at the log" });
  expect(await round()).toEqual([]);
});

it("a domain whose tier 1 report reads what turns out to be broken later hears of it too, once, however much is broken before", async () => {
  const symptoms = Array.from({ length: 25 }, (_, at) => ({ ref: `unknown.t${at}` }));
  const response = await post("/api/v1/incidents", { symptoms });
  const { incident } = (await response.json()) as { incident: { id: string } };
  expect(await round()).not.toContain("incident.upstream finance");
  const add = (ref: string) =>
    post(`/api/v1/incidents/${incident.id}/entries`, {
      action: { kind: "add_symptom", symptom: { ref, shows: "wrong" } },
    });
  expect((await add("orders")).status).toBe(200);
  expect(await round()).toContain("incident.upstream finance");
  await add("toy");
  expect(await round()).not.toContain("incident.upstream finance");
});
