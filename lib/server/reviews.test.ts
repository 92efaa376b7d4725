import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReviewAction } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import type { ProposedReview } from "#lib/usecases/reviews/manage-reviews.ts";
import type { TestServer } from "./serve-for-tests.ts";
import { serveForTests } from "./serve-for-tests.ts";

const column = (name: string) => ({ name });
const reader = (id: string, owner: string, sql: string, tier = 3) => ({
  id,
  kind: "table",
  domain: owner,
  owner,
  tier,
  queries: [{ name: "build", sql, dialect: "duckdb" }],
});
const ORDERS = {
  id: "checkout.orders",
  kind: "table",
  domain: "checkout",
  owner: "checkout-core",
  columns: [column("id"), column("amount"), column("amount_cents")],
};
const REVENUE = "select id, sum(amount) as total from checkout.orders group by id";
const MESH = {
  assets: [
    ORDERS,
    reader("finance.revenue", "finance-data", REVENUE),
    reader("search.ranks", "search", "select id, amount from checkout.orders"),
  ],
};
const MOVED = {
  assets: [
    ORDERS,
    reader("finance.revenue", "finance-data", REVENUE.replace("amount", "amount_cents")),
    reader("search.ranks", "search", "select id, amount_cents from checkout.orders"),
  ],
};

let server: TestServer;
let folder: string;
let now = "2026-03-02T09:00:00Z";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-reviews-"));
  server = await start();
});

beforeEach(async () => {
  now = "2026-03-02T09:00:00Z";
  await ingest(MESH);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const start = (): Promise<TestServer> =>
  serveForTests(
    { FAULTLINE_STORE: `file:${folder}/store`, FAULTLINE_CONFIG: join(folder, "none.yaml") },
    (services) => ({ ...services, now: () => new Date(now) }),
  );

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function ingest(mesh: unknown): Promise<void> {
  const files = [{ path: "mesh.json", text: JSON.stringify(mesh) }];
  expect((await post("/api/v1/ingest", { files })).status).toBe(200);
}

const DROP = { kind: "drop_column", ref: "checkout.orders.amount" };

async function propose(...changes: readonly unknown[]): Promise<ShownReview["review"]> {
  const response = await post("/api/v1/reviews", {
    changes: changes.length > 0 ? changes : [DROP],
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as ShownReview).review;
}

const enter = (id: string, action: unknown, ifSeq?: number): Promise<Response> =>
  post(`/api/v1/reviews/${id}/entries`, ifSeq === undefined ? { action } : { action, ifSeq });

async function entered(id: string, ...actions: readonly unknown[]): Promise<void> {
  for (const action of actions) {
    const response = await enter(id, action);
    expect(await response.json()).toHaveProperty("review");
  }
}

const read = async (id: string): Promise<ShownReview> =>
  (await (await fetch(`${server.url}/api/v1/reviews/${id}`)).json()) as ShownReview;

const agree = (owner: string, hash: string): ReviewAction => ({
  kind: "sign",
  owner,
  answer: "agree",
  hash,
});

describe("change reviews over HTTP", () => {
  it("freeze what a change does, ask each affected owner, and count who reads the old column", async () => {
    const review = await propose();
    expect(review.asks.map(({ owner }) => owner)).toEqual(["finance-data", "search"]);
    expect(review.content.readers.names).toEqual(["finance.revenue", "search.ranks"]);
    expect(review.state).toBe("proposed");
    const { waiting, today } = await read(review.id);
    expect(waiting).toMatchObject([{ owner: "finance-data" }, { owner: "search" }]);
    expect(today).toMatchObject({ vanished: [], appeared: [], gone: [], altered: [] });
  });

  it("go from the proposal to the removal when all have agreed, nobody reads and the date has passed", async () => {
    const { id, content } = await propose();
    await entered(
      id,
      agree("finance-data", content.hash),
      agree("search", content.hash),
      { kind: "set_state", state: "expanded" },
      { kind: "set_sunset", date: "2026-03-09" },
      { kind: "set_state", state: "migrating" },
    );
    const early = await enter(id, { kind: "set_state", state: "ready" });
    expect(await early.json()).toMatchObject({
      detail: "2 still read it: finance.revenue, search.ranks",
    });
    await ingest(MOVED);
    await entered(id, { kind: "set_state", state: "ready" });
    const tooSoon = await enter(id, { kind: "set_state", state: "removed" });
    expect(await tooSoon.json()).toMatchObject({ detail: "the date 2026-03-09 has not passed" });
    now = "2026-03-10T09:00:00Z";
    await ingest(MESH);
    expect((await enter(id, { kind: "set_state", state: "removed" })).status).toBe(400);
    await ingest(MOVED);
    await entered(id, { kind: "set_state", state: "removed" });
    const { review, today } = await read(id);
    expect(review.state).toBe("removed");
    expect(today.gone.map(({ name }) => name)).toEqual(["finance.revenue", "search.ranks"]);
  });

  it("refuse a sign-off of a team that is not affected, and one for another content", async () => {
    const { id, content } = await propose();
    const foreign = await enter(id, agree("marketing", content.hash));
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({
      detail: "marketing is not affected by this",
      next: "affected are finance-data, search",
    });
    expect((await enter(id, agree("search", "0"))).status).toBe(409);
    expect((await read(id)).events).toHaveLength(1);
  });

  it("keep both sign-offs of two teams at the same moment, or say with 409 what changed", async () => {
    const { id, content } = await propose();
    const owners = ["finance-data", "search", "finance-data", "search"];
    const answers = await Promise.all(owners.map((owner) => enter(id, agree(owner, content.hash))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409]);
    const { review, events } = await read(id);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(review.asks.every(({ signOff }) => signOff?.answer === "agree")).toBe(true);
    const late = await enter(id, { kind: "note", text: "on an older state" }, 1);
    expect(await late.json()).toMatchObject({ detail: "2 entries were made since: sign, sign" });
  });

  it("void, when the change is edited, only the sign-off of the team to which something else happens", async () => {
    const ranks = { kind: "drop_column", ref: "search.ranks.id" };
    const { id, content } = await propose();
    await entered(id, agree("finance-data", content.hash), agree("search", content.hash));
    await entered(id, { kind: "edit", changes: [DROP, ranks], reason: "more goes" });
    const { review } = await read(id);
    expect(review.asks.map(({ owner, signOff }) => [owner, signOff?.answer])).toEqual([
      ["finance-data", "agree"],
    ]);
    expect(review.proposal.hash).toBe(content.hash);
    expect(review.content.hash).not.toBe(content.hash);
  });

  it("say when what they are about has vanished, and do not take that for no readers", async () => {
    const { id, content } = await propose();
    await entered(
      id,
      agree("finance-data", content.hash),
      agree("search", content.hash),
      { kind: "set_state", state: "expanded" },
      { kind: "set_sunset", date: "2026-03-09" },
      { kind: "set_state", state: "migrating" },
    );
    await ingest({ assets: [reader("finance.revenue", "finance-data", "select 1 as total")] });
    const { today } = await read(id);
    expect(today.vanished.join()).toContain("no source tells of checkout.orders any more");
    expect(today.readers.notCounted).toContain("checkout.orders");
    const refused = await enter(id, { kind: "set_state", state: "ready" });
    expect(((await refused.json()) as { detail: string }).detail).toContain("cannot be counted");
  });

  it("refuse changes that name nothing known, or leave them out and say so where that is asked", async () => {
    const unknown = { kind: "drop_column", ref: "checkout.nothing.here" };
    expect((await post("/api/v1/reviews", { changes: [DROP, unknown] })).status).toBe(404);
    const made = await post("/api/v1/reviews", { changes: [DROP, unknown], skipUnknown: true });
    expect(((await made.json()) as ProposedReview).skipped).toHaveLength(1);
    expect((await fetch(`${server.url}/api/v1/reviews/REV-999`)).status).toBe(404);
    expect((await enter("REV-1", { kind: "propose" })).status).toBe(422);
  });

  it("of one pull request are one, also where two checks of it end at the same moment", async () => {
    const origin = { kind: "check", key: "github:shop/data#7" };
    const made = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const response = await post("/api/v1/reviews", { changes: [DROP], origin });
        return (await response.json()) as ProposedReview;
      }),
    );
    expect(new Set(made.map(({ review }) => review.id)).size).toBe(1);
    expect(made.map(({ outcome }) => outcome).sort()).toEqual(["known", "known", "known", "made"]);
  });

  it("say who reads over time, what a removal waits for, and what each owner has to do", async () => {
    const { id } = await propose({
      kind: "rename_column",
      ref: "checkout.orders.amount",
      to: "total",
    });
    await ingest(MOVED);
    const { readers, conditions, plan, review } = await read(id);
    expect(readers.points.map(({ names }) => names.length)).toEqual([2, 0]);
    expect(conditions.map(({ id: of, isMet }) => [of, isMet])).toEqual([
      ["agreed", false],
      ["date", false],
      ["readers", true],
    ]);
    expect(plan.tasks).toEqual([
      { owner: "finance-data", assets: [{ name: "finance.revenue", state: "moved" }] },
      { owner: "search", assets: [{ name: "search.ranks", state: "moved" }] },
    ]);
    expect(plan.sql[0]?.contract).toBe("ALTER TABLE checkout.orders DROP COLUMN amount;");
    expect(review.content.tables?.[0]?.columns.map(({ name, mark }) => `${name} ${mark}`)).toEqual([
      "id stays",
      "amount goes",
      "total comes",
      "amount_cents stays",
    ]);
  });

  it("let a reader that nobody looks after be written off once its owner was told on two days", async () => {
    const { id, content } = await propose();
    await entered(
      id,
      agree("finance-data", content.hash),
      agree("search", content.hash),
      { kind: "set_state", state: "expanded" },
      { kind: "set_sunset", date: "2026-03-09" },
      { kind: "set_state", state: "migrating" },
    );
    const remind = { kind: "remind", owner: "search", readers: ["search.ranks"] };
    const off = { kind: "write_off", reader: "search.ranks", approver: "head", reason: "unused" };
    await entered(id, remind);
    expect(await (await enter(id, remind)).json()).toMatchObject({
      status: 409,
      detail: "search was reminded of this today, at 2026-03-02T09:00:00.000Z",
    });
    const early = await enter(id, off);
    expect(await early.json()).toMatchObject({
      detail: "search was told once that search.ranks still reads it",
    });
    now = "2026-03-03T09:00:00Z";
    await entered(id, remind, off);
    await ingest({
      assets: [MOVED.assets[0], MOVED.assets[1], MESH.assets[2]],
    });
    const { conditions } = await read(id);
    expect(conditions.at(-1)).toMatchObject({ isMet: true });
    await entered(id, { kind: "set_state", state: "ready" });
  });

  it("put several changes in the order that breaks the least", async () => {
    const unread = { kind: "drop_column", ref: "checkout.orders.amount_cents" };
    const { id } = await propose(DROP, unread);
    const order = await (await fetch(`${server.url}/api/v1/reviews/${id}/order`)).json();
    expect(order).toEqual({
      steps: [
        { change: 1, breaks: [], broken: 0 },
        { change: 0, breaks: ["finance.revenue", "search.ranks"], broken: 2 },
      ],
    });
  });

  it("are one where people propose the same before anybody wrote into it", async () => {
    const retype = { kind: "type_changed", ref: DROP.ref, toType: "uuid" };
    const proposed = await Promise.all([propose(retype), propose(retype), propose(retype)]);
    const [first] = proposed;
    expect(new Set(proposed.map(({ id }) => id)).size).toBe(1);
    await entered(first?.id ?? "", { kind: "note", text: "not like this" });
    expect((await propose(retype)).id).not.toBe(first?.id);
  });

  it("remind nobody whom they do not concern, and tell no date that is set already", async () => {
    const { id } = await propose({ kind: "type_changed", ref: DROP.ref, toType: "blob" });
    const stranger = await enter(id, { kind: "remind", owner: "weather", readers: [] });
    expect(await stranger.json()).toMatchObject({
      status: 403,
      next: "affected are finance-data, search",
    });
    const other = { kind: "remind", owner: "search", readers: ["finance.revenue"] };
    expect(await (await enter(id, other)).json()).toMatchObject({
      detail: expect.stringMatching(
        /^finance\.revenue (is not of search|does not read what goes)$/,
      ),
    });
    const date = { kind: "set_sunset", date: "2026-04-09" };
    await entered(id, date);
    expect((await enter(id, date)).status).toBe(409);
  });

  it("are all there, once, after the server was started again, with numbers of their own", async () => {
    const retype = (toType: string) => ({ kind: "type_changed", ref: DROP.ref, toType });
    const proposed = await Promise.all(
      ["text", "date", "json"].map((type) => propose(retype(type))),
    );
    expect(new Set(proposed.map(({ id }) => id)).size).toBe(3);
    const id = proposed[0]?.id ?? "";
    const before = await read(id);
    await server.stop();
    server = await start();
    expect(await read(id)).toEqual(before);
  });
});
