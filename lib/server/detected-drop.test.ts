import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChangesAnswer } from "#lib/usecases/history/judge-detected.ts";
import { type StoredServer, serveEmptyStore } from "./serve-for-tests.ts";

let server: StoredServer;
beforeAll(async () => {
  server = await serveEmptyStore();
});
afterAll(() => server.stop());

const SQL = `create table ops.shipments (id bigint, freight numeric(12,2), status varchar(20));
create view fin.lines as select s.id, s.freight * 1.25 as gross from ops.shipments s;
create view fin.daily as select sum(freight) as total from ops.shipments;
create view fin.states as select s.status from ops.shipments s;`;

const event = (hour: number, ...columns: readonly string[]) => ({
  eventType: "COMPLETE",
  eventTime: `2026-03-02T0${hour}:00:00Z`,
  producer: "https://loader.example",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
  run: { runId: `3fa85f64-5717-4562-b3fc-2c963f66afa${hour}` },
  job: { namespace: "airflow", name: "load_shipments" },
  inputs: [],
  outputs: [
    {
      namespace: "sql",
      name: "ops.shipments",
      facets: {
        schema: {
          _producer: "https://loader.example",
          _schemaURL: "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json",
          fields: columns.map((name) => ({ name, type: "VARCHAR" })),
        },
      },
    },
  ],
});

it("a column that an event no longer tells harms those who still name it, then and later", async () => {
  const files = [{ path: "shop.sql", text: SQL }];
  expect((await server.post("/api/v1/ingest", { files, dialect: "postgres" })).status).toBe(200);
  for (const one of [event(1, "id", "freight", "status"), event(2, "id", "status")])
    expect((await server.post("/api/v1/lineage", one)).status).toBeLessThan(300);
  await server.services.events.settle();
  const read = async <T>(path: string): Promise<T> =>
    (await (await fetch(server.url + path)).json()) as T;
  const answer = await read<ChangesAnswer>("/api/v1/changes");
  const [found] = answer.changes.filter(({ changes }) =>
    changes.some(({ kind, column }) => kind === "drop_column" && column === "freight"),
  );
  const affected = found?.judgement?.affected.map(
    ({ asset, verdict }) => `${asset.shortName} ${verdict}`,
  );
  expect(affected?.sort()).toEqual(["daily breaks_loudly", "lines breaks_loudly"]);

  const asked = { changes: [{ kind: "drop_column", ref: "ops.shipments.freight" }] };
  const impact = (await (await server.post("/api/v1/impact", asked)).json()) as {
    readonly verdicts: readonly {
      readonly asset: { readonly shortName: string };
      readonly verdict: string;
    }[];
  };
  const verdicts = impact.verdicts.map(({ asset, verdict }) => `${asset.shortName} ${verdict}`);
  expect(verdicts.sort()).toEqual([
    "daily breaks_loudly",
    "lines breaks_loudly",
    "states unaffected",
  ]);
});
