import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

let folder: string;
let server: TestServer;
let clock = new Date("2026-03-03T06:00:00Z");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-ledger-"));
  clock = new Date("2026-03-03T06:00:00Z");
  server = await serveForTests(
    { FAULTLINE_STORE: `file:${folder}/store`, FAULTLINE_CONFIG: join(folder, "faultline.yaml") },
    (services) => ({ ...services, now: () => clock }),
  );
  const mesh = {
    assets: [
      { id: "orders", kind: "table", domain: "checkout", columns: [{ name: "amount" }] },
      { id: "board", kind: "report", domain: "finance", tier: 1 },
    ],
    edges: [{ from: "orders.amount", to: "board", use: "MEASURE" }],
  };
  await send("POST", "/api/v1/ingest", {
    files: [{ path: "mesh.json", text: JSON.stringify(mesh) }],
  });
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function send(method: "GET" | "POST", path: string, body?: unknown) {
  const response = await fetch(server.url + path, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const turnOn = (): Promise<void> =>
  writeFile(
    join(folder, "faultline.yaml"),
    "version: 1\nledger:\n  on: true\n  decides: the data council\n",
  );

describe("the ledger over HTTP", () => {
  it("is off until the configuration turns it on, and then shows the row that is asked for; sharing wider is a decision", async () => {
    expect(await send("GET", "/api/v1/ledger?domain=checkout")).toMatchObject({
      status: 200,
      body: { state: "off", next: expect.stringContaining("faultline.yaml") },
    });
    await turnOn();
    expect(await send("GET", "/api/v1/ledger")).toMatchObject({
      status: 200,
      body: { state: "asks_domain" },
    });
    const own = await send("GET", "/api/v1/ledger?domain=checkout");
    expect(own).toMatchObject({
      status: 200,
      body: { sharing: "own", own: ["checkout"], decides: "the data council" },
    });
    const decided = await send("POST", "/api/v1/ledger/sharing", {
      with: "all",
      reason: "the council agreed",
    });
    expect(decided).toMatchObject({
      status: 200,
      body: { decisions: [{ with: "all", reason: "the council agreed" }] },
    });
    expect(await send("GET", "/api/v1/ledger")).toMatchObject({
      status: 200,
      body: { sharing: "all" },
    });
  });

  it("a dispute is decided after five working days, by the role that the company named", async () => {
    await turnOn();
    const opened = await send("POST", "/api/v1/incidents", { symptoms: [{ ref: "board" }] });
    const { id } = opened.body["incident"] as { id: string };
    const enter = (action: object) => send("POST", `/api/v1/incidents/${id}/entries`, { action });
    await enter({ kind: "pick_suspect", asset: "orders", domain: "checkout" });
    await enter({ kind: "dispute_cause", domain: "checkout", reason: "ours was fine" });
    const decide = {
      kind: "decide_dispute",
      role: "the data council",
      stands: true,
      reason: "the log shows it",
    };
    expect(await enter(decide)).toMatchObject({ status: 403 });
    clock = new Date("2026-03-10T06:00:00Z");
    expect(await send("GET", "/api/v1/ledger?domain=checkout")).toMatchObject({
      body: { disputes: [{ incident: id, workingDays: 5, isDue: true }] },
    });
    expect(await enter({ ...decide, role: "somebody" })).toMatchObject({ status: 403 });
    expect(await enter(decide)).toMatchObject({ status: 200 });
    expect(await send("GET", "/api/v1/ledger?domain=checkout")).toMatchObject({
      body: { disputes: [], decided: [{ incident: id, role: "the data council", stands: true }] },
    });
  });
});
