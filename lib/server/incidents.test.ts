import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestServer } from "./serve-for-tests.ts";
import { serveForTests } from "./serve-for-tests.ts";

const MESH = {
  assets: [
    {
      id: "checkout.orders",
      kind: "table",
      domain: "checkout",
      owner: "checkout-core",
      columns: [{ name: "id" }, { name: "amount" }],
    },
    {
      id: "finance.revenue",
      kind: "table",
      domain: "finance",
      owner: "finance-data",
      queries: [
        {
          name: "build",
          sql: "select id, sum(amount) as total from checkout.orders group by id",
          dialect: "duckdb",
        },
      ],
    },
    { id: "board_report", kind: "report", domain: "finance", tier: 1, owner: "finance-data" },
  ],
  edges: [{ from: "finance.revenue.total", to: "board_report", use: "MEASURE" }],
};

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-incidents-"));
  server = await start();
  const files = [{ path: "mesh.json", text: JSON.stringify(MESH) }];
  expect((await post("/api/v1/ingest", { files })).status).toBe(200);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const start = (): Promise<TestServer> =>
  serveForTests({
    FAULTLINE_STORE: `file:${folder}/store`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

interface Answer {
  readonly incident: {
    readonly id: string;
    readonly state: string;
    readonly seq: number;
    readonly affected: readonly { readonly name: string }[];
    readonly repair: readonly { readonly name: string }[];
    readonly published: readonly { readonly asset: string; readonly task: string }[];
    readonly roles: { readonly lead?: string };
  };
  readonly events: readonly { readonly seq: number; readonly action: { readonly kind: string } }[];
}

async function open(): Promise<Answer["incident"]> {
  const response = await post("/api/v1/incidents", {
    symptoms: [{ ref: "board_report", shows: "wrong", seen: "net revenue is off by 100" }],
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as Answer).incident;
}

const enter = (id: string, action: unknown, ifSeq?: number): Promise<Response> =>
  post(`/api/v1/incidents/${id}/entries`, ifSeq === undefined ? { action } : { action, ifSeq });

const read = async (id: string): Promise<Answer> =>
  (await (await fetch(`${server.url}/api/v1/incidents/${id}`)).json()) as Answer;

describe("incidents over HTTP", () => {
  it("know whose the broken things are; a picked cause brings its radius, the repair in order and what went out", async () => {
    const { id, affected } = await open();
    expect(affected.map(({ name }) => name)).toEqual(["board_report"]);
    await enter(id, { kind: "pick_suspect", asset: "checkout.orders", column: "amount" });
    const { incident } = await read(id);
    expect(incident.affected.map(({ name }) => name).sort()).toEqual([
      "board_report",
      "finance.revenue",
    ]);
    expect(incident.repair.map(({ name }) => name)).toEqual(["finance.revenue"]);
    expect(incident.published).toMatchObject([{ task: "reissue" }]);
  });

  it("keep every entry of people who write at the same moment, each with a number of its own", async () => {
    const { id } = await open();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => enter(id, { kind: "note", text: `note ${at}` })),
    );
    const kept = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ status }) => status === 409).length;
    expect(kept + refused).toBe(8);
    const { events } = await read(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.filter(({ action }) => action.kind === "note")).toHaveLength(kept);
  });

  it("are as grave as the gravest thing that a picked cause reaches, and never less than was said", async () => {
    const response = await post("/api/v1/incidents", { symptoms: [{ ref: "checkout.orders" }] });
    const { incident } = (await response.json()) as { incident: { id: string; severity: string } };
    expect(incident.severity).toBe("SEV3");
    const pick = { kind: "pick_suspect", asset: "checkout.orders", column: "amount" };
    const path = `/api/v1/incidents/${incident.id}/entries`;
    const picked = await post(path, { action: pick });
    expect(((await picked.json()) as { incident: object }).incident).toMatchObject({
      severity: "SEV2",
    });
    await post(path, { action: { kind: "set_severity", severity: "SEV1" } });
    const again = await post(path, { action: pick });
    expect(((await again.json()) as { incident: object }).incident).toMatchObject({
      severity: "SEV1",
    });
  });

  it("go on although an asset of theirs is in the graph no more", async () => {
    const response = await post("/api/v1/incidents", {
      symptoms: [{ ref: "a table that was deleted" }, { ref: "board_report" }],
    });
    const { incident } = (await response.json()) as { incident: { id: string } };
    const path = `/api/v1/incidents/${incident.id}/entries`;
    const pick = { kind: "pick_suspect", asset: "gone.orders", column: "amount" };
    expect((await post(path, { action: pick })).status).toBe(200);
    expect((await post(path, { action: { kind: "note", text: "it was dropped" } })).status).toBe(
      200,
    );
    const triage = await post("/api/v1/triage", {
      symptoms: [{ ref: "a table that was deleted" }, { ref: "board_report" }],
    });
    const answer = (await triage.json()) as { suspects: object[]; errors: { ref: string }[] };
    expect(answer.suspects.length).toBeGreaterThan(0);
    expect(answer.errors.map(({ ref }) => ref)).toEqual(["a table that was deleted"]);
  });

  it("say of a picked cause what the graph calls it and whose it is, whatever the client says", async () => {
    const { id } = await open();
    await enter(id, { kind: "pick_suspect", asset: "orders", column: "amount", domain: "finance" });
    expect((await read(id)).incident).toMatchObject({
      cause: {
        asset: expect.stringMatching(/checkout\.orders$/),
        domain: "checkout",
        column: "amount",
      },
    });
    const stranger = await enter(id, { kind: "dispute_cause", domain: "weather", reason: "no" });
    expect(await stranger.json()).toMatchObject({
      status: 403,
      next: "those who may dispute it are checkout, finance",
    });
    expect(
      (await enter(id, { kind: "dispute_cause", domain: "checkout", reason: "no" })).status,
    ).toBe(200);
  });

  it("keep no confirmation twice, no times in an order that cannot be, no link that opens no page", async () => {
    const { id } = await open();
    await enter(id, { kind: "pick_suspect", asset: "checkout.orders" });
    const confirm = { kind: "confirm_cause", side: "lead" };
    expect((await enter(id, confirm)).status).toBe(200);
    expect((await enter(id, confirm)).status).toBe(409);
    const stamp = (name: string, time: string) => enter(id, { kind: "stamp", stamp: name, time });
    expect((await stamp("first_bad_run", "2026-02-01T02:00:00Z")).status).toBe(200);
    expect(await (await stamp("mitigated", "2020-01-01T00:00:00Z")).json()).toMatchObject({
      detail:
        "mitigated at 2020-01-01T00:00:00Z would be before first bad run at 2026-02-01T02:00:00Z",
    });
    expect((await stamp("mitigated", "2026-02-01T04:00:00Z")).status).toBe(200);
    for (const href of [
      ...["javascript:alert(1)", "//elsewhere.example/x", "data:text/html,x"],
      ...["/\\elsewhere.example", "/\t/elsewhere.example", "/\n\\elsewhere.example"],
    ])
      expect((await enter(id, { kind: "link", to: "change", href })).status).toBe(422);
    expect((await enter(id, { kind: "link", to: "review", href: "/changes/REV-1" })).status).toBe(
      200,
    );
  });

  it("answer 409, with what came in between, to somebody who decided on an older state", async () => {
    const { id, seq } = await open();
    await enter(id, { kind: "take_role", role: "lead", who: "finance-data" });
    const late = await enter(id, { kind: "set_state", state: "mitigating" }, seq);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      code: "conflict",
      detail: "1 entries were made since: take_role",
    });
    const second = await enter(id, { kind: "take_role", role: "lead", who: "checkout-core" });
    expect(second.status).toBe(409);
    expect((await read(id)).incident.roles.lead).toBe("finance-data");
  });

  it("refuse what is no entry, with the reason, and lose nothing by it", async () => {
    const { id, seq } = await open();
    for (const action of [
      { kind: "nonsense" },
      { kind: "set_state", state: "repaired" },
      { kind: "acknowledge", domain: "search" },
      { kind: "set_state", state: "closed" },
      { kind: "open", title: "again", symptoms: [], severity: "SEV1", affected: [] },
    ]) {
      const response = await enter(id, action);
      expect([400, 422]).toContain(response.status);
      expect((await response.json()) as object).toHaveProperty("code");
    }
    expect((await read(id)).incident.seq).toBe(seq);
    expect((await fetch(`${server.url}/api/v1/incidents/INC-999`)).status).toBe(404);
  });

  it("are handed out as Markdown and as the JSON that one incident answers with", async () => {
    const { id } = await open();
    await enter(id, { kind: "pick_suspect", asset: "checkout.orders", column: "amount" });
    await enter(id, { kind: "note", text: "cents | euros [mixed]" });
    const address = `${server.url}/api/v1/incidents/${id}/export`;
    const markdown = await fetch(address);
    expect(markdown.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    const text = await markdown.text();
    expect(text).toContain(`# ${id}, SEV`);
    expect(text).toContain("board\\_report");
    expect(text).toContain("- [ ] finance.revenue, finance-data");
    expect(text).toContain("cents \\| euros \\[mixed\\]");
    const json: unknown = await (await fetch(`${address}?format=json`)).json();
    expect(json).toEqual(await read(id));
    expect((await fetch(`${address}?format=pdf`)).status).toBe(400);
    expect((await fetch(`${server.url}/api/v1/incidents/INC-999/export`)).status).toBe(404);
  });

  it("are a duplicate of another incident that there is, and of no other", async () => {
    const [{ id }, other] = [await open(), await open()];
    const close = (duplicateOf: string): Promise<Response> =>
      enter(id, { kind: "set_state", state: "closed", closing: "duplicate", duplicateOf });
    expect((await close("INC-999")).status).toBe(404);
    expect((await close(id)).status).toBe(400);
    expect((await close(other.id)).status).toBe(200);
  });

  it("are all there, once, after the server was started again", async () => {
    const { id } = await open();
    await enter(id, { kind: "status", text: "orders are read in cents again" });
    const before = await read(id);
    await server.stop();
    server = await start();
    expect(await read(id)).toEqual(before);
  });

  it("opened at the same moment get numbers of their own", async () => {
    const opened = await Promise.all([open(), open(), open()]);
    expect(new Set(opened.map(({ id }) => id)).size).toBe(3);
  });
});
