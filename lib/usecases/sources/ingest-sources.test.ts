import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { applyClaims } from "#lib/graph/apply-claims.ts";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { dbtProject, type TestProject } from "#lib/ingest/dbt/manifest-for-tests.ts";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { IngestReport } from "./ingest-report.ts";
import { ingestSources } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

const NOW = "2026-03-03T02:00:00.000Z";
let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

async function memoryStore(): Promise<LineageStore> {
  const store = await openStore("memory:", {});
  if (!store.ok) throw new Error(store.error.message);
  return store.value;
}

const sourcesOf = (files: readonly SourceFile[]): readonly AssembleSource[] =>
  readSources({ files: files.map((file) => ({ ...file, root: "." })), at: NOW, parser }).sources;

async function ingest(
  store: LineageStore,
  files: readonly SourceFile[],
  dryRun = false,
): Promise<IngestReport> {
  const report = await ingestSources({
    sources: sourcesOf(files),
    parser,
    store,
    now: NOW,
    dryRun,
  });
  if (!report.ok) throw new Error(report.error.message);
  return report.value;
}

/** What the store says now, without versions and times: claims by asset and source. */
async function claimsIn(store: LineageStore): Promise<Map<string, AssetClaim>> {
  const stored = await store.claims();
  if (!stored.ok) throw new Error(stored.error.message);
  const now = stored.value.filter((one) => one.staleSince === undefined);
  return new Map(now.map((one) => [`${one.claim.asset} ${one.source.id}`, one.claim]));
}

/** The graph that people see, stale claims included: assets, columns, edges and queries, without times and versions. */
async function graphIn(store: LineageStore): Promise<readonly unknown[]> {
  const stored = await store.claims();
  if (!stored.ok) throw new Error(stored.error.message);
  const graph = mergeClaims(stored.value, 1);
  return [...graph.assets.values()]
    .map(({ id, kind, columns, columnsComplete, edges, queries, placeholder }) => ({
      id,
      kind,
      columns,
      columnsComplete,
      edges,
      queries,
      placeholder,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

const checkout: TestProject = {
  name: "checkout",
  nodes: [
    {
      id: "model.checkout.orders",
      relation: "mesh.checkout.orders",
      sql: "select id, cents / 100 as amount from mesh.raw.orders",
    },
  ],
  catalog: false,
};
const finance: TestProject = {
  name: "finance",
  sources: [{ id: "source.finance.checkout.orders", relation: "MESH.CHECKOUT.ORDERS" }],
  nodes: [
    {
      id: "model.finance.revenue",
      relation: "mesh.finance.revenue",
      sql: "select * from MESH.CHECKOUT.ORDERS",
      needs: ["source.finance.checkout.orders"],
    },
  ],
  catalog: false,
};
const board: SourceFile = {
  path: "consumers.csv",
  text: "name,kind,sql,tile\nBoard,dashboard,select sum(amount) as total from finance.revenue,Total\n",
};

describe("projects that arrive one after the other", () => {
  it("give the same graph as together, with the star expanded and the source joined to its model", async () => {
    const late = await memoryStore();
    await ingest(late, [board]);
    await ingest(late, dbtProject(finance));
    await ingest(late, dbtProject(checkout));
    const together = await memoryStore();
    await ingest(together, [...dbtProject(checkout), ...dbtProject(finance), board]);
    const claims = await claimsIn(late);
    expect(claims).toEqual(await claimsIn(together));
    expect(await graphIn(late)).toEqual(await graphIn(together));
    const revenue = claims.get("duckdb/mesh.finance.revenue dbt:finance");
    expect(revenue?.columns?.map((column) => column.name)).toEqual(["id", "amount"]);
    expect(revenue?.edges.filter((edge) => edge.to.column === "amount")).toMatchObject([
      { from: { asset: "duckdb/mesh.checkout.orders", column: "amount" }, use: "STAR" },
    ]);
    const dashboard = claims.get("consumers/Board consumers:consumers.csv");
    expect(dashboard?.edges).toMatchObject([
      { from: { asset: "duckdb/mesh.finance.revenue", column: "amount" }, use: "AGG_SUM" },
    ]);
  });

  it("do so for every order and subset of many projects", { timeout: 60_000 }, async () => {
    const chain = (at: number): TestProject => ({
      name: `p${at}`,
      sources: at === 0 ? [] : [{ id: `source.p${at}.up`, relation: `M.P${at - 1}.T${at - 1}` }],
      nodes: [
        {
          id: `model.p${at}.t`,
          relation: `m.p${at}.t${at}`,
          sql:
            at === 0
              ? "select 1 as a, 2 as b"
              : `select *, a + ${at} as c${at} from m.p${at - 1}.t${at - 1}`,
          needs: at === 0 ? [] : [`source.p${at}.up`],
        },
      ],
      catalog: false,
    });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 }), async (order) => {
        const oneByOne = await memoryStore();
        for (const at of order) await ingest(oneByOne, dbtProject(chain(at)));
        const atOnce = await memoryStore();
        await ingest(
          atOnce,
          [...order].sort().flatMap((at) => dbtProject(chain(at))),
        );
        expect(await claimsIn(oneByOne)).toEqual(await claimsIn(atOnce));
        expect(await graphIn(oneByOne)).toEqual(await graphIn(atOnce));
      }),
      { seed: 13, numRuns: 12 },
    );
  });

  it("give that graph through the change feed too, as a running server reads it", async () => {
    const store = await memoryStore();
    await ingest(store, [board]);
    const before = await store.claims();
    const version = await store.version();
    if (!before.ok || !version.ok) throw new Error("the store does not answer");
    const old = mergeClaims(before.value, version.value.version);
    await ingest(store, [...dbtProject(finance), ...dbtProject(checkout)]);
    const feed = await store.claimsSince(version.value.version);
    if (!feed.ok) throw new Error(feed.error.message);
    const followed = applyClaims(old, feed.value);
    const ids = (await graphIn(store)).map((asset) => (asset as { readonly id: string }).id);
    expect([...(followed?.assets.keys() ?? [])].sort()).toEqual(ids);
  });

  it("leave no second asset behind where a table is called by another source's name from now on", async () => {
    const ddl: SourceFile = {
      path: "ddl.sql",
      text: "create table mesh.checkout.orders (id int);",
    };
    const late = await memoryStore();
    await ingest(late, [ddl]);
    await ingest(late, dbtProject(checkout));
    const together = await memoryStore();
    await ingest(together, [ddl, ...dbtProject(checkout)]);
    expect(await graphIn(late)).toEqual(await graphIn(together));
    expect((await graphIn(late)).map((asset) => (asset as { readonly id: string }).id)).toEqual([
      "duckdb/mesh.checkout.orders",
      "duckdb/mesh.raw.orders",
    ]);
  });

  it("write nothing when nothing changed", async () => {
    const store = await memoryStore();
    const files = [...dbtProject(checkout), ...dbtProject(finance), board];
    const first = await ingest(store, files);
    const again = await ingest(store, files);
    expect(first.written).toBeGreaterThan(0);
    expect(again).toMatchObject({ written: 0, madeStale: 0, version: first.version });
  });

  it("re-analyse readers whose inputs changed, and only say stale what is gone", async () => {
    const store = await memoryStore();
    await ingest(store, [...dbtProject(checkout), ...dbtProject(finance)]);
    const [first] = checkout.nodes ?? [];
    const changed = {
      ...checkout,
      nodes: [{ id: "", ...first, sql: "select id, 'x' as note from mesh.raw.orders" }],
    };
    await ingest(store, dbtProject(changed));
    const revenue = (await claimsIn(store)).get("duckdb/mesh.finance.revenue dbt:finance");
    expect(revenue?.columns?.map((column) => column.name)).toEqual(["id", "note"]);
  });

  it("leave the store alone in a dry run", async () => {
    const store = await memoryStore();
    const report = await ingest(store, dbtProject(checkout), true);
    expect(report).toMatchObject({ dryRun: true, version: 0, assets: 2 });
    expect((await claimsIn(store)).size).toBe(0);
  });
});

describe("names that nothing answers to", () => {
  it("are kept as assets, counted and reported with their place", async () => {
    const store = await memoryStore();
    const report = await ingest(store, dbtProject(checkout));
    expect(report.unresolved).toBe(1);
    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: "unresolved-name", file: "models/orders.sql" }),
    );
    expect((await claimsIn(store)).get("duckdb/mesh.raw.orders dbt:checkout")).toMatchObject({
      placeholder: true,
    });
  });

  it("are found by the aliases of a names file", async () => {
    const store = await memoryStore();
    const sources = sourcesOf([
      ...dbtProject(checkout),
      { path: "c.csv", text: "name,kind,sql\nB,report,select amount from prod.checkout.orders\n" },
    ]);
    const names = namesConfigSchema.parse({ databases: { prod: "mesh" } });
    await ingestSources({ sources, parser, store, now: NOW, names });
    const claim = (await claimsIn(store)).get("consumers/B consumers:c.csv");
    expect(claim?.edges[0]?.from).toEqual({
      asset: "duckdb/mesh.checkout.orders",
      column: "amount",
    });
  });
});

describe("SQL that cannot be read", () => {
  it("still says which tables it reads, as not known to the column", async () => {
    const store = await memoryStore();
    const broken = {
      path: "c.csv",
      text: "name,kind,sql\nB,report,select (( from mesh.checkout.orders where\n",
    };
    const report = await ingest(store, [...dbtProject(checkout), broken]);
    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: "sql-not-parsed", file: "c.csv", line: 2 }),
    );
    const claim = (await claimsIn(store)).get("consumers/B consumers:c.csv");
    expect(claim?.edges).toMatchObject([
      { from: { asset: "duckdb/mesh.checkout.orders" }, use: "UNKNOWN" },
    ]);
    expect(claim?.queries[0]?.plan).toBeUndefined();
  });
});

describe("an edge to a column that nobody declared", () => {
  it("is a problem with its line, and stays", async () => {
    const store = await memoryStore();
    const text =
      "assets:\n - {id: t, kind: table, columns: [a]}\n - {id: b, kind: dashboard}\nedges:\n - {from: t.zz, to: b.x, use: MEASURE}\n";
    const report = await ingest(store, [{ path: "g.yaml", text }]);
    expect(report.problems).toMatchObject([{ code: "unknown-column", file: "g.yaml", line: 5 }]);
    expect((await claimsIn(store)).get("graph/b graph:g.yaml")?.edges).toHaveLength(1);
  });
});

describe("models that read each other in a circle", () => {
  it("are analysed all the same", async () => {
    const store = await memoryStore();
    const model = (name: string, other: string) => ({
      id: `model.loop.${name}`,
      relation: `d.s.${name}`,
      sql: `select x from d.s.${other}`,
    });
    const report = await ingest(
      store,
      dbtProject({ name: "loop", nodes: [model("a", "b"), model("b", "a")], catalog: false }),
    );
    expect(report.problems).toContainEqual(
      expect.objectContaining({ code: "cycle", severity: "info" }),
    );
    expect(report.edges).toBe(2);
  });
});

describe("events that arrive one by one", () => {
  const event = (facets: object, time: string) => ({
    path: "events.ndjson",
    text: JSON.stringify({
      eventType: "COMPLETE",
      eventTime: time,
      producer: "https://example.org/etl",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
      run: { runId: "01941f29-7c00-7000-8000-000000000001" },
      job: { namespace: "etl", name: "load" },
      inputs: [],
      outputs: [{ namespace: "duckdb://w", name: "mesh.raw.orders", facets }],
    }),
  });
  const schema = {
    schema: {
      _producer: "p",
      _schemaURL: "s",
      fields: [
        { name: "id", type: "INT" },
        { name: "cents", type: "INT" },
      ],
    },
  };

  it("add to what was said, and an absent facet erases nothing", async () => {
    const store = await memoryStore();
    await ingest(store, [event(schema, "2026-01-01T00:00:00Z")]);
    await ingest(store, [event({}, "2026-01-02T00:00:00Z")]);
    const [claim] = [...(await claimsIn(store)).values()].filter(
      (one) => one.name === "mesh.raw.orders",
    );
    expect(claim?.columns?.map((column) => column.name)).toEqual(["id", "cents"]);
  });

  it("own the table that a project only reads", async () => {
    const store = await memoryStore();
    await ingest(store, dbtProject(checkout));
    await ingest(store, [event(schema, "2026-01-01T00:00:00Z")]);
    const claims = await claimsIn(store);
    const orders = claims.get("duckdb/mesh.checkout.orders dbt:checkout");
    expect(orders?.edges.map((edge) => edge.from)).toContainEqual({
      asset: "duckdb:%2F%2Fw/mesh.raw.orders",
      column: "cents",
    });
  });
});

it("a query in a graph file reads the table of the same file by its plain name", async () => {
  const store = await memoryStore();
  const graph = {
    assets: [
      { id: "orders", kind: "table", columns: [{ name: "amount" }] },
      {
        id: "board",
        kind: "dashboard",
        queries: [{ name: "q", dialect: "duckdb", sql: "select sum(amount) s from orders" }],
      },
    ],
  };
  const report = await ingest(store, [{ path: "graph.json", text: JSON.stringify(graph) }]);
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({ assets: 2, unresolved: 0 });
});

it("what an analysis did not understand is told again where the analysis is taken over", async () => {
  const store = await memoryStore();
  const sql = "select a from orders\nwhere b in (select nope from lines)";
  const graph = {
    assets: [
      { id: "shop.orders", kind: "table", columns: [{ name: "a" }, { name: "b" }] },
      { id: "shop.lines", kind: "table", columns: [{ name: "c" }] },
      { id: "board", kind: "dashboard", queries: [{ name: "q", sql, dialect: "duckdb" }] },
    ],
  };
  const files = [{ path: "graph.json", text: JSON.stringify(graph) }];
  const first = await ingest(store, files);
  const again = await ingest(store, files);
  const told = first.problems.filter(({ code }) => code === "unknown-column");
  expect(told).toHaveLength(1);
  expect(again.problems).toEqual(first.problems);
});
