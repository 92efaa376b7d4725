import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "#lib/kit/result.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import type { Channel } from "#lib/usecases/outbox/channel.ts";
import { deliverMessages } from "#lib/usecases/outbox/deliver-messages.ts";
import type { OutboxMessage } from "#lib/usecases/outbox/outbox-message.ts";
import { keepReviews } from "#lib/usecases/reviews/keep-reviews.ts";
import type { TestServer } from "./serve-for-tests.ts";
import { serveForTests } from "./serve-for-tests.ts";

const query = (sql: string) => [{ name: "build", sql, dialect: "duckdb" }];
const ORDERS = {
  id: "checkout.orders",
  kind: "table",
  owner: "checkout-core",
  columns: [{ name: "id" }, { name: "amount" }, { name: "total" }],
};
const reader = (id: string, owner: string, column: string) => ({
  id,
  kind: "table",
  domain: owner,
  owner,
  tier: 3,
  queries: query(`select id, sum(${column}) as total from checkout.orders group by id`),
});

let server: TestServer;
let folder: string;
let now = "";
let told: OutboxMessage[];

const channel: Channel = {
  name: "test",
  takes: () => true,
  send: (message) => {
    told.push(message);
    return Promise.resolve(ok(undefined));
  },
  close: () => undefined,
};

beforeEach(async () => {
  told = [];
  now = "2026-03-02T09:00:00Z";
  folder = await mkdtemp(join(tmpdir(), "faultline-told-"));
  server = await serveForTests(
    { FAULTLINE_STORE: `file:${folder}/store`, FAULTLINE_CONFIG: join(folder, "none.yaml") },
    (services) => ({ ...services, now: () => new Date(now) }),
  );
  await ingest("amount", "amount");
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

async function ingest(finance: string, search: string): Promise<void> {
  const assets = [
    ORDERS,
    reader("finance.revenue", "finance-data", finance),
    reader("search.ranks", "search", search),
  ];
  const files = [{ path: "mesh.json", text: JSON.stringify({ assets }) }];
  expect((await post("/api/v1/ingest", { files })).status).toBe(200);
}

/** One look of the server at its reviews, and everything that it then sends. */
async function look(): Promise<readonly string[]> {
  const { workspace } = server.services;
  await workspace.refresh();
  const clock = () => new Date(now);
  expect((await keepReviews({ workspace, channels: [channel], now: clock })).ok).toBe(true);
  const store = await workspace.store();
  if (!store.ok) throw new Error(store.error.message);
  const before = told.length;
  await deliverMessages({ store: store.value, channels: [channel], now: clock });
  return told
    .slice(before)
    .map(({ kind, audience }) => `${kind} ${audience.owner}`)
    .sort();
}

const DROP = { kind: "drop_column", ref: "checkout.orders.amount" };

async function propose(): Promise<ShownReview> {
  return (await (await post("/api/v1/reviews", { changes: [DROP] })).json()) as ShownReview;
}

async function entered(id: string, ...actions: readonly unknown[]): Promise<void> {
  for (const action of actions)
    expect((await post(`/api/v1/reviews/${id}/entries`, { action })).status).toBe(200);
}

const agree = (owner: string, hash: string) => ({ kind: "sign", owner, answer: "agree", hash });

describe("a change that was proposed", () => {
  it("is told to each owner once, and only with what is its own", async () => {
    await propose();
    expect(await look()).toEqual(["review.asked finance-data", "review.asked search"]);
    expect(await look()).toEqual([]);
    const own = told.find(({ audience }) => audience.owner === "search");
    expect(own?.lines.join(" ")).toContain("search.ranks: fails");
    expect(own?.lines.join(" ")).not.toContain("finance");
    expect(own?.title).toBe("search: checkout.orders.amount is dropped");
  });

  it("is told again only to the owner to whom an edit does something else", async () => {
    const { review } = await propose();
    await look();
    const more = { kind: "drop_column", ref: "finance.revenue.id" };
    await entered(review.id, { kind: "edit", changes: [DROP, more] });
    expect(await look()).toEqual([]);
    await ingest("amount", "total");
    await server.services.workspace.refresh();
    await entered(review.id, { kind: "edit", changes: [DROP] });
    await ingest("amount", "amount");
    await server.services.workspace.refresh();
    await entered(review.id, { kind: "edit", changes: [DROP, more] });
    // Search was affected, was not, and is again as it was: it knows that already.
    expect(await look()).toEqual([]);
  });

  it("reminds who has not answered, twice, and those who still read before and after the date", async () => {
    const { review } = await propose();
    await look();
    now = "2026-03-03T09:00:00Z";
    expect(await look()).toEqual([]);
    now = "2026-03-04T09:00:00Z";
    expect(await look()).toEqual(["review.reminded finance-data", "review.reminded search"]);
    expect(await look()).toEqual([]);
    await entered(
      review.id,
      agree("finance-data", review.content.hash),
      agree("search", review.content.hash),
      { kind: "set_state", state: "expanded" },
      { kind: "set_sunset", date: "2026-03-20" },
      { kind: "set_state", state: "migrating" },
    );
    expect(await look()).toEqual(["review.moved finance-data", "review.moved search"]);
    now = "2026-03-12T09:00:00Z";
    expect(await look()).toEqual([]);
    await ingest("total", "amount");
    now = "2026-03-13T09:00:00Z";
    expect(await look()).toEqual(["review.reminded search"]);
    now = "2026-03-16T09:00:00Z";
    expect(await look()).toEqual([]);
    now = "2026-03-17T09:00:00Z";
    expect(await look()).toEqual(["review.reminded search"]);
    now = "2026-03-21T09:00:00Z";
    expect(await look()).toEqual(["review.reminded search"]);
    now = "2026-03-22T09:00:00Z";
    expect(await look()).toEqual([]);
    now = "2026-03-28T09:00:00Z";
    expect(await look()).toEqual(["review.reminded search"]);
    await ingest("total", "total");
    now = "2026-04-20T09:00:00Z";
    expect(await look()).toEqual([]);
  });

  it("counts who reads on the versions that came in between, also where nobody looked for days", async () => {
    const { review } = await propose();
    await ingest("total", "amount");
    await look();
    await ingest("total", "total");
    await look();
    const shown = (await (
      await fetch(`${server.url}/api/v1/reviews/${review.id}`)
    ).json()) as ShownReview;
    expect(shown.readers.points.map(({ names }) => names.length)).toEqual([2, 1, 0]);
  });
});
