import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentEvent } from "#lib/incidents/incident-action.ts";
import { createToken } from "#lib/usecases/access/manage-tokens.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

const table = (id: string, more: object = {}) => ({ id, kind: "table", ...more });
const MESH = {
  assets: [
    table("raw.orders", { domain: "checkout", columns: [{ name: "amount" }] }),
    table("core.orders", { domain: "checkout", columns: [{ name: "amount" }] }),
    table("raw.rates", { domain: "treasury", columns: [{ name: "rate" }] }),
    table("one.shipments"),
    table("two.shipments"),
    {
      id: "CFO Daily",
      kind: "report",
      domain: "finance",
      url: "https://bi.example/dashboards/311",
    },
    { id: "Hub", kind: "dashboard", domain: "operations" },
  ],
  edges: [
    { from: "raw.orders.amount", to: "core.orders.amount", use: "IDENTITY" },
    { from: "core.orders.amount", to: "CFO Daily", use: "MEASURE" },
    { from: "raw.rates.rate", to: "Hub", use: "MEASURE" },
  ],
};

const run = (type: string, day: string, runId: string) => ({
  eventType: type,
  eventTime: `2026-02-${day}Z`,
  producer: "https://example.com/airflow",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  run: { runId },
  job: {
    namespace: "graph",
    name: "train_eta",
    facets: {
      jobType: {
        _producer: "https://example.com",
        _schemaURL: "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json",
        processingType: "BATCH",
        integration: "MLFLOW",
        jobType: "TRAINING",
      },
    },
  },
  inputs: [{ namespace: "graph", name: "core.orders" }],
  outputs: [],
});

let server: StoredServer;

beforeAll(async () => {
  server = await serveEmptyStore();
  const files = [{ path: "mesh.json", text: JSON.stringify(MESH) }];
  expect((await server.post("/api/v1/ingest", { files })).status).toBe(200);
});

afterAll(() => server.stop());

interface Answer {
  readonly status: number;
  readonly incident: Incident;
  readonly events: readonly IncidentEvent[];
  readonly detail?: string;
  readonly next?: string;
  readonly candidates?: readonly string[];
}

async function send(
  path: string,
  body: unknown,
  { url = server.url, token }: { readonly url?: string; readonly token?: string | undefined } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { ...((await response.json()) as Answer), status: response.status };
}

async function open(ref = "CFO Daily"): Promise<string> {
  return (await send("/api/v1/incidents", { symptoms: [{ ref, shows: "wrong" }] })).incident.id;
}

const enter = (id: string, action: unknown): Promise<Answer> =>
  send(`/api/v1/incidents/${id}/entries`, { action });

const openTasks = ({ incident }: Answer): readonly string[] => [
  ...incident.repair.flatMap(({ name, isDone }) => (isDone ? [] : [name])),
  ...incident.published.flatMap(({ what, isDone, isObsolete }) =>
    isDone || isObsolete === true ? [] : [what],
  ),
];

const ORDERS = { kind: "pick_suspect", asset: "raw.orders", column: "amount" };
const RATES = { kind: "pick_suspect", asset: "raw.rates", column: "rate" };

describe("the record of an incident over HTTP", () => {
  it("lists every edition that went out, and is not repaired before each is taken back", async () => {
    const id = await open("Hub");
    const thing = { asset: "CFO Daily", what: "edition of 06:00 mailed", task: "reissue" };
    await enter(id, { kind: "publish", published: thing });
    const push = { ...thing, what: "CSV pushed to the bank", task: "correct" };
    const { incident } = await enter(id, { kind: "publish", published: push });
    expect(incident.published.map(({ what }) => what)).toEqual([thing.what, push.what]);
    await enter(id, { kind: "finish_published", item: 0 });
    await enter(id, { kind: "set_state", state: "mitigating" });
    const repaired = await enter(id, { kind: "set_state", state: "repaired" });
    expect([repaired.status, repaired.detail]).toEqual([400, "1 task is open: correct CFO Daily"]);
  });

  it("plans for the cause that is held for right, and for no other", async () => {
    const id = await open();
    const first = await enter(id, ORDERS);
    expect(openTasks(first)).toEqual([
      "core.orders",
      "perhaps an edition was sent: no run of it is known",
    ]);
    expect(openTasks(await enter(id, RATES))).toEqual([]);
    expect(openTasks(await enter(id, ORDERS))).toEqual(openTasks(first));
    const rejected = await enter(id, {
      kind: "reject_suspect",
      asset: first.incident.cause?.asset,
      reason: "no",
    });
    expect(openTasks(rejected)).toEqual([]);
  });

  it("lists what was trained between the first bad run and the mitigation, as soon as these are known", async () => {
    for (const [day, id] of [
      ["01T00:00:00", "a"],
      ["02T06:00:00", "b"],
      ["03T06:00:00", "c"],
      ["04T12:00:00", "d"],
    ] as const)
      expect((await server.post("/api/v1/lineage", run("COMPLETE", day, id))).ok).toBe(true);
    await expect
      .poll(async () => (await enter(await open(), ORDERS)).incident.published.length, {
        timeout: 20_000,
      })
      .toBe(2);
    const id = await open();
    await enter(id, ORDERS);
    const stamp = (name: string, time: string): Promise<Answer> =>
      enter(id, { kind: "stamp", stamp: name, time });
    await stamp("detected", "2026-02-03T08:00:00Z");
    await stamp("first_bad_run", "2026-02-02T01:00:00Z");
    const answer = await stamp("mitigated", "2026-02-03T09:00:00Z");
    expect(openTasks(answer)).toContain("2 models were trained or scored, perhaps wrong");
    expect(openTasks(answer)).toHaveLength(3);
    expect(answer.incident.repair).toMatchObject([
      { name: "core.orders", since: "2026-02-02T01:00:00Z" },
    ]);
    // Said again, nothing is planned anew.
    const again = await stamp("mitigated", "2026-02-03T09:00:00Z");
    expect(again.events.at(-1)?.action.kind).toBe("stamp");
  });

  it("takes a cause that is in the graph no more, says that its reach is not known, and asks which is meant of several", async () => {
    const id = await open();
    const gone = await enter(id, { ...ORDERS, column: "amount_cents" });
    expect(gone.incident.cause).toMatchObject({ reach: "unknown", column: "amount_cents" });
    expect(gone.events.at(-1)?.action).toMatchObject({
      kind: "note",
      text: expect.stringContaining("is not in the graph: whom it reaches"),
    });
    await enter(id, { kind: "set_state", state: "triaged" });
    const repaired = await enter(id, { kind: "set_state", state: "repaired" });
    expect([repaired.status, repaired.next]).toEqual([400, "say as the reason how it was checked"]);
    const several = await enter(id, { kind: "pick_suspect", asset: "shipments" });
    expect(several.status).toBe(400);
    expect(several.candidates).toHaveLength(2);
    expect((await enter(id, { ...ORDERS, reach: "unknown" })).status).toBe(422);
  });

  it("knows a thing by each of its names: seen right by its title, it is not broken by its address", async () => {
    const address = "https://bi.example/dashboards/311";
    const id = await open(address);
    const right = await enter(id, { kind: "see_healthy", ref: "CFO Daily" });
    expect(right.incident).toMatchObject({ symptoms: [], healthy: ["CFO Daily"] });
    const again = await enter(id, { kind: "add_symptom", symptom: { ref: address } });
    expect(again.incident).toMatchObject({ symptoms: [{ ref: address }], healthy: [] });
  });

  it("is a duplicate of one on which somebody works", async () => {
    const [one, other] = [await open(), await open()];
    const close = (id: string, duplicateOf: string): Promise<Answer> =>
      enter(id, { kind: "set_state", state: "closed", closing: "duplicate", duplicateOf });
    expect((await close(one, other)).status).toBe(200);
    const back = await close(other, one);
    expect([back.status, back.detail]).toEqual([
      400,
      `${one} is closed itself: a duplicate of ${other}`,
    ]);
    const third = await close(await open(), one);
    expect([third.status, third.next]).toEqual([400, `say of ${other}`]);
  });
});

it("a domain's token disputes for its own domain only", async () => {
  const guarded = await serveEmptyStore();
  try {
    const store = await guarded.services.workspace.store();
    if (!store.ok) throw new Error(store.error.message);
    const tokens: string[] = [];
    for (const domain of [undefined, "finance"]) {
      const made = await createToken(store.value, {
        name: domain ?? "all",
        scopes: ["read", "ingest", "sign"],
        createdAt: "2026-01-01T00:00:00Z",
        ...(domain === undefined ? {} : { domain }),
      });
      if (!made.ok) throw new Error(made.error.message);
      tokens.push(made.value.token);
    }
    const [all, finance] = tokens;
    const ask = (path: string, body: unknown, token = all): Promise<Answer> =>
      send(`/api/v1/${path}`, body, { url: guarded.url, token });
    const files = [{ path: "mesh.json", text: JSON.stringify(MESH) }];
    expect((await ask("ingest", { files })).status).toBe(200);
    const { incident } = await ask("incidents", { symptoms: [{ ref: "CFO Daily" }] });
    const entries = `incidents/${incident.id}/entries`;
    expect((await ask(entries, { action: ORDERS })).status).toBe(200);
    const dispute = { kind: "dispute_cause", domain: "checkout", reason: "no" };
    const refused = await ask(entries, { action: dispute }, finance);
    expect([refused.status, refused.detail]).toEqual([
      403,
      "this token speaks for finance, not for checkout",
    ]);
    const own = await ask(entries, { action: { ...dispute, domain: "finance" } }, finance);
    expect(own.status).toBe(200);
  } finally {
    await guarded.stop();
  }
});
