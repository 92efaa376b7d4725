import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourcesPage } from "#lib/view/page-answers.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;

beforeAll(async () => {
  server = await serveEmptyStore();
});
afterAll(async () => {
  await server.stop();
});

const ingest = async (path: string, text: string): Promise<void> => {
  const response = await server.post("/api/v1/ingest", { files: [{ path, text, root: path }] });
  expect(response.ok).toBe(true);
};

const sourcesNow = async (): Promise<SourcesPage["sources"]> =>
  ((await (await fetch(`${server.url}/api/v1/sources`)).json()) as SourcesPage).sources;

describe("the list of sources", () => {
  it("names a source of which nothing could be read, with what is wrong", async () => {
    await ingest("shop.sql", "create table shop.orders (id int, amount int);");
    await ingest("lost.sql", "create vew shop.lost as selec 1 frm shop.orders");
    const [first, ...others] = await sourcesNow();
    expect(first).toMatchObject({ label: expect.stringContaining("lost.sql"), assets: 0 });
    expect(first?.problems).toMatchObject([{ code: "sql-not-parsed", file: "lost.sql" }]);
    expect(Number.isNaN(Date.parse(first?.lastSeen ?? ""))).toBe(false);
    expect(others.map(({ label }) => label).join()).toContain("shop.sql");
  });

  it("begins with those that have problems, then goes by name whatever its case", async () => {
    await ingest("Zebra.sql", "create table zoo.zebras (id int);");
    await ingest("apes.sql", "create table zoo.apes (id int);");
    const labels = (await sourcesNow())
      .filter(({ kind }) => kind === "sql")
      .map(({ label }) => label);
    expect(labels.map((label) => label.replace(/^SQL files /, ""))).toEqual([
      "lost.sql",
      "apes.sql",
      "shop.sql",
      "Zebra.sql",
    ]);
  });
});
