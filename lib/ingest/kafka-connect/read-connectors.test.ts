import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readSources } from "#lib/usecases/sources/read-sources.ts";
import { readConnectors } from "./read-connectors.ts";

const JDBC = {
  name: "orders-sink",
  config: {
    "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
    topics: "shop.orders",
    "connection.url": "jdbc:postgresql://dwh.example:5432/mesh?currentSchema=raw",
    "table.name.format": "orders",
    "tasks.max": 1,
    transforms: "drop,rename,stamp",
    "transforms.drop.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
    "transforms.drop.exclude": "card",
    "transforms.rename.type": "org.apache.kafka.connect.transforms.ReplaceField$Value",
    "transforms.rename.renames": "amount:total",
    "transforms.stamp.type": "org.apache.kafka.connect.transforms.InsertField$Value",
    "transforms.stamp.timestamp.field": "loaded_at",
  },
};
const SCHEMA = {
  subject: "shop.orders-value",
  version: 1,
  schema: JSON.stringify({
    type: "record",
    name: "Order",
    fields: [
      { name: "id", type: "long" },
      { name: "amount", type: "double" },
      { name: "card", type: "string" },
    ],
  }),
};

describe("sink connectors", () => {
  it("make of a topic's columns those of a table, through their transforms", async () => {
    const parser = await loadSqlParser();
    const now = "2026-01-01T00:00:00Z";
    const files = [
      { path: "connect.json", text: JSON.stringify(JDBC), root: "connect.json" },
      { path: "schemas.json", text: JSON.stringify([SCHEMA]), root: "schemas.json" },
    ];
    const opened = await openStore("memory:", {});
    if (!opened.ok) throw new Error(opened.error.message);
    const store: LineageStore = opened.value;
    const { sources, problems } = readSources({ files, parser, at: now });
    expect(problems).toEqual([]);
    const report = await ingestSources({ sources, store, parser, now });
    expect(report.ok && report.value.problems).toEqual([]);
    const claims = await store.claims();
    const table = claims.ok
      ? claims.value.find(({ claim }) => claim.name === "mesh.raw.orders")
      : undefined;
    expect(table?.claim.columns?.map(({ name }) => name)).toEqual(["id", "total", "loaded_at"]);
    expect(
      table?.claim.edges
        .filter(({ from }) => from.column !== undefined)
        .map(({ from, to, use }) => [from.asset, from.column, to.column, use]),
    ).toEqual([
      ["kafka/shop.orders", "id", "id", "STAR"],
      ["kafka/shop.orders", "amount", "total", "STAR"],
    ]);
  });

  it("name tables as their systems do", () => {
    const sink = (config: Record<string, string>) =>
      readConnectors([
        {
          path: "c.json",
          text: JSON.stringify({ name: "s", config: { topics: "shop.orders", ...config } }),
        },
      ])
        .facts.filter(({ placeholder }) => placeholder !== true)
        .map(({ name, kind }) => [name.namespace, name.name, kind]);
    expect(
      sink({
        "connector.class": "com.snowflake.kafka.connector.SnowflakeSinkConnector",
        "snowflake.url.name": "acme.snowflakecomputing.com:443",
        "snowflake.database.name": "RAW",
        "snowflake.schema.name": "SHOP",
        "snowflake.topic2table.map": "shop.orders:ORDERS",
      }),
    ).toEqual([["snowflake://acme", "RAW.SHOP.ORDERS", "table"]]);
    expect(
      sink({
        "connector.class": "com.wepay.kafka.connect.bigquery.BigQuerySinkConnector",
        project: "acme",
        defaultDataset: "raw",
      }),
    ).toEqual([["bigquery", "acme.raw.shop_orders", "table"]]);
    expect(
      sink({
        "connector.class": "io.confluent.connect.s3.S3SinkConnector",
        "s3.bucket.name": "lake",
      }),
    ).toEqual([["s3://lake", "topics/shop.orders", "file"]]);
    expect(
      sink({
        "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "connection.url": "jdbc:mysql://db/shop",
      }),
    ).toEqual([["mysql://db:3306", "shop.shop_orders", "table"]]);
  });

  const rowOf = async (config: Record<string, string>) => {
    const parser = await loadSqlParser();
    const now = "2026-01-01T00:00:00Z";
    const [schema, connector] = [
      { ...SCHEMA, schema: SCHEMA.schema.replace('"card"', '"message"') },
      { name: "s", config: { topics: "shop.orders", ...config } },
    ].map((one) => JSON.stringify(one));
    const opened = await openStore("memory:", {});
    if (!opened.ok) throw new Error(opened.error.message);
    const files = [
      { path: "connect.json", text: connector ?? "", root: "connect.json" },
      { path: "schemas.json", text: `[${schema}]`, root: "schemas.json" },
    ];
    const { sources } = readSources({ files, parser, at: now });
    const report = await ingestSources({ sources, store: opened.value, parser, now });
    expect(report.ok && report.value.problems).toEqual([]);
    const claims = await opened.value.claims();
    const table = claims.ok ? claims.value.find(({ claim }) => claim.kind === "table") : undefined;
    return table?.claim.columns?.map(({ name }): readonly unknown[] => [
      name,
      ...new Set(
        table.claim.edges.flatMap(({ from, to }) =>
          to.column === name && from.column !== undefined ? [from.column] : [],
        ),
      ),
    ]);
  };

  const SNOWFLAKE = {
    "connector.class": "com.snowflake.kafka.connector.SnowflakeSinkConnector",
    "snowflake.url.name": "acme.snowflakecomputing.com:443",
    "snowflake.database.name": "RAW",
    "snowflake.schema.name": "SHOP",
  };
  const STREAMING = "com.snowflake.kafka.connector.SnowflakeStreamingSinkConnector";
  const FIELDS = [
    ["id", "id"],
    ["amount", "amount"],
    ["message", "message"],
  ];

  it("of Snowflake put all of a message into one column, unless each field is asked for", async () => {
    const inOne = [["RECORD_CONTENT", "id", "amount", "message"], ["RECORD_METADATA"]];
    const asked = { "snowflake.enable.schematization": "TRUE" };
    expect(await rowOf(SNOWFLAKE)).toEqual(inOne);
    expect(await rowOf({ ...SNOWFLAKE, ...asked })).toEqual([...FIELDS, ["RECORD_METADATA"]]);
    expect(await rowOf({ ...SNOWFLAKE, "connector.class": STREAMING })).toEqual([
      ...FIELDS,
      ["RECORD_METADATA"],
    ]);
  });

  it("of Snowflake have their two columns also where a transform is not followed", () => {
    const config = {
      ...SNOWFLAKE,
      topics: "a",
      transforms: "x",
      "transforms.x.type": "com.acme.X",
    };
    const { facts } = readConnectors([
      { path: "c.json", text: JSON.stringify({ name: "s", config }) },
    ]);
    const table = facts.find(({ kind }) => kind === "table");
    expect(table?.columns?.map(({ name }) => name)).toEqual(["RECORD_CONTENT", "RECORD_METADATA"]);
    expect(table?.edges).toMatchObject([{ use: "UNKNOWN" }]);
  });

  it("of BigQuery add the key and the place in the topic under the names that they are told", async () => {
    const config = {
      "connector.class": "com.wepay.kafka.connect.bigquery.BigQuerySinkConnector",
      project: "acme",
      defaultDataset: "raw",
    };
    expect(await rowOf(config)).toEqual(FIELDS);
    const named = { kafkaKeyFieldName: "kafka_key", kafkaDataFieldName: "kafkaData" };
    expect(await rowOf({ ...config, ...named })).toEqual([...FIELDS, ["kafka_key"], ["kafkaData"]]);
  });

  it("that are not known, or whose transforms are not, read their topics in a way not known", () => {
    const config = { ...JDBC.config, transforms: "own", "transforms.own.type": "com.acme.Own" };
    const own = readConnectors([{ path: "c.json", text: JSON.stringify({ name: "s", config }) }]);
    expect(own.facts.find(({ placeholder }) => placeholder !== true)?.edges).toMatchObject([
      { use: "UNKNOWN" },
    ]);
    expect(own.problems.map(({ message }) => message)).toEqual([
      "connector s: the transform own is not followed; which columns come out of it is not known",
    ]);
    const other = readConnectors([
      { path: "c.properties", text: "name=s\nconnector.class=com.acme.Sink\ntopics=a, b\n" },
    ]);
    expect(other.facts.map(({ name, kind }) => [name.name, kind])).toEqual([
      ["a", "topic"],
      ["b", "topic"],
      ["s", "application"],
    ]);
    expect(other.facts[2]?.edges.map(({ from }) => from.name.name)).toEqual(["a", "b"]);
  });

  it("come as an answer of the worker, or as resources of Kubernetes", () => {
    const answer = {
      "orders-sink": {
        info: { name: "orders-sink", config: JDBC.config, tasks: [], type: "sink" },
      },
    };
    const yaml = `apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata:\n  name: k\nspec:\n  class: io.confluent.connect.s3.S3SinkConnector\n  config:\n    topics: a\n    s3.bucket.name: lake\n`;
    const { facts, problems } = readConnectors([
      { path: "a.json", text: JSON.stringify(answer) },
      { path: "k.yaml", text: yaml },
    ]);
    expect(problems).toEqual([]);
    expect(facts.filter(({ queries }) => queries.length > 0).map(({ name }) => name.name)).toEqual([
      "mesh.raw.orders",
      "topics/a",
    ]);
  });

  it("that are broken never throw", () => {
    const text = JSON.stringify(JDBC);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(40), fc.string(), (at, cut, put) => {
        const { facts, problems } = readConnectors([
          { path: "c.json", text: text.slice(0, at) + put + text.slice(at + cut) },
        ]);
        return facts.length + problems.length > 0;
      }),
    );
  });
});
