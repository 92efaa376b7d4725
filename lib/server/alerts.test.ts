import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Incident } from "#lib/incidents/incident.ts";
import { serveForTests, type TestServer } from "./serve-for-tests.ts";

/** Two loaders that share nothing; `core.a` feeds twenty tables, `core.b` one. */
const MESH = {
  assets: [
    { id: "core.a", kind: "table", domain: "checkout", columns: [{ name: "x" }] },
    { id: "core.b", kind: "table", domain: "people", columns: [{ name: "x" }] },
    ...Array.from({ length: 20 }, (_, at) => ({
      id: `mart.a${at}`,
      kind: "table",
      domain: "finance",
    })),
    { id: "mart.b", kind: "table", domain: "people" },
  ],
  edges: [
    ...Array.from({ length: 20 }, (_, at) => ({
      from: "core.a.x",
      to: `mart.a${at}.x`,
      use: "IDENTITY",
    })),
    { from: "core.b.x", to: "mart.b.x", use: "IDENTITY" },
  ],
};

let folder: string;
let server: TestServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "faultline-alerts-"));
  server = await start();
  const files = [{ path: "mesh.json", text: JSON.stringify(MESH) }];
  expect((await post("/api/v1/ingest", { files })).status).toBe(200);
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const start = (): Promise<TestServer> =>
  serveForTests({
    FAULTLINE_STORE: `file:${folder}/store`,
    FAULTLINE_CONFIG: join(folder, "none.yaml"),
  });

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function incidents(): Promise<readonly Incident[]> {
  await server.services.events.settle();
  await server.services.incidents.settle();
  const response = await fetch(`${server.url}/api/v1/incidents`);
  return ((await response.json()) as { incidents: Incident[] }).incidents;
}

const alert = (table: string, more: object = {}) => ({
  status: "firing",
  labels: { alertname: "RowCount", table },
  annotations: { summary: `${table} has too few rows` },
  startsAt: new Date().toISOString(),
  ...more,
});

const send = async (alerts: readonly object[]): Promise<{ fresh: number }> => {
  const response = await post("/api/v1/alerts", { version: "4", alerts });
  expect(response.status).toBe(202);
  return (await response.json()) as { fresh: number };
};

describe("alerts of machines", () => {
  it("make one incident for each probable cause, not one for each alert; what comes later joins", async () => {
    await send([...Array.from({ length: 8 }, (_, at) => alert(`mart.a${at}`)), alert("mart.b")]);
    const opened = await incidents();
    expect(opened.map(({ symptoms }) => symptoms.length).sort()).toEqual([1, 8]);
    const large = opened.find(({ symptoms }) => symptoms.length === 8);
    expect(large?.suspected?.name).toBe("core.a");
    await send([alert("mart.a15")]);
    const later = await incidents();
    expect(later).toHaveLength(2);
    expect(later.find(({ id }) => id === large?.id)?.symptoms).toHaveLength(9);
  });

  it("that differ in a label only end each for itself", async () => {
    const labels = { alertname: "NullShare", table: "mart.b" };
    const eu = alert("mart.b", { labels: { ...labels, region: "eu" } });
    const us = alert("mart.b", { labels: { ...labels, region: "us" } });
    const over = { status: "resolved", endsAt: new Date(Date.now() + 1_000).toISOString() };
    await send([eu, us]);
    const [opened] = await incidents();
    const lastNote = async (): Promise<string> => {
      server.services.incidents.wake();
      await incidents();
      const answer = await fetch(`${server.url}/api/v1/incidents/${opened?.id}`);
      const { events } = (await answer.json()) as {
        events: readonly { action: { kind: string; text?: string } }[];
      };
      return events.findLast(({ action }) => action.kind === "note")?.action.text ?? "";
    };
    await send([eu, { ...us, ...over }]);
    expect(await lastNote()).toContain("1 still told to be broken");
    await send([{ ...eu, ...over }]);
    expect(await lastNote()).toContain("nothing is told to be broken any more");
  });

  it("that began days ago and still fire open an incident; those that only were told long ago do not", async () => {
    const days = new Date(Date.now() - 3 * 86_400_000).toISOString();
    await post("/api/v1/alerts", [{ test_name: "old_test", table: "mart.b", detected_at: days }]);
    expect(await incidents()).toEqual([]);
    await send([alert("mart.b", { startsAt: days })]);
    const [opened] = await incidents();
    expect(opened?.symptoms).toMatchObject([{ since: days }]);
  });

  it("about a name that fits several things say which these are", async () => {
    const twice = {
      assets: [
        { id: "raw.shipments", kind: "table" },
        { id: "archive.shipments", kind: "table" },
      ],
    };
    await post("/api/v1/ingest", { files: [{ path: "twice.json", text: JSON.stringify(twice) }] });
    await send([alert("shipments")]);
    const [opened] = await incidents();
    expect(opened?.symptoms[0]?.seen).toMatch(
      /shipments may be (?=.*archive\.shipments).*raw\.shipments/,
    );
  });

  it("of a failed run name the column that its message says is not there, and only its readers are affected", async () => {
    const results = {
      metadata: {
        dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
        generated_at: new Date().toISOString(),
      },
      results: [
        {
          unique_id: "model.mart.b",
          status: "error",
          relation_name: '"mart"."b"',
          message:
            'Database Error in model b (models/b.sql)\n  column "x" does not exist\n  LINE 1: select x',
        },
      ],
    };
    expect((await post("/api/v1/alerts", results)).status).toBe(202);
    const [opened] = await incidents();
    expect(opened?.symptoms).toMatchObject([
      { shows: "fails" },
      { ref: expect.stringContaining("core.b.x"), shows: "gone" },
    ]);
    expect(opened?.suspected).toMatchObject({
      name: "core.b",
      column: "x",
      fault: "the column is dropped",
    });
    expect(opened?.affected.map(({ name }) => name)).toEqual(["mart.b"]);
  });

  it("of the same alert again only the count changes, and when it is over the timeline says so once", async () => {
    const first = alert("mart.b");
    expect((await send([first])).fresh).toBe(1);
    const [before] = await incidents();
    for (let again = 0; again < 3; again++) expect((await send([first])).fresh).toBe(0);
    expect((await incidents())[0]?.seq).toBe(before?.seq);
    const over = {
      ...first,
      status: "resolved",
      endsAt: new Date(Date.now() + 1_000).toISOString(),
    };
    await send([over]);
    server.services.incidents.wake();
    await incidents();
    await send([over]);
    server.services.incidents.wake();
    const [after] = await incidents();
    expect((after?.seq ?? 0) - (before?.seq ?? 0)).toBe(1);
  });

  it("ten thousand in one go are taken in seconds, are few incidents, and a restart loses and doubles none", async () => {
    const began = performance.now();
    const flood = Array.from({ length: 10_000 }, (_, at) =>
      alert(at % 2 === 0 ? `mart.a${at % 20}` : `strange.t${at % 3_000}`),
    );
    for (let at = 0; at < flood.length; at += 500) await send(flood.slice(at, at + 500));
    const opened = await incidents();
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(opened.length).toBeLessThanOrEqual(3);
    const listed = opened.map(({ id, seq }) => [id, seq]);
    await server.stop();
    server = await start();
    server.services.incidents.wake();
    expect((await incidents()).map(({ id, seq }) => [id, seq])).toEqual(listed);
  }, 60_000);

  it("of a flood, what is over two hundred is counted in the incident, each thing once", async () => {
    const strange = Array.from({ length: 350 }, (_, at) => alert(`strange.t${at}`));
    await send(strange.slice(0, 150));
    await incidents();
    await send(strange.slice(150, 280));
    expect(await incidents()).toMatchObject([{ unlisted: 80 }]);
    await send(strange.slice(280));
    const [one] = await incidents();
    expect(one?.symptoms).toHaveLength(200);
    expect(one?.unlisted).toBe(150);
    const other = { labels: { alertname: "Freshness", table: "strange.t349" } };
    await send([alert("strange.t349", other)]);
    expect((await incidents())[0]?.unlisted).toBe(150);
  });

  it("of a not-null check that failed hold nulls for the cause, and no lost rows or dropped column", async () => {
    const checked = {
      success: false,
      results: [
        {
          success: false,
          expectation_config: {
            expectation_type: "expect_column_values_to_not_be_null",
            kwargs: { column: "x" },
          },
          result: { element_count: 1000, unexpected_count: 77 },
        },
      ],
      meta: { active_batch_definition: { data_asset_name: "core.a" } },
    };
    expect((await post("/api/v1/alerts", checked)).status).toBe(202);
    const [one] = await incidents();
    expect(one?.symptoms).toMatchObject([{ shows: "wrong", found: "nulls" }]);
    expect(one?.suspected).toMatchObject({
      name: "core.a",
      column: "x",
      fault: "the column holds mostly nulls",
    });
  });

  it("of what an incident lists already and another check finds broken too are an entry of it, and so is what breaks again", async () => {
    const labels = { alertname: "StageLate", table: "mart.b" };
    const late = alert("mart.b", { labels, annotations: { summary: "b is 5 h late" } });
    const end = { status: "resolved", endsAt: new Date(Date.now() + 1_000).toISOString() };
    const lastNote = async (): Promise<string> => {
      server.services.incidents.wake();
      const [one, ...others] = await incidents();
      expect(others).toEqual([]);
      const answer = await fetch(`${server.url}/api/v1/incidents/${one?.id}`);
      const { events } = (await answer.json()) as {
        events: readonly { action: { kind: string; text?: string } }[];
      };
      return events.findLast(({ action }) => action.kind === "note")?.action.text ?? "";
    };
    await send([alert("mart.b")]);
    await incidents();
    await send([alert("mart.b", end)]);
    expect(await lastNote()).toContain("nothing is told to be broken any more");
    await send([late]);
    expect(await lastNote()).toBe(
      "broken as well: StageLate of mart.b: b is 5 h late; 1 told to be broken",
    );
    const startsAt = new Date(Date.now() + 2_000).toISOString();
    await send([alert("mart.b", { startsAt })]);
    expect(await lastNote()).toMatch(/RowCount of mart\.b.*; 2 told to be broken$/);
  });

  it("that tell of one thing by several checks at once are all in the record", async () => {
    const labels = { alertname: "StageLate", table: "mart.b" };
    const late = alert("mart.b", { labels, annotations: { summary: "b is 5 h late" } });
    await send([alert("mart.b"), late]);
    const [one] = await incidents();
    const answer = await fetch(`${server.url}/api/v1/incidents/${one?.id}`);
    const text = await answer.text();
    expect(text).toContain("mart.b has too few rows");
    expect(text).toContain("b is 5 h late");
  });

  it("what is over before it was looked at is in an incident all the same, and said to be over", async () => {
    const first = alert("mart.b");
    const endsAt = new Date(Date.now() + 1_000).toISOString();
    await send([first, { ...first, status: "resolved", endsAt }]);
    const [one] = await incidents();
    expect(one?.symptoms.map(({ seen }) => seen)).toEqual(["RowCount: mart.b has too few rows"]);
    const record = await fetch(`${server.url}/api/v1/incidents/${one?.id}`);
    expect(await record.text()).toContain("nothing is told to be broken any more");
    await send([{ ...first, status: "resolved", endsAt }]);
    server.services.incidents.wake();
    const [again, ...others] = await incidents();
    expect([again?.seq, others]).toEqual([one?.seq, []]);
  });

  it("what broke long before and passes ever since opens nothing", async () => {
    const startsAt = new Date(Date.now() - 72 * 3_600_000).toISOString();
    const first = alert("mart.b", { startsAt });
    const endsAt = new Date(Date.now() - 1_000).toISOString();
    await send([first, { ...first, status: "resolved", endsAt }]);
    expect(await incidents()).toEqual([]);
  });

  it("what is of no tool is refused with an example of what is taken", async () => {
    const response = await post("/api/v1/alerts", { hello: "world" });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { next: string }).next).toContain("finance.revenue");
  });
});

it("dbt's row counts are watched against the models that a model reads", async () => {
  const now = Date.now();
  const manifest = {
    nodes: {
      "model.shop.b": { depends_on: { nodes: ["model.shop.raw_b"] } },
      "model.shop.raw_b": { depends_on: { nodes: [] } },
    },
  };
  for (let day = -9; day <= 0; day++) {
    const rows = 10_000 + day * 37;
    const results = {
      metadata: {
        dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
        generated_at: new Date(now + day * 86_400_000).toISOString(),
        invocation_id: `run ${day}`,
      },
      results: [
        {
          unique_id: "model.shop.raw_b",
          status: "success",
          relation_name: '"core"."b"',
          adapter_response: { rows_affected: rows },
        },
        {
          unique_id: "model.shop.b",
          status: "success",
          relation_name: '"mart"."b"',
          adapter_response: { rows_affected: Math.round(rows * (day < -1 ? 1 : 0.85)) },
        },
      ],
    };
    expect((await post("/api/v1/alerts", { results, manifest })).status).toBe(202);
  }
  const [one] = await incidents();
  expect(one?.symptoms[0]).toMatchObject({ shows: "wrong", toldBy: "Faultline" });
  expect(one?.symptoms[0]?.seen).toContain("85% of the rows of core.b arrive in mart.b");
  expect(one?.affected.map(({ name }) => name)).toEqual(["mart.b"]);
});

const event = ({ at, ...more }: { readonly at: number; readonly [key: string]: unknown }) => ({
  eventTime: new Date(at).toISOString(),
  producer: "https://example.com",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  ...more,
});

describe("runs that OpenLineage tells of", () => {
  const job = { namespace: "airflow", name: "load_b" };
  const HOUR = 3_600_000;

  it("one that fails is an incident with what the run said; a run of last year is none", async () => {
    const failing = (at: number, runId: string) =>
      event({
        at,
        eventType: "FAIL",
        run: {
          runId,
          facets: { errorMessage: { message: "disk is full", programmingLanguage: "x" } },
        },
        job,
        outputs: [{ namespace: "duckdb://x", name: "load.b" }],
      });
    await post(
      "/api/v1/lineage",
      failing(Date.now() - 9_000 * HOUR, "0b8e7a0e-0000-4000-8000-000000000001"),
    );
    expect(await incidents()).toHaveLength(0);
    await post("/api/v1/lineage", failing(Date.now(), "0b8e7a0e-0000-4000-8000-000000000002"));
    const [one] = await incidents();
    expect(one?.symptoms[0]).toMatchObject({
      shows: "fails",
      seen: "run: disk is full",
      toldBy: "OpenLineage",
    });
  });

  it("one that says it ended in a time to come ended when it was told: what fails later is heard", async () => {
    let run = 0;
    const send = (eventType: string, at: number) =>
      post(
        "/api/v1/lineage",
        event({
          at,
          eventType,
          run: { runId: `0b8e7a0e-0000-4000-8000-00000000020${++run}` },
          job,
          outputs: [{ namespace: "duckdb://x", name: "load.b" }],
        }),
      );
    const record = async (): Promise<string> => {
      server.services.incidents.wake();
      const [one] = await incidents();
      const answer = await fetch(`${server.url}/api/v1/incidents/${one?.id}`);
      return answer.text();
    };
    await send("FAIL", Date.now() - HOUR / 10);
    await incidents();
    await send("COMPLETE", Date.now() + 2_000 * HOUR);
    expect(await record()).toContain("nothing is told to be broken any more");
    await send("FAIL", Date.now());
    expect(await record()).toMatch(/1 told to be broken/);
    const asset = await fetch(`${server.url}/api/v1/assets/load.b`);
    expect(await asset.json()).toMatchObject({ attributes: { lastRun: { state: "failed" } } });
  });

  it("a loader that loses 15 of 100 rows is told at its second run, with the day on which it began", async () => {
    const began = Date.now() - 2 * 24 * HOUR;
    for (let day = -14; day < 2; day++) {
      const rows = 100_000 + day * 1_000;
      const at = began + day * 24 * HOUR + HOUR;
      await post(
        "/api/v1/lineage",
        event({
          at,
          eventType: "COMPLETE",
          run: { runId: `0b8e7a0e-0000-4000-8000-0000000001${String(day + 14).padStart(2, "0")}` },
          job,
          inputs: [
            {
              namespace: "duckdb://x",
              name: "raw.b",
              inputFacets: { inputStatistics: { rowCount: rows } },
            },
          ],
          outputs: [
            {
              namespace: "duckdb://x",
              name: "load.b",
              outputFacets: {
                outputStatistics: {
                  rowCount: Math.round(rows * (day < 0 ? 0.98 : 0.833) + (day % 3) * 200),
                },
              },
            },
          ],
        }),
      );
    }
    const [one] = await incidents();
    expect(one?.symptoms[0]?.seen).toContain(
      "of the rows of raw.b arrive in load.b; before it was 98%",
    );
    expect(one?.symptoms[0]?.since).toBe(new Date(began + HOUR).toISOString());
    // The share is one of what came, so what came is not what is wrong.
    expect(one?.suspected?.name).not.toMatch(/raw\.b/);
    expect(one?.suspected?.name).toMatch(/load/);
  });
});
