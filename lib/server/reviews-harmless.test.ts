import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;
beforeAll(async () => {
  server = await serveEmptyStore();
  const files = [
    {
      path: "readings.sql",
      text: `create table grid.readings (id integer, kwh numeric(12,3), quality text, tariff text);
create view grid.usage as select id, kwh from grid.readings;
create view grid.bad as select id from grid.readings where quality = 'bad';
`,
    },
  ];
  const sent = await server.post("/api/v1/ingest", { files, dialect: "postgres" });
  expect(sent.status).toBe(200);
});
afterAll(() => server.stop());

const WIDER = {
  kind: "type_widened",
  ref: "grid.readings.kwh",
  fromType: "numeric(12,3)",
  toType: "numeric(14,4)",
};

async function propose(...changes: readonly object[]): Promise<ShownReview> {
  const made = await server.post("/api/v1/reviews", { changes });
  expect(made.status).toBe(201);
  return (await made.json()) as ShownReview;
}

it("a column that only gets wider has no readers to move, no plan and no date: it is done", async () => {
  const shown = await propose(WIDER);
  expect(shown.review.asks).toEqual([]);
  expect(shown.today.readers.names).toEqual([]);
  expect(shown.plan).toMatchObject({ tasks: [], sql: [] });
  expect(shown.conditions.map(({ id, isMet }) => [id, isMet])).toEqual([["agreed", true]]);
  const done = await server.post(`/api/v1/reviews/${shown.review.id}/entries`, {
    action: { kind: "set_state", state: "removed" },
  });
  expect(((await done.json()) as ShownReview).review.state).toBe("removed");
});

it("beside a column that goes, only those that read that one are to move", async () => {
  const shown = await propose(WIDER, { kind: "drop_column", ref: "grid.readings.quality" });
  expect(shown.today.readers.names).toEqual(["grid.bad"]);
  expect(shown.plan.sql).toEqual([]);
  const early = await server.post(`/api/v1/reviews/${shown.review.id}/entries`, {
    action: { kind: "set_state", state: "removed" },
  });
  expect(early.status).toBe(400);
});

it("a title names what breaks most, wherever it was listed", async () => {
  const { review } = await propose(
    WIDER,
    { kind: "drop_column", ref: "grid.readings.tariff" },
    { kind: "drop_column", ref: "grid.readings.quality" },
  );
  expect(review.title).toBe("grid.readings.quality is dropped and 2 more");
});
