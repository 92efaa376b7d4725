import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShownReview } from "#lib/review/shown-review.ts";
import type { WaitsPage } from "#lib/view/waits.ts";
import { waitsPageSchema } from "./page-schemas.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

const reader = (id: string, domain: string, owner: string) => ({
  id,
  kind: "report",
  domain,
  owner,
  tier: 2,
  queries: [{ name: "q", sql: "select sum(amount) as total from shop.orders" }],
});
const MESH = {
  assets: [
    { id: "shop.orders", kind: "table", columns: [{ name: "id" }, { name: "amount" }] },
    reader("finance.revenue", "finance", "finance-data"),
    reader("search.ranks", "search", "search-team"),
  ],
};

let server: TestServer;
let folder: string;
let now = "2026-03-02T09:00:00Z";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-waits-"));
  server = await serveForTests(
    { FAULTLINE_STORE: `file:${folder}/store`, FAULTLINE_CONFIG: join(folder, "none.yaml") },
    (services) => ({ ...services, now: () => new Date(now) }),
  );
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function waits(domain = ""): Promise<WaitsPage["waits"]> {
  const answer = await fetch(`${server.url}/api/v1/waits${domain && `?domain=${domain}`}`);
  return waitsPageSchema.parse(await answer.json()).waits as WaitsPage["waits"];
}

it("answers, objections and incidents wait for the domains that they are about, with their age", async () => {
  await post("/api/v1/ingest", { files: [{ path: "mesh.json", text: JSON.stringify(MESH) }] });
  expect(await waits()).toEqual([]);
  const changes = [{ kind: "drop_column", ref: "shop.orders.amount" }];
  const { review } = (await (await post("/api/v1/reviews", { changes })).json()) as ShownReview;
  const says = { kind: "sign", answer: "object", hash: review.content.hash };
  const action = { ...says, owner: "finance-data", reason: "not before the quarter is closed" };
  await post(`/api/v1/reviews/${review.id}/entries`, { action });
  const symptoms = [{ ref: "search.ranks", shows: "wrong" }];
  await post("/api/v1/incidents", { symptoms });
  now = "2026-03-10T09:00:00Z";
  expect(await waits()).toMatchObject([
    {
      kind: "answer",
      id: review.id,
      owner: "search-team",
      domains: ["search"],
      workingDays: 6,
      isDue: true,
    },
    {
      kind: "objection",
      owner: "finance-data",
      domains: ["finance"],
      reason: "not before the quarter is closed",
    },
    { kind: "incident", domains: ["search"], unseenBy: ["search"] },
  ]);
  expect((await waits("finance")).map(({ kind }) => kind)).toEqual(["objection"]);
  expect(await waits("nobody")).toEqual([]);
});

it("what has ended waits for nobody", async () => {
  await post("/api/v1/reviews/REV-1/entries", {
    action: { kind: "set_state", state: "abandoned", reason: "not worth it" },
  });
  await post("/api/v1/incidents/INC-1/entries", {
    action: {
      kind: "set_state",
      state: "closed",
      reason: "false positive",
      closing: "false_positive",
    },
  });
  expect(await waits()).toEqual([]);
});
