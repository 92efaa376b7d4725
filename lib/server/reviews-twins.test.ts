import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { manifestOfReader, ORDERS_DDL } from "#lib/usecases/identity/two-names.fixture.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;
beforeAll(async () => {
  server = await serveEmptyStore();
});
afterAll(() => server.stop());

const post = (path: string, body: unknown): Promise<Response> => server.post(path, body);

const read = async (id: string): Promise<ShownReview> =>
  (await (await fetch(`${server.url}/api/v1/reviews/${id}`)).json()) as ShownReview;

it("nothing is removed while what looks like the same table has readers, until somebody decides on the pair", async () => {
  const files = [
    { path: "ddl.sql", text: ORDERS_DDL },
    { path: "manifest.json", text: manifestOfReader() },
  ];
  expect((await post("/api/v1/ingest", { files, dialect: "postgres" })).status).toBe(200);
  const changes = [{ kind: "drop_column", ref: "shop.orders.amount" }];
  const made = (await (await post("/api/v1/reviews", { changes })).json()) as ShownReview;
  const { id, content } = made.review;
  expect(content.complete).toBe(false);
  expect(content.readers.notCounted).toContain("mesh.shop.orders may be shop.orders");

  const enter = (action: unknown) => post(`/api/v1/reviews/${id}/entries`, { action });
  for (const action of [
    { kind: "set_state", state: "expanded" },
    { kind: "set_sunset", date: "2027-06-01" },
    { kind: "set_state", state: "migrating" },
  ]) {
    const done = await enter(action);
    expect([done.status, done.status === 200 ? "" : await done.text()]).toEqual([200, ""]);
  }
  const refused = await enter({ kind: "set_state", state: "ready" });
  expect(refused.status).not.toBe(200);
  expect(((await refused.json()) as { detail: string }).detail).toContain("cannot be counted");

  const page = (await (await fetch(`${server.url}/api/v1/identity`)).json()) as {
    readonly suggestions: readonly { readonly a: { id: string }; readonly b: { id: string } }[];
  };
  const [pair] = page.suggestions;
  const decided = await post("/api/v1/identity", {
    action: "reject",
    a: pair?.a.id,
    b: pair?.b.id,
    reason: "another shop",
  });
  expect(decided.status).toBe(200);
  expect((await read(id)).today.readers).toEqual({ names: [] });
  expect((await enter({ kind: "set_state", state: "ready" })).status).toBe(200);
});
