import { afterAll, beforeAll, expect, it } from "vitest";
import type { GatePage } from "#lib/review/gate-page.ts";
import { GATE_RUN } from "#lib/review/gate-run.fixture.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { gateMissSchema, gatePageSchema } from "./gate-schemas.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;
beforeAll(async () => {
  server = await serveEmptyStore();
});
afterAll(() => server.stop());

const post = (path: string, body: unknown): Promise<Response> => server.post(path, body);

const RUN = { ...GATE_RUN, key: "shop#1" };

it("a pipeline's run is kept, and a finding of it is judged wrong with a reason", async () => {
  expect((await post("/api/v1/gate/runs", RUN)).status).toBe(201);
  const wrong = { fingerprint: "aaaa", says: "wrong", because: "it is not, deployed" };
  const miss = await post("/api/v1/gate/misses", wrong);
  expect(gateMissSchema.parse(await miss.json()).entries).toMatchObject([{ says: "wrong" }]);
  const page = (await (await fetch(`${server.url}/api/v1/gate`)).json()) as GatePage;
  expect(gatePageSchema.parse(page).summary).toMatchObject({ wouldHaveStopped: 1, wrong: 1 });
  const csv = await fetch(`${server.url}/api/v1/gate/misses.csv`);
  expect(await csv.text()).toContain('"it is not, deployed",drop_column,orders.amount,revenue');
});

it("what no run has, a run of a later form, and a judgement without a reason are refused", async () => {
  const says = "wrong";
  const unknown = { fingerprint: "bbbb", says, because: "x" };
  expect((await post("/api/v1/gate/misses", unknown)).status).toBe(404);
  expect((await post("/api/v1/gate/misses", { fingerprint: "aaaa", says })).status).toBe(422);
  expect((await post("/api/v1/gate/misses", { says, because: "x" })).status).toBe(422);
  expect((await post("/api/v1/gate/runs", { ...RUN, rows: [] })).status).toBe(422);
});

it("what a review says of an asset is judged as the gate's finding of the same change", async () => {
  const mesh = {
    assets: [
      { id: "orders", kind: "table", columns: [{ name: "id" }, { name: "amount" }] },
      {
        id: "revenue",
        kind: "table",
        queries: [{ name: "build", sql: "select amount from orders", dialect: "duckdb" }],
      },
    ],
  };
  const files = [{ path: "mesh.json", text: JSON.stringify(mesh) }];
  await post("/api/v1/ingest", { files });
  const changes = [{ kind: "drop_column", ref: "orders.amount" }];
  const made = (await (await post("/api/v1/reviews", { changes })).json()) as ShownReview;
  const [verdict] = made.review.content.verdicts;
  const asked = { review: made.review.id, asset: verdict?.asset, says: "wrong", because: "unused" };
  const miss = gateMissSchema.parse(await (await post("/api/v1/gate/misses", asked)).json());
  expect(miss.finding).toMatchObject({ name: "revenue", change: { column: "amount" } });
});

it("a waiver that is sent has the terms of one in a file", async () => {
  const files = [{ path: "a.sql", root: "a.sql", text: "create table orders (id integer);" }];
  const side = { label: "a.sql", files };
  const waiver = { selector: "revenue", reason: "r", approver: "t", expires: "2099-01-01" };
  const asked = await post("/api/v1/check", { base: side, head: side, waivers: [waiver] });
  expect(asked.status).toBe(422);
  expect(await asked.text()).toContain("90 at most");
});
