import { beforeAll, describe, expect, it } from "vitest";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { dbtProject } from "#lib/ingest/dbt/manifest-for-tests.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";

const HOST = "pg.shop.example";
const PATH = ["shop", "raw", "orders"] as const;
const NAME = PATH.join(".");

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

/** All files as they would lie beside each other, each recognised by its content. */
async function graphOf(
  files: readonly SourceFile[],
  names: NamesConfig = DEFAULT_NAMES,
): Promise<{
  readonly graph: MergedGraph;
  readonly problems: readonly Problem[];
  readonly kinds: readonly string[];
}> {
  const store = unwrap(await openStore("memory:", {}));
  const now = "2026-11-20T03:00:00Z";
  const roots = files.map((file) => ({ ...file, root: file.path.split("/")[0] ?? file.path }));
  const { sources, problems } = readSources({ files: roots, at: now, parser });
  const report = unwrap(await ingestSources({ sources, problems, names, parser, store, now }));
  const view = await loadGraphView(store);
  if (!view.ok) throw new Error(view.error.message);
  return {
    graph: view.value.graph,
    problems: report.problems,
    kinds: sources.map(({ source }) => source.kind),
  };
}

const json = (path: string, value: unknown): SourceFile => ({ path, text: JSON.stringify(value) });

const dbt = dbtProject({
  name: "shop",
  adapter: "postgres",
  sources: [
    { id: "source.shop.raw.orders", relation: '"shop"."raw"."orders"', columns: { id: "bigint" } },
  ],
  nodes: [
    {
      id: "model.shop.revenue",
      relation: '"shop"."mart"."revenue"',
      sql: 'select sum(amount) as cents from "shop"."raw"."orders"',
      needs: ["source.shop.raw.orders"],
    },
  ],
});

const spark: SourceFile = {
  path: "spark/events.jsonl",
  text: JSON.stringify(
    runEvent({
      time: "2026-11-20T02:00:00Z",
      outputs: [
        {
          ...dataset(NAME, { schema: schema("id", "amount") }),
          namespace: `postgres://${HOST}:5432`,
        },
      ],
    }),
  ),
};

const catalog = (host: string, path: string) =>
  json(path, {
    postgresCatalog: 1,
    server: { host, port: 5432, database: "shop" },
    relations: [
      {
        schema: "raw",
        name: "orders",
        kind: "r",
        columns: [
          { name: "id", type: "bigint", nullable: false },
          { name: "amount", type: "bigint", nullable: true },
        ],
      },
    ],
  });

const datahub = json("datahub/mcps.json", [
  {
    entityType: "dataset",
    entityUrn: `urn:li:dataset:(urn:li:dataPlatform:postgres,core.${NAME},PROD)`,
    changeType: "UPSERT",
    aspectName: "dataPlatformInstance",
    aspect: {
      json: {
        platform: "urn:li:dataPlatform:postgres",
        instance: "urn:li:dataPlatformInstance:(urn:li:dataPlatform:postgres,core)",
      },
    },
  },
  {
    entityType: "dataset",
    entityUrn: `urn:li:dataset:(urn:li:dataPlatform:postgres,core.${NAME},PROD)`,
    changeType: "UPSERT",
    aspectName: "ownership",
    aspect: { json: { owners: [{ owner: "urn:li:corpGroup:checkout-core", type: "DATAOWNER" }] } },
  },
]);

const openMetadata = json("om/tables.json", {
  data: [
    {
      id: "1",
      fullyQualifiedName: `pg_core.${NAME}`,
      tableType: "Regular",
      serviceType: "Postgres",
      columns: [{ name: "id", dataType: "BIGINT", description: "Number of the order" }],
    },
  ],
  paging: { total: 1 },
});

const marquez = json("marquez/datasets.json", {
  totalCount: 1,
  datasets: [
    {
      id: { namespace: `postgres://${HOST}:5432`, name: NAME },
      type: "DB_TABLE",
      name: NAME,
      physicalName: NAME,
      sourceName: "x",
      fields: [{ name: "id", type: "BIGINT" }],
      tags: ["gold"],
    },
  ],
});

describe("one table, told by dbt, Spark, PostgreSQL, DataHub, OpenMetadata and Marquez", () => {
  const all = [...dbt, spark, catalog(HOST, "pg/catalog.json"), datahub, openMetadata, marquez];
  const called = (graph: MergedGraph, tail = NAME) =>
    [...graph.assets.values()].filter(({ name }) => name.endsWith(tail));

  it("is one asset with what each of them knows, in whatever order they come", async () => {
    for (const files of [all, [...all].reverse()]) {
      const { graph, problems, kinds } = await graphOf(files);
      expect([...kinds].sort()).toEqual([
        "datahub",
        "dbt",
        "marquez",
        "openlineage",
        "openmetadata",
        "postgres",
      ]);
      expect(problems.filter(({ severity }) => severity !== "info")).toEqual([]);
      const [orders, ...others] = called(graph);
      expect(others).toEqual([]);
      expect(orders).toMatchObject({
        name: NAME,
        columnsComplete: true,
        attributes: { owner: "checkout-core", tags: ["gold"] },
        columns: [
          { name: "id", type: "bigint", nullable: false, description: "Number of the order" },
          { name: "amount", nullable: true },
        ],
      });
      expect(orders?.sources).toHaveLength(6);
      const revenue = [...graph.assets.values()].find(({ name }) => name === "shop.mart.revenue");
      expect(
        revenue?.edges.map(({ from, to, use }) => [from.asset, from.column, use, to.column]),
      ).toEqual([[orders?.id, "amount", "AGG_SUM", "cents"]]);
    }
  });

  it("a server is one however its scheme and its port are written", async () => {
    const text = marquez.text.replaceAll(
      `postgres://${HOST}:5432`,
      `postgresql://${HOST.toUpperCase()}`,
    );
    const files = [catalog(HOST, "pg/catalog.json"), { path: "marquez/datasets.json", text }];
    expect(called((await graphOf(files)).graph)).toHaveLength(1);
    const local = [catalog("127.0.0.1", "a/catalog.json"), catalog("localhost", "b/catalog.json")];
    expect(called((await graphOf(local)).graph)).toHaveLength(1);
  });

  it("two servers with a table of this name stay two, and who does not say which is told that it is ambiguous", async () => {
    const { graph, problems } = await graphOf([
      ...dbt,
      catalog(HOST, "pg/catalog.json"),
      catalog("pg.other.example", "other/catalog.json"),
      datahub,
    ]);
    expect(called(graph).map(({ id }) => id)).toHaveLength(3);
    const ambiguous = problems.filter(({ code }) => code === "ambiguous-name");
    expect(ambiguous.map(({ message }) => message).join()).toContain(NAME);
  });

  it("another word for the database is said once, and then it is the same table", async () => {
    const alias = openMetadata.text.replaceAll("shop.raw", "shop_prod.raw");
    const files = [
      ...dbt,
      catalog(HOST, "pg/catalog.json"),
      { path: "om/tables.json", text: alias },
    ];
    expect(called((await graphOf(files)).graph, "raw.orders")).toHaveLength(2);
    const names = { ...DEFAULT_NAMES, databases: { shop_prod: "shop" } };
    expect(called((await graphOf(files, names)).graph, "raw.orders")).toHaveLength(1);
  });
});

describe("one table of a warehouse, told by dbt and by its access log", () => {
  const model = dbtProject({
    name: "mart",
    adapter: "snowflake",
    sources: [
      {
        id: "source.mart.raw.orders",
        relation: "SHOP.RAW.ORDERS",
        columns: { AMOUNT: "NUMBER", STATE: "TEXT" },
      },
    ],
    nodes: [
      {
        id: "model.mart.revenue",
        relation: "SHOP.MART.REVENUE",
        sql: "select coalesce(amount, 0) as cents from SHOP.RAW.ORDERS",
        needs: ["source.mart.raw.orders"],
      },
    ],
  });
  const source = (columnName: string) => ({
    columnName,
    objectDomain: "Table",
    objectName: "SHOP.RAW.ORDERS",
  });
  const log: SourceFile = {
    path: "log/access_history.jsonl",
    text: JSON.stringify({
      QUERY_ID: "1",
      QUERY_START_TIME: "2026-11-19 03:00:00.000 Z",
      USER_NAME: "LOADER",
      DIRECT_OBJECTS_ACCESSED: [
        {
          objectDomain: "Table",
          objectName: "SHOP.RAW.ORDERS",
          columns: [{ columnName: "AMOUNT" }],
        },
      ],
      OBJECTS_MODIFIED: [
        {
          objectDomain: "Table",
          objectName: "SHOP.MART.REVENUE",
          columns: [{ columnName: "CENTS", directSources: [source("AMOUNT")] }],
        },
        {
          objectDomain: "Table",
          objectName: "SHOP.ADHOC.COPY",
          columns: [{ columnName: "CENTS", directSources: [source("AMOUNT")] }],
        },
      ],
    }),
  };

  it("has the model's own words for how a column is used, and finds the copy that no model makes", async () => {
    const { graph, problems } = await graphOf([...model, log]);
    expect(problems.filter(({ severity }) => severity !== "info")).toEqual([]);
    const names = [...graph.assets.values()].map(({ name }) => name.toUpperCase()).sort();
    expect(names).toEqual(["SHOP.ADHOC.COPY", "SHOP.MART.REVENUE", "SHOP.RAW.ORDERS"]);
    const copy = [...graph.assets.values()].find(({ name }) => name === "SHOP.ADHOC.COPY");
    expect(copy?.edges).toMatchObject([
      {
        from: { column: "AMOUNT" },
        to: { column: "CENTS" },
        use: "IDENTITY",
        cap: "likely",
        extra: { lastSeen: "2026-11-19T03:00:00Z" },
      },
    ]);
    const orders = [...graph.assets.values()].find(
      ({ name }) => name.toUpperCase() === "SHOP.RAW.ORDERS",
    );
    expect(orders?.attributes.usage).toEqual({ views30d: 1, users30d: 1 });
  });
});
