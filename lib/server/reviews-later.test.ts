import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { keepReviews } from "#lib/usecases/reviews/keep-reviews.ts";
import { renderReviewHtml } from "#lib/view/render-review-html.ts";
import type { TestServer } from "./serve-for-tests.ts";
import { serveForTests } from "./serve-for-tests.ts";

const reader = (id: string, of: { owner: string; tier: number; reads?: string }) => ({
  id,
  kind: "table",
  domain: of.owner,
  owner: of.owner,
  tier: of.tier,
  queries: [
    {
      name: "build",
      sql: `select id, ${of.reads ?? "amount"} from shop.orders`,
      dialect: "duckdb",
    },
  ],
});
const ORDERS = {
  id: "shop.orders",
  kind: "table",
  domain: "shop",
  owner: "shop-core",
  columns: [{ name: "id" }, { name: "amount" }, { name: "cents" }],
};
const RANKS = reader("search.ranks", { owner: "search", tier: 3 });
const BOARD = reader("finance.board", { owner: "finance", tier: 1 });
const DROP = { kind: "drop_column", ref: "shop.orders.amount" };

let server: TestServer;
let folder: string;
let now: string;

beforeEach(async () => {
  now = "2026-03-02T09:00:00Z";
  folder = await mkdtemp(join(tmpdir(), "faultline-later-"));
  server = await serveForTests(
    { FAULTLINE_STORE: `file:${folder}/store`, FAULTLINE_CONFIG: join(folder, "none.yaml") },
    (services) => ({ ...services, now: () => new Date(now) }),
  );
  await ingest(ORDERS, RANKS);
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

async function ingest(...assets: readonly unknown[]): Promise<void> {
  const files = [{ path: "mesh.json", text: JSON.stringify({ assets }) }];
  expect((await post("/api/v1/ingest", { files })).status).toBe(200);
  await server.services.workspace.refresh();
}

const read = async (id: string): Promise<ShownReview> =>
  (await (await fetch(`${server.url}/api/v1/reviews/${id}`)).json()) as ShownReview;

const enter = (id: string, action: unknown): Promise<Response> =>
  post(`/api/v1/reviews/${id}/entries`, { action });

async function entered(id: string, ...actions: readonly unknown[]): Promise<ShownReview> {
  for (const action of actions) {
    const answer = await (await enter(id, action)).json();
    expect(answer).toHaveProperty("review");
  }
  return read(id);
}

async function look(): Promise<void> {
  const { workspace } = server.services;
  const kept = await keepReviews({ workspace, channels: [], now: () => new Date(now) });
  expect(kept.ok).toBe(true);
}

/** Agreed by all who were affected, on its way out, and nobody reads it at first hand. */
async function migrating(): Promise<string> {
  const made = (await (await post("/api/v1/reviews", { changes: [DROP] })).json()) as ShownReview;
  const { id, content } = made.review;
  await entered(
    id,
    { kind: "sign", owner: "search", answer: "agree", hash: content.hash },
    { kind: "set_state", state: "expanded" },
    { kind: "set_sunset", date: "2026-03-10" },
    { kind: "set_state", state: "migrating" },
  );
  return id;
}

const writtenOff = async (id: string): Promise<void> => {
  const remind = { kind: "remind", owner: "finance", readers: ["finance.board"] };
  await entered(id, remind);
  now = "2026-03-04T09:00:00Z";
  await entered(id, remind, {
    kind: "write_off",
    reader: "finance.board",
    approver: "head",
    reason: "unused",
  });
};

const agreedOf = ({ conditions }: ShownReview) => conditions.find(({ id }) => id === "agreed");

describe("what appeared after a change was proposed, and is harmed by it", () => {
  it("holds the change up until its owners were asked", async () => {
    const id = await migrating();
    await ingest(
      ORDERS,
      reader("search.ranks", { owner: "search", tier: 3, reads: "cents" }),
      BOARD,
    );
    await writtenOff(id);
    const refused = await enter(id, { kind: "set_state", state: "ready" });
    expect(await refused.json()).toMatchObject({
      detail: "affected since it was judged, and nobody was asked about it: finance.board",
      next: "judge it again (entry judge_again): its owners are asked then",
    });
    const before = await read(id);
    expect(agreedOf(before)).toEqual({
      id: "agreed",
      isMet: false,
      text: "1 of 1. Affected since it was judged, and not asked about yet: finance.board.",
    });
    expect(before.conditions.find((one) => one.id === "readers")?.text).toBe(
      "1 still reads it, written off.",
    );
    const early = { kind: "sign", owner: "finance", answer: "object", reason: "no", hash: "0" };
    expect(await (await enter(id, early)).json()).toMatchObject({
      status: 409,
      detail: "finance is affected since it was judged: finance.board",
    });
  });

  it("is asked when it is judged again: by its tier, with its own days, and others' words stand", async () => {
    const id = await migrating();
    const first = (await read(id)).review;
    await ingest(ORDERS, RANKS, BOARD);
    now = "2026-03-03T09:00:00Z";
    const { review, window, conditions } = await entered(id, { kind: "judge_again" });
    expect(review.asks.map(({ owner, tier, signOff }) => [owner, tier, signOff?.answer])).toEqual([
      ["finance", 1, undefined],
      ["search", 3, "agree"],
    ]);
    expect(review.proposal).toEqual(first.content);
    expect(window.leastDays).toBe(30);
    expect(conditions.find((one) => one.id === "date")).toMatchObject({
      isMet: false,
      text: "Too early: 7 days from 2026-03-03, when finance was asked, to 2026-03-10; the policy asks for 30.",
    });
    const unread = { kind: "sign", owner: "finance", answer: "agree", approver: "cfo" };
    expect((await enter(id, { ...unread, hash: first.content.hash })).status).toBe(409);
    const { hash } = review.content;
    const nameless = { kind: "sign", owner: "finance", answer: "agree", hash };
    expect(await (await enter(id, nameless)).json()).toMatchObject({
      detail: "tier 1 is affected: a named approver has to agree",
    });
    expect((await enter(id, { kind: "set_sunset", date: "2026-04-01" })).status).toBe(400);
    const signed = await entered(
      id,
      { ...unread, hash },
      { kind: "set_sunset", date: "2026-04-02" },
    );
    expect(agreedOf(signed)).toMatchObject({ isMet: true, text: "2 of 2." });
    expect((await enter(id, { kind: "judge_again" })).status).toBe(409);
    expect(renderReviewHtml(signed, undefined)).toContain("judges it again on graph");
  });

  it("is asked by the clock, once, and told of it; who moves and comes back is no news", async () => {
    const id = await migrating();
    await ingest(ORDERS, RANKS, BOARD);
    await look();
    await look();
    await ingest(ORDERS, RANKS);
    await look();
    await ingest(ORDERS, RANKS, BOARD);
    await look();
    const { events, review } = await read(id);
    const again = events.filter(({ action }) => action.kind === "judge_again");
    expect(again).toMatchObject([{ isMachine: true }]);
    expect(review.asks.map(({ owner }) => owner)).toEqual(["finance", "search"]);
    const feed = (await (await fetch(`${server.url}/api/v1/feed.json?owner=finance`)).json()) as {
      items: readonly { title: string; content_text: string }[];
    };
    expect(feed.items.map(({ title }) => title)).toContain(
      "finance: shop.orders.amount is dropped",
    );
    expect(feed.items[0]?.content_text).toContain("This was not so when it was proposed.");
  });

  it("may be what was affected before, of a better tier or another owner: that is asked anew", async () => {
    const id = await migrating();
    await ingest(ORDERS, reader("search.ranks", { owner: "search", tier: 1 }));
    await look();
    const [ask] = (await read(id)).review.asks;
    expect(ask).toMatchObject({ owner: "search", tier: 1, voided: [{ answer: "agree" }] });
    expect(ask?.signOff).toBeUndefined();
    await ingest(ORDERS, reader("search.ranks", { owner: "ranking", tier: 1 }));
    await look();
    expect((await read(id)).review.asks.map(({ owner }) => owner)).toEqual(["ranking"]);
  });

  it("does not make the same changes, proposed again, another review or an edit", async () => {
    const origin = { kind: "check", key: "github:shop/data#7" };
    const body = { changes: [DROP], origin };
    const made = (await (await post("/api/v1/reviews", body)).json()) as ShownReview;
    await ingest(ORDERS, RANKS, BOARD);
    await look();
    const again = await (await post("/api/v1/reviews", body)).json();
    expect(again).toMatchObject({ outcome: "known", review: { id: made.review.id } });
  });
});

describe("readers that do not move", () => {
  const readersOf = ({ conditions }: ShownReview) => conditions.find(({ id }) => id === "readers");

  it("are said to still read where they were written off", async () => {
    const id = await migrating();
    await ingest(ORDERS, RANKS, BOARD);
    await writtenOff(id);
    expect(readersOf(await read(id))?.text).toBe(
      "1 left: search.ranks. 1 more still reads it, written off.",
    );
    await ingest(
      ORDERS,
      reader("search.ranks", { owner: "search", tier: 3, reads: "cents" }),
      BOARD,
    );
    const shown = await read(id);
    expect(readersOf(shown)).toMatchObject({ isMet: true, text: "1 still reads it, written off." });
    expect(renderReviewHtml(shown, undefined)).toContain("finance.board (written off)");
  });

  it("and are in no source any more count for the days of the policy, and are named as such", async () => {
    const id = await migrating();
    now = new Date().toISOString();
    await ingest(ORDERS);
    const first = await read(id);
    expect(first.today.readers.unsaid).toHaveProperty(["search.ranks"]);
    expect(readersOf(first)).toMatchObject({ isMet: false });
    expect(readersOf(first)?.text).toContain("No source tells of search.ranks any more");
    expect(first.plan.tasks[0]?.assets).toEqual([{ name: "search.ranks", state: "unsaid" }]);
    expect((await enter(id, { kind: "set_state", state: "ready" })).status).toBe(400);
    now = new Date(Date.now() + 8 * 86_400_000).toISOString();
    const later = await read(id);
    expect(readersOf(later)).toMatchObject({ isMet: true });
    expect(readersOf(later)?.text).toContain("no source has told of it for 5 working days");
    expect(later.plan.tasks[0]?.assets).toEqual([{ name: "search.ranks", state: "gone" }]);
    await entered(id, { kind: "set_state", state: "ready" });
  });

  it("and are in no source any more may be written off at once, by anybody", async () => {
    const id = await migrating();
    await ingest(ORDERS);
    const off = {
      kind: "write_off",
      reader: "search.ranks",
      approver: "shop-core",
      reason: "deleted",
    };
    expect(readersOf(await entered(id, off))).toMatchObject({ isMet: true });
  });
});

describe("the title of a review", () => {
  const RENAME = { kind: "rename_column", ref: "shop.orders.amount", to: "total" };
  const NAME = {
    kind: "add_nullable_column",
    ref: "shop.orders",
    column: "total",
    effects: ["NEW_NAME"],
  };
  const propose = async (...changes: readonly unknown[]): Promise<ShownReview["review"]> => {
    const response = await post("/api/v1/reviews", { changes });
    const made = (await response.json()) as ShownReview;
    expect(made).toHaveProperty("review");
    return made.review;
  };

  it("takes a rename, with the name that it gives, for one change", async () => {
    const { title, content } = await propose(RENAME, NAME);
    expect(content.changes).toHaveLength(2);
    expect(title).toBe("shop.orders.amount is renamed to total");
  });

  it("says what an edit leaves of it, unless a person gave it", async () => {
    const { id, title } = await propose(DROP, { kind: "drop_column", ref: "shop.orders.cents" });
    expect(title).toBe("shop.orders.amount is dropped and 1 more");
    const { review } = await entered(id, { kind: "edit", changes: [DROP] });
    expect(review.title).toBe("shop.orders.amount is dropped");
    const named = { title: "Amounts go", changes: [DROP, NAME] };
    const made = (await (await post("/api/v1/reviews", named)).json()) as ShownReview;
    const after = await entered(made.review.id, { kind: "edit", changes: [DROP] });
    expect(after.review.title).toBe("Amounts go");
  });
});
