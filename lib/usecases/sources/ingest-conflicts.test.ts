import { beforeAll, describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { dbtProject } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { createEventIngest } from "../events/ingest-events.ts";
import { ingestSources } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

const NOW = "2026-03-03T02:00:00.000Z";
let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const openMemory = async (): Promise<LineageStore> => unwrap(await openStore("memory:", {}));

const sourcesOf = (files: readonly SourceFile[]): readonly AssembleSource[] =>
  readSources({ files: files.map((file) => ({ ...file, root: "." })), at: NOW, parser }).sources;

const ingest = async (store: LineageStore, ...files: readonly SourceFile[]) =>
  unwrap(await ingestSources({ sources: sourcesOf(files), parser, store, now: NOW }));

/** Before what is decided is written, somebody else writes. */
function overtakenBy(store: LineageStore, meanwhile: () => Promise<unknown>): LineageStore {
  return {
    label: store.label,
    apply: async (batch) => {
      await meanwhile();
      return store.apply(batch);
    },
    version: () => store.version(),
    versions: (since) => store.versions(since),
    claims: (at) => store.claims(at),
    claimsSince: (version) => store.claimsSince(version),
    getRecord: (collection, key) => store.getRecord(collection, key),
    listRecords: (collection) => store.listRecords(collection),
    putRecord: (...record) => store.putRecord(...record),
    deleteRecord: (collection, key) => store.deleteRecord(collection, key),
    close: () => store.close(),
  };
}

function once(task: () => Promise<unknown>): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await task();
  };
}

/** Two jobs write one table, each from a place of its own. */
const load = (from: string): SourceFile => ({
  path: `${from}.jsonl`,
  text: JSON.stringify(
    runEvent({
      job: `load_${from}`,
      inputs: [dataset(`raw.landing.${from}`)],
      outputs: [dataset("prod.shop.orders", { schema: schema("id INT") })],
    }),
  ),
});

async function ordersRead(store: LineageStore): Promise<readonly string[]> {
  const claims = unwrap(await store.claims()).filter((one) => one.staleSince === undefined);
  const orders = claims.filter(({ claim }) => claim.name === "prod.shop.orders");
  return [...new Set(orders.flatMap(({ claim }) => claim.edges.map(({ from }) => from.asset)))]
    .map((id) => String(id).replace(/^.*landing\./, ""))
    .sort();
}

async function graphIn(store: LineageStore): Promise<readonly unknown[]> {
  return [...mergeClaims(unwrap(await store.claims()), 1).assets.values()]
    .map(({ sources, ...asset }) => ({ ...asset, sources: sources.map(({ id }) => id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe("while another process writes to the store", () => {
  it("an ingest of event files keeps what the same producer said of a table in the meantime", async () => {
    const store = await openMemory();
    await ingest(store, load("web"));
    const busy = overtakenBy(
      store,
      once(() => ingest(store, load("app"))),
    );
    const report = await ingest(busy, load("shops"));
    expect(await ordersRead(store)).toEqual(["app", "shops", "web"]);
    expect(report.written).toBeGreaterThan(0);
    expect(report.version).toBe(unwrap(await store.version()).version);
  });

  it("events that a server takes in keep what an ingest of files said in the meantime, and the other way round", async () => {
    const store = await openMemory();
    const events = createEventIngest();
    const take = async (into: LineageStore, from: string) =>
      unwrap(
        await events.ingest({ store: into, sources: sourcesOf([load(from)]), parser, now: NOW }),
      );
    await take(store, "web");
    const busy = overtakenBy(
      store,
      once(() => ingest(store, load("app"))),
    );
    await take(busy, "shops");
    expect(await ordersRead(store)).toEqual(["app", "shops", "web"]);
    await take(busy, "phone");
    expect(await ordersRead(store)).toEqual(["app", "phone", "shops", "web"]);
  });

  it("an ingest of a project leaves another source as its owner wrote it, and resolves it anew", async () => {
    const board = (...names: string[]): SourceFile => ({
      path: "consumers.csv",
      text: [
        "name,kind,sql",
        ...names.map((name) => `${name},dashboard,select * from shop.orders`),
      ].join("\n"),
    });
    const project = dbtProject({
      name: "mart",
      nodes: [{ id: "model.mart.orders", relation: "mesh.shop.orders", sql: "select 1 as id" }],
    });
    const [store, twin] = [await openMemory(), await openMemory()];
    await ingest(store, board("Board"));
    const busy = overtakenBy(
      store,
      once(() => ingest(store, board("Board", "Late"))),
    );
    await ingest(busy, ...project);
    await ingest(twin, board("Board"));
    await ingest(twin, board("Board", "Late"));
    await ingest(twin, ...project);
    expect(await graphIn(store)).toEqual(await graphIn(twin));
  });

  it("an ingest that never gets its turn says so, and has taken nothing away", async () => {
    const store = await openMemory();
    await ingest(store, load("web"));
    let turn = 0;
    const busy = overtakenBy(store, () => ingest(store, load(`t${turn++}`)));
    const sources = sourcesOf([load("mine")]);
    const report = await ingestSources({ sources, parser, store: busy, now: NOW });
    expect(report).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(turn).toBeGreaterThan(2);
    expect(await ordersRead(store)).toHaveLength(turn + 1);
  });
});
