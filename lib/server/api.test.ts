import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GATE_RUN } from "#lib/review/gate-run.fixture.ts";
import { createToken } from "#lib/usecases/access/manage-tokens.ts";
import { ENDPOINTS } from "./endpoints.ts";
import type { TestServer } from "./serve-for-tests.ts";
import { serveForTests } from "./serve-for-tests.ts";

const GRAPH = {
  assets: [
    {
      id: "checkout.orders",
      kind: "table",
      domain: "checkout",
      owner: "checkout-team",
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "amount", type: "INTEGER" },
      ],
    },
    {
      id: "finance.revenue",
      kind: "table",
      domain: "finance",
      queries: [
        {
          name: "build",
          sql: "select id, sum(amount) as total from checkout.orders group by id",
          dialect: "duckdb",
        },
      ],
    },
    { id: "board_report", kind: "report", domain: "finance", tier: 1, owner: "finance-team" },
  ],
  edges: [{ from: "finance.revenue.total", to: "board_report", use: "MEASURE" }],
};

const eventOf = (job: string, output: string, field = "amount") => ({
  eventType: "COMPLETE",
  eventTime: "2026-11-03T02:00:00.123Z",
  producer: "https://spark.example/1.0",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  run: { runId: "0198c2e4-7d2a-7000-8000-000000000001" },
  job: { namespace: "spark", name: job },
  inputs: [
    {
      namespace: "lake",
      name: "raw.clicks",
      facets: {
        schema: { _producer: "p", _schemaURL: "s", fields: [{ name: "user_id", type: "string" }] },
      },
    },
  ],
  outputs: [
    {
      namespace: "lake",
      name: output,
      facets: {
        schema: { _producer: "p", _schemaURL: "s", fields: [{ name: field, type: "int" }] },
        columnLineage: {
          _producer: "p",
          _schemaURL: "s",
          fields: {
            [field]: {
              inputFields: [
                {
                  namespace: "lake",
                  name: "raw.clicks",
                  field: "user_id",
                  transformations: [{ type: "DIRECT", subtype: "AGGREGATION" }],
                },
              ],
            },
          },
        },
      },
    },
  ],
});

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-api-"));
  server = await serveForTests({
    FAULTLINE_STORE: `file:${folder}/store`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });
  const posted = await post("/api/v1/ingest", {
    files: [{ path: "mesh.json", text: JSON.stringify(GRAPH) }],
  });
  expect(posted.status).toBe(200);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** All events that were acknowledged are in the answers. */
async function takenIn(): Promise<void> {
  await server.services.events.settle();
  await server.services.workspace.refresh();
}

const get = async (path: string) => (await fetch(server.url + path)).json();

async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; detail: string }> {
  expect(response.headers.get("content-type")).toContain("application/problem+json");
  return (await response.json()) as { status: number; code: string; detail: string };
}

describe("an OpenLineage event over HTTP", () => {
  it("is durable when it is answered, and its columns are found once it is taken in", async () => {
    const response = await post("/api/v1/lineage", eventOf("sessionize", "mart.sessions"));
    expect(response.status).toBe(201);
    await takenIn();
    const found = (await get("/api/v1/search?q=sessions%20amount")) as {
      hits: { name: string; column: string }[];
    };
    expect(found.hits[0]).toMatchObject({ name: "mart.sessions", column: "amount" });
  });

  it("is found, and triaged, by the text of an error that names its table", async () => {
    await post("/api/v1/lineage", eventOf("sessionize", "mart.sessions"));
    await takenIn();
    const text =
      'Database Error in model sessions (models/sessions.sql)\n  relation "x" does not exist';
    const found = (await get(`/api/v1/search?q=${encodeURIComponent(text)}`)) as {
      hits: { name: string }[];
    };
    expect(found.hits.map(({ name }) => name)).toEqual(["mart.sessions"]);
    const answer = await post("/api/v1/triage", { symptoms: [{ ref: text }] });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await answer.json())).toContain("mart.sessions");
    const unknown = await post("/api/v1/triage", {
      symptoms: [{ ref: 'ERROR: relation "crm.leads" does not exist' }],
    });
    expect((await problemOf(unknown)).detail).toContain("table crm.leads");
  });

  it("appears in answers within a second without anybody asking for it", async () => {
    await post("/api/v1/lineage", eventOf("late", "mart.late_table"));
    await expect
      .poll(
        async () => ((await get("/api/v1/search?q=late_table")) as { hits: unknown[] }).hits.length,
        { timeout: 5_000 },
      )
      .toBeGreaterThan(0);
  });

  it("changes nothing when it is sent twice", async () => {
    await post("/api/v1/lineage", eventOf("twice", "mart.twice"));
    await takenIn();
    const { version } = server.services.workspace.status();
    await post("/api/v1/lineage", eventOf("twice", "mart.twice"));
    await takenIn();
    expect(server.services.workspace.status().version).toBe(version);
  });

  it("is taken from a client that sends chunks, gzip and a charset, with no length", async () => {
    const body = gzipSync(JSON.stringify(eventOf("chunked", "mart.chunked")));
    const answer = await sendRaw(server.port, [
      "POST /api/v1/lineage HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer anything\r\n",
      "Content-Type: application/json; charset=UTF-8\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
      ...[0, 100]
        .map((from) => body.subarray(from, from === 0 ? 100 : undefined))
        .flatMap((part) => [`${part.length.toString(16)}\r\n`, part, "\r\n"]),
      "0\r\n\r\n",
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
  });

  it("is refused with a reason when it can never be accepted", async () => {
    const { eventTime: _, ...timeless } = eventOf("x", "y");
    const response = await post("/api/v1/lineage", timeless);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect((await problemOf(response)).detail).toContain("eventTime");
  });

  it("is refused when the JSON is cut off, when it is no gzip, and when the charset is unknown", async () => {
    expect((await problemOf(await post("/api/v1/lineage", '{"eventTime":'))).code).toBe("bad-json");
    expect(
      (await problemOf(await post("/api/v1/lineage", "{}", { "content-encoding": "gzip" }))).code,
    ).toBe("bad-encoding");
    const charset = await post("/api/v1/lineage", "{}", {
      "content-type": "application/json; charset=klingon",
    });
    expect(charset.status).toBe(415);
    const form = await post("/api/v1/lineage", "a=b", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(form.status).toBe(415);
  });

  it("is refused with 413 over the limit, also when only the unpacked text is over it", async () => {
    const bomb = gzipSync(Buffer.alloc(80e6, 32));
    const response = await fetch(`${server.url}/api/v1/lineage`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: new Uint8Array(bomb),
    });
    expect(response.status).toBe(413);
  });

  it("in a batch is taken beside those that are refused, which are named", async () => {
    const response = await post("/api/v1/lineage/batch", [
      eventOf("b1", "mart.b1"),
      { nonsense: true },
      eventOf("b2", "mart.b2"),
    ]);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "partial_success",
      summary: { received: 3, successful: 2, failed: 1 },
      failed_events: [{ index: 1, retriable: false }],
    });
  });

  it("is there once it is acknowledged, also when many arrive at the same time", async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const response = await post("/api/v1/lineage", eventOf(`burst_${i}`, `burst.table_${i}`));
        expect(response.status).toBe(201);
      }),
    );
    await takenIn();
    expect(
      ((await get("/api/v1/search?q=burst.table&limit=100")) as { hits: unknown[] }).hits.length,
    ).toBeGreaterThanOrEqual(40);
  });
});

describe("questions over HTTP", () => {
  it("give the blast radius of a change", async () => {
    const response = await post("/api/v1/impact", {
      changes: [{ kind: "drop_column", asset: "orders", column: "amount" }],
    });
    const answer = (await response.json()) as {
      verdicts: { asset: { name: string }; verdict: string }[];
    };
    const report = answer.verdicts.find(({ asset }) => asset.name === "board_report");
    expect(report?.verdict).not.toBe("unaffected");
    expect(report).toBeDefined();
  });

  it("say that a column does not exist, and which may have been meant", async () => {
    const response = await post("/api/v1/impact", {
      changes: [{ ref: "orders.amout", kind: "drop_column" }],
    });
    expect(await response.json()).toMatchObject({ error: { code: "unknown-column" } });
  });

  it("bound a sub-graph and say what they leave out", async () => {
    const answer = (await get(
      "/api/v1/graph?asset=checkout.orders&hops=1&direction=downstream",
    )) as { assets: { name: string }[]; leftOut: { beyondHops: number } };
    expect(answer.assets.map(({ name }) => name)).toEqual(["checkout.orders", "finance.revenue"]);
    expect(answer.leftOut.beyondHops).toBe(1);
  });

  it("find an asset by id, however often its slashes are escaped", async () => {
    const { hits } = (await get("/api/v1/search?q=revenue")) as { hits: { asset: string }[] };
    const id = hits[0]?.asset ?? "";
    for (const segment of [encodeURIComponent(id), id, "finance.revenue"]) {
      expect(await get(`/api/v1/assets/${segment}`)).toMatchObject({ name: "finance.revenue" });
    }
  });

  it("answer what is not there with a problem document", async () => {
    expect((await problemOf(await fetch(`${server.url}/api/v1/nothing`))).status).toBe(404);
    expect((await problemOf(await fetch(`${server.url}/api/v1/impact`))).code).toBe(
      "method-not-allowed",
    );
    expect((await problemOf(await fetch(`${server.url}/api/v1/assets/zzz`))).code).toBe(
      "unknown-asset",
    );
    expect((await problemOf(await fetch(`${server.url}/api/v1/search`))).code).toBe("bad-usage");
  });
});

describe("domains, owners and tiers in bulk", () => {
  it("are set by a rule, win over what sources say, and name who set them", async () => {
    const response = await fetch(`${server.url}/api/v1/assets/attributes`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        selection: { rule: { name: "finance.*" } },
        edit: { owner: "controlling", tier: 1 },
      }),
    });
    expect(response.status).toBe(200);
    const page = (await get("/api/v1/assets/finance.revenue")) as {
      attributes: { owner: string; tier: number };
      placeholder: boolean;
    };
    expect(page.attributes).toMatchObject({ owner: "controlling", tier: 1 });
    expect(page.placeholder).toBe(false);
    const store = await server.services.workspace.store();
    const records = store.ok ? await store.value.listRecords("mutations") : undefined;
    const edits = records?.ok
      ? records.value.map(({ body }) => body as { action: string; actor: { name: string } })
      : [];
    expect(edits.find(({ action }) => action === "set-attributes")?.actor.name).toBe("local");
  });

  it("survive that the source is read again", async () => {
    await post("/api/v1/ingest", { files: [{ path: "mesh.json", text: JSON.stringify(GRAPH) }] });
    expect(await get("/api/v1/assets/finance.revenue")).toMatchObject({
      attributes: { owner: "controlling" },
    });
  });
});

describe("the description of the API", () => {
  const described: Record<string, { path: string; init?: RequestInit }> = {
    "GET /api/v1/search": { path: "/api/v1/search?q=a" },
    "GET /api/v1/assets/{id}": { path: "/api/v1/assets/finance.revenue" },
    "GET /api/v1/graph": { path: "/api/v1/graph?asset=finance.revenue" },
    "GET /api/v1/sources": { path: "/api/v1/sources" },
    "GET /api/v1/home": { path: "/api/v1/home" },
    "GET /api/v1/waits": { path: "/api/v1/waits" },
    "GET /api/v1/health": { path: "/api/v1/health" },
    "GET /api/v1/export": { path: "/api/v1/export" },
    "GET /api/v1/openapi.json": { path: "/api/v1/openapi.json" },
    "POST /api/v1/impact": {
      path: "/api/v1/impact",
      init: {
        method: "POST",
        body: JSON.stringify({
          changes: [
            { kind: "type_changed", ref: "orders.amount", fromType: "INTEGER", toType: "VARCHAR" },
            { kind: "drop_column", asset: "nobody", column: "x" },
          ],
          each: true,
        }),
      },
    },
    "POST /api/v1/triage": {
      path: "/api/v1/triage",
      init: {
        method: "POST",
        body: JSON.stringify({
          symptoms: [{ ref: "finance.revenue", shows: "wrong" }, { ref: "nobody" }],
          changes: [{ kind: "drop_column", ref: "orders.amount", at: "2026-01-01T00:00:00Z" }],
        }),
      },
    },
    "GET /api/v1/queries/{id}": { path: "/api/v1/queries/finance.revenue" },
    "GET /api/v1/changes": { path: "/api/v1/changes?limit=5" },
    "GET /api/v1/changes-between": { path: "/api/v1/changes-between?from=0" },
    "GET /api/v1/identity": { path: "/api/v1/identity" },
    "POST /api/v1/identity": {
      path: "/api/v1/identity",
      init: {
        method: "POST",
        body: JSON.stringify({ action: "reject", a: "orders", b: "finance.revenue" }),
      },
    },
    "POST /api/v1/alerts": {
      path: "/api/v1/alerts",
      init: {
        method: "POST",
        body: JSON.stringify({
          version: "4",
          alerts: [{ status: "resolved", labels: { alertname: "Rows", table: "finance.revenue" } }],
        }),
      },
    },
    "GET /api/v1/ledger": { path: "/api/v1/ledger?domain=checkout" },
    "POST /api/v1/ledger/sharing": {
      path: "/api/v1/ledger/sharing",
      init: {
        method: "POST",
        body: JSON.stringify({ with: "all", reason: "both councils agreed" }),
      },
    },
    "GET /api/v1/promises": { path: "/api/v1/promises" },
    "GET /api/v1/board": { path: "/api/v1/board" },
    "GET /api/v1/incidents": { path: "/api/v1/incidents" },
    "POST /api/v1/incidents": {
      path: "/api/v1/incidents",
      init: {
        method: "POST",
        body: JSON.stringify({ symptoms: [{ ref: "board_report", shows: "wrong" }] }),
      },
    },
    "GET /api/v1/incidents/{id}/export": { path: "/api/v1/incidents/INC-1/export?format=markdown" },
    "GET /api/v1/incidents/{id}": { path: "/api/v1/incidents/INC-1" },
    "POST /api/v1/incidents/{id}/entries": {
      path: "/api/v1/incidents/INC-1/entries",
      init: {
        method: "POST",
        body: JSON.stringify({
          action: { kind: "pick_suspect", asset: "checkout.orders", column: "amount" },
        }),
      },
    },
    "GET /api/v1/reviews": { path: "/api/v1/reviews" },
    "POST /api/v1/reviews": {
      path: "/api/v1/reviews",
      init: {
        method: "POST",
        body: JSON.stringify({ changes: [{ kind: "drop_column", ref: "checkout.orders.amount" }] }),
      },
    },
    "GET /api/v1/reviews/{id}": { path: "/api/v1/reviews/REV-1" },
    "GET /api/v1/reviews/{id}/order": { path: "/api/v1/reviews/REV-1/order" },
    "GET /api/v1/reviews/{id}/state": { path: "/api/v1/reviews/REV-1/state" },
    "GET /api/v1/reviews/{id}/export": { path: "/api/v1/reviews/REV-1/export?format=html" },
    "GET /api/v1/outbox": { path: "/api/v1/outbox" },
    "POST /api/v1/outbox/{id}/retry": {
      path: "/api/v1/outbox/d1/retry",
      init: { method: "POST", body: "{}" },
    },
    "GET /api/v1/feed.atom": { path: "/api/v1/feed.atom?owner=finance-data" },
    "GET /api/v1/feed.json": { path: "/api/v1/feed.json" },
    "POST /api/v1/reviews/{id}/entries": {
      path: "/api/v1/reviews/REV-1/entries",
      init: {
        method: "POST",
        body: JSON.stringify({ action: { kind: "note", text: "see the plan" } }),
      },
    },
    "POST /api/v1/lineage": {
      path: "/api/v1/lineage",
      init: { method: "POST", body: JSON.stringify(eventOf("d", "mart.d")) },
    },
    "POST /api/v1/lineage/batch": {
      path: "/api/v1/lineage/batch",
      init: { method: "POST", body: "[]" },
    },
    "GET /api/v1/gate": { path: "/api/v1/gate" },
    "GET /api/v1/gate/misses.csv": { path: "/api/v1/gate/misses.csv" },
    "POST /api/v1/gate/runs": {
      path: "/api/v1/gate/runs",
      init: { method: "POST", body: JSON.stringify(GATE_RUN) },
    },
    "POST /api/v1/gate/misses": {
      path: "/api/v1/gate/misses",
      init: {
        method: "POST",
        body: JSON.stringify({ fingerprint: "aaaa", says: "wrong", because: "not deployed" }),
      },
    },
    "POST /api/v1/check": {
      path: "/api/v1/check",
      init: {
        method: "POST",
        body: JSON.stringify({
          base: "store",
          head: {
            label: "001.sql",
            files: [
              {
                path: "001.sql",
                root: "001.sql",
                text: "alter table checkout.orders drop column amount;",
              },
            ],
          },
        }),
      },
    },
    "POST /api/v1/ingest": {
      path: "/api/v1/ingest",
      init: {
        method: "POST",
        body: JSON.stringify({
          files: [{ path: "mesh.json", text: JSON.stringify(GRAPH) }],
          dryRun: true,
        }),
      },
    },
    "POST /api/v1/syncs": {
      path: "/api/v1/syncs",
      init: {
        method: "POST",
        body: JSON.stringify({
          name: "mesh",
          place: "mesh.json",
          root: "/srv/team",
          configured: ["mesh"],
          files: [{ path: "mesh.json", text: JSON.stringify(GRAPH) }],
        }),
      },
    },
    "PUT /api/v1/assets/attributes": {
      path: "/api/v1/assets/attributes",
      init: {
        method: "PUT",
        body: JSON.stringify({ selection: { assets: ["orders"] }, edit: { domain: "checkout" } }),
      },
    },
    "GET /metrics": { path: "/metrics" },
  };

  beforeAll(async () => {
    await writeFile(join(folder, "none.yaml"), "version: 1\nledger: {on: true}\n");
    const store = await server.services.workspace.store();
    if (!store.ok) throw new Error(store.error.message);
    const message = {
      key: "REV-1:asked:finance-data",
      kind: "review.asked",
      subject: "REV-1",
      audience: { owner: "finance-data" },
      title: "orders.amount is dropped",
      lines: ["orders.amount is dropped."],
      path: "/changes/REV-1",
      at: "2026-03-03T09:00:00.000Z",
    };
    const delivery = {
      message,
      channel: "chat",
      state: "given_up",
      attempts: 16,
      nextAt: message.at,
    };
    await store.value.putRecord("outbox-deliveries", "d1", delivery);
    await store.value.putRecord("outbox-messages", "m1", message);
  });

  for (const endpoint of ENDPOINTS) {
    const name = `${endpoint.method} ${endpoint.path}`;
    it(`fits the real answer of ${name}`, async () => {
      const call = described[name];
      expect(call, "every endpoint is tried here").toBeDefined();
      const response = await fetch(server.url + (call?.path ?? ""), {
        ...call?.init,
        headers: { "content-type": "application/json" },
      });
      expect(response.status).toBe(endpoint.answer.status);
      const body: unknown = endpoint.answer.type ? await response.text() : await response.json();
      const parsed = endpoint.answer.schema?.safeParse(body);
      expect(parsed?.success ? [] : parsed?.error.issues).toEqual([]);
    });
  }

  it("is an OpenAPI 3.1 document whose operations have names of their own and whose references lead somewhere", async () => {
    const document = (await get("/api/v1/openapi.json")) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe("3.1.0");
    const names = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((one) => one.operationId),
    );
    expect(new Set(names).size).toBe(names.length);
    const references = JSON.stringify(document).match(/"#\/components\/schemas\/\w+"/g) ?? [];
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty(
        reference.slice(1, -1).split("/").at(-1) ?? "",
      );
    }
  });
});

describe("a page of another site", () => {
  it("may not write, with any header that a browser lets it send", async () => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      const response = await post("/api/v1/lineage", eventOf("evil", "mart.evil"), {
        "content-type": "text/plain",
        ...headers,
      } as Record<string, string>);
      expect(response.status).toBe(403);
    }
  });

  it("gets nothing by giving 127.0.0.1 a name of its own", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(
        {
          port: server.port,
          host: "127.0.0.1",
          path: "/api/v1/sources",
          headers: { host: "rebound.example" },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it("is not the page that this server itself gave", async () => {
    const response = await post(
      "/api/v1/impact",
      { changes: [{ ref: "orders.amount" }] },
      { origin: server.url },
    );
    expect(response.status).toBe(200);
  });
});

describe("with tokens", () => {
  let guarded: TestServer;
  const tokens: Record<string, string> = {};
  let guardedFolder: string;

  beforeAll(async () => {
    guardedFolder = await mkdtemp(join(tmpdir(), "faultline-auth-"));
    guarded = await serveForTests({
      FAULTLINE_STORE: `file:${guardedFolder}/store`,
      FAULTLINE_CONFIG: join(guardedFolder, "none.yaml"),
      FAULTLINE_PROXY: "10.1.0.0/16",
      FAULTLINE_PROXY_ADMINS: "platform",
      FAULTLINE_HOP_SECRET: "s3cret",
    });
    const store = await guarded.services.workspace.store();
    if (!store.ok) throw new Error(store.error.message);
    for (const [name, scopes, domain] of [
      ["reader", ["read"], undefined],
      ["checkout-ci", ["ingest"], "checkout"],
      ["everybody-ci", ["ingest"], undefined],
      ["old", ["read"], undefined],
    ] as const) {
      const made = await createToken(store.value, {
        name,
        scopes,
        createdAt: "2026-01-01T00:00:00Z",
        ...(domain ? { domain } : {}),
        ...(name === "old" ? { expiresAt: "2026-01-02T00:00:00Z" } : {}),
      });
      if (made.ok) tokens[name] = made.value.token;
    }
  });

  afterAll(async () => {
    await guarded.stop();
    await rm(guardedFolder, { recursive: true, force: true });
  });

  const ask = async (path: string, headers: Record<string, string>, body?: unknown) =>
    (
      await fetch(guarded.url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    ).status;

  const bearer = (name: string) => ({ authorization: `Bearer ${tokens[name]}` });

  it("nobody reads or writes without one, with a wrong one or with one that has expired", async () => {
    expect(await ask("/api/v1/sources", {})).toBe(401);
    expect(await ask("/api/v1/sources", { authorization: `Bearer ${tokens["reader"]}x` })).toBe(
      401,
    );
    expect(
      await ask("/api/v1/sources", {
        authorization: "Bearer flt_000000000000_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      }),
    ).toBe(401);
    expect(await ask("/api/v1/sources", bearer("old"))).toBe(401);
    expect(await ask("/metrics", {})).toBe(401);
    expect(await ask("/api/v1/health", {})).toBe(200);
  });

  it("each does what its scopes allow", async () => {
    expect(await ask("/api/v1/sources", bearer("reader"))).toBe(200);
    expect(await ask("/api/v1/lineage", bearer("reader"), eventOf("a", "mart.a"))).toBe(403);
    expect(await ask("/api/v1/export", bearer("everybody-ci"))).toBe(403);
    expect(await ask("/api/v1/lineage", bearer("checkout-ci"), eventOf("a", "mart.a"))).toBe(201);
    expect(
      await ask("/api/v1/sources", {
        authorization: `Basic ${Buffer.from(`me:${tokens["reader"]}`).toString("base64")}`,
      }),
    ).toBe(200);
  });

  it("one of a domain writes for that domain", async () => {
    expect(
      await ask("/api/v1/ingest", bearer("checkout-ci"), {
        files: [{ path: "a.json", text: JSON.stringify(GRAPH) }],
        domain: "finance",
      }),
    ).toBe(403);
    await ask("/api/v1/lineage", bearer("checkout-ci"), eventOf("owned", "mart.owned"));
    await guarded.services.events.settle();
    await guarded.services.workspace.refresh();
    const page = await (
      await fetch(`${guarded.url}/api/v1/assets/mart.owned`, { headers: bearer("reader") })
    ).json();
    expect(page).toMatchObject({ attributes: { domain: "checkout" } });
  });

  it("one of a domain leaves other domains' assets as they are, and says which", async () => {
    const send = (token: string, assets: readonly object[]) =>
      fetch(`${guarded.url}/api/v1/ingest`, {
        method: "POST",
        headers: { "content-type": "application/json", ...bearer(token) },
        body: JSON.stringify({
          files: [{ path: "g1.json", text: JSON.stringify({ assets, edges: [] }) }],
        }),
      });
    const ledger = { id: "fin.ledger", kind: "table", domain: "finance", owner: "fin", tier: 1 };
    const users = { id: "risk.users", kind: "table", domain: "risk", owner: "risk", tier: 2 };
    expect((await send("everybody-ci", [ledger, users])).status).toBe(200);
    const { domain: _domain, ...unsaid } = users;
    const stolen = [
      { ...ledger, owner: "thief", tier: 4 },
      { ...unsaid, owner: "thief", tier: 4 },
    ];
    const mixed = await send("checkout-ci", [...stolen, { id: "checkout.cart", kind: "table" }]);
    expect(mixed.status).toBe(200);
    const report = await mixed.json();
    expect(report.assets).toBe(1);
    expect(report.problems.map(({ code }: { code: string }) => code)).toEqual([
      "other-domain",
      "other-domain",
    ]);
    expect((await send("checkout-ci", stolen)).status).toBe(403);
    await guarded.services.workspace.refresh();
    for (const { id, owner, tier, domain } of [ledger, users]) {
      const page = await fetch(`${guarded.url}/api/v1/assets/${id}`, { headers: bearer("reader") });
      expect(await page.json()).toMatchObject({ attributes: { owner, tier, domain } });
    }
  });

  it("events of a token of a domain say nothing of another domain's owner", async () => {
    const event = eventOf("steal", "fin.vault") as { outputs: { facets: object }[] };
    const tags = { _producer: "p", _schemaURL: "s", tags: [{ key: "domain", value: "finance" }] };
    for (const output of event.outputs) Object.assign(output.facets, { tags });
    expect(await ask("/api/v1/lineage", bearer("checkout-ci"), event)).toBe(201);
    await guarded.services.events.settle();
    await guarded.services.workspace.refresh();
    expect(await ask("/api/v1/assets/fin.vault", bearer("reader"))).toBe(404);
  });

  it("a proxy's headers count from the proxy's address only, and only as serve wrote it", async () => {
    const user = { "x-forwarded-user": "someone", "x-forwarded-groups": "platform" };
    expect(await ask("/api/v1/sources", user)).toBe(401);
    expect(await ask("/api/v1/sources", { ...user, "x-faultline-hop": "guess 10.1.2.3" })).toBe(
      401,
    );
    expect(await ask("/api/v1/sources", { ...user, "x-faultline-hop": "s3cret 192.168.0.1" })).toBe(
      401,
    );
    expect(
      await ask("/api/v1/sources", { ...user, "x-faultline-hop": "s3cret ::ffff:10.1.2.3" }),
    ).toBe(200);
  });
});

/** A client without any HTTP library: what it writes is what goes over the wire. */
function sendRaw(port: number, parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => {
      for (const part of parts) socket.write(part);
    });
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}
