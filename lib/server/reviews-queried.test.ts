import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;
beforeAll(async () => {
  server = await serveEmptyStore();
});
afterAll(() => server.stop());

const post = (path: string, body: unknown): Promise<Response> => server.post(path, body);

const DDL = "create table SHOP.RAW.ORDERS (ID integer, AMOUNT integer, TOTAL integer);\n";

const read = (at: string, ...columns: readonly string[]) => ({
  QUERY_START_TIME: at,
  USER_NAME: "ANA",
  DIRECT_OBJECTS_ACCESSED: [
    {
      objectDomain: "Table",
      objectName: "SHOP.RAW.ORDERS",
      columns: columns.map((columnName) => ({ columnId: 1, columnName })),
    },
  ],
  BASE_OBJECTS_ACCESSED: [],
  OBJECTS_MODIFIED: [],
});

async function ingest(...rows: readonly object[]): Promise<void> {
  const files = [
    { path: "orders.sql", text: DDL },
    { path: "access.jsonl", text: rows.map((row) => JSON.stringify(row)).join("\n") },
  ];
  expect((await post("/api/v1/ingest", { files, dialect: "snowflake" })).status).toBe(200);
}

const readersOf = async (id: string) =>
  ((await (await fetch(`${server.url}/api/v1/reviews/${id}`)).json()) as ShownReview).today.readers;

it("people who still query the old column are a reader of it, until a newer log shows that they stopped", async () => {
  await ingest(
    read("2026-02-10 03:00:00Z", "AMOUNT", "ID"),
    read("2026-02-11 03:00:00Z", "ID", "TOTAL"),
  );
  const propose = async (column: string): Promise<string> => {
    const changes = [{ kind: "drop_column", ref: `SHOP.RAW.ORDERS.${column}` }];
    const made = (await (await post("/api/v1/reviews", { changes })).json()) as ShownReview;
    return made.review.id;
  };
  const id = await propose("AMOUNT");
  const queries = "queries of SHOP.RAW.ORDERS.AMOUNT in the access log";
  expect((await readersOf(id)).names).toEqual([queries]);

  await post(`/api/v1/reviews/${id}/entries`, { action: { kind: "set_state", state: "expanded" } });
  const enter = (action: unknown) => post(`/api/v1/reviews/${id}/entries`, { action });
  expect((await enter({ kind: "set_state", state: "ready" })).status).not.toBe(200);

  await ingest(
    read("2026-02-10 03:00:00Z", "AMOUNT", "ID"),
    read("2026-04-01 03:00:00Z", "ID", "TOTAL"),
  );
  const { names, notCounted } = await readersOf(id);
  expect(names).toEqual([]);
  expect(notCounted).toBeUndefined();
});
