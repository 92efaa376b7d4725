import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "#lib/usecases/sources/ingest-sources.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readSources } from "#lib/usecases/sources/read-sources.ts";
import { readConnectors } from "./read-connectors.ts";

const CAPTURE = {
  name: "orders-capture",
  config: {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": "app-db",
    "database.port": "5432",
    "database.dbname": "shop",
    "topic.prefix": "app",
    "table.include.list": "public\\.(orders|customers)",
    "column.exclude.list": "public.orders.card",
  },
};
const SINK = {
  name: "orders-sink",
  config: {
    "connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector",
    topics: "app.public.orders",
    "connection.url": "jdbc:postgresql://dwh:5432/mesh?currentSchema=raw",
    "table.name.format": "orders",
    transforms: "unwrap",
    "transforms.unwrap.type": "io.debezium.transforms.ExtractNewRecordState",
    "transforms.unwrap.add.fields": "op",
  },
};
const DDL = `create table shop.public.orders (id bigint, amount numeric, card text);
create table shop.public.customers (id bigint);`;

/** As Debezium's converter registers it: the row before and after, and where it came from. */
const ENVELOPE = {
  subject: "app.public.orders-value",
  version: 1,
  schema: JSON.stringify({
    type: "record",
    name: "Envelope",
    namespace: "app.public.orders",
    fields: [
      {
        name: "before",
        type: [
          "null",
          {
            type: "record",
            name: "Value",
            fields: [
              { name: "id", type: "long" },
              { name: "amount", type: ["null", "double"] },
            ],
          },
        ],
      },
      { name: "after", type: ["null", "Value"] },
      {
        name: "source",
        type: { type: "record", name: "Source", fields: [{ name: "db", type: "string" }] },
      },
      { name: "op", type: "string" },
    ],
  }),
};

async function claimsOf(texts: Readonly<Record<string, string>>) {
  const parser = await loadSqlParser();
  const now = "2026-01-01T00:00:00Z";
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  const files = Object.entries(texts).map(([path, text]) => ({ path, text, root: path }));
  const { sources, problems } = readSources({ files, parser, at: now });
  const report = await ingestSources({ sources, store: opened.value, parser, now });
  const claims = await opened.value.claims();
  if (!report.ok || !claims.ok) throw new Error("not ingested");
  return { claims: claims.value, problems: [...problems, ...report.value.problems] };
}

const facts = (config: Record<string, string>) =>
  readConnectors([{ path: "c.json", text: JSON.stringify({ name: "s", config }) }]);

describe("source connectors", () => {
  it("make of a table's columns those of a topic, and a sink those of the warehouse's table", async () => {
    const { claims, problems } = await claimsOf({
      "capture.json": JSON.stringify(CAPTURE),
      "sink.json": JSON.stringify(SINK),
      "schema.sql": DDL,
    });
    expect(problems).toEqual([]);
    const edgesInto = (name: string) =>
      claims
        .flatMap(({ claim }) => (claim.name === name ? claim.edges : []))
        .flatMap(({ from, to }) =>
          from.column === undefined ? [] : [`${from.asset}.${from.column} -> ${to.column}`],
        );
    expect(edgesInto("app.public.orders")).toEqual([
      expect.stringMatching(/public\.orders\.id -> id$/),
      expect.stringMatching(/public\.orders\.amount -> amount$/),
    ]);
    expect(edgesInto("mesh.raw.orders")).toEqual([
      "kafka/app.public.orders.id -> id",
      "kafka/app.public.orders.amount -> amount",
    ]);
  });

  it("meet the registry's envelope of the same topic as the rows inside it", async () => {
    const { claims, problems } = await claimsOf({
      "capture.json": JSON.stringify(CAPTURE),
      "sink.json": JSON.stringify(SINK),
      "schemas.json": JSON.stringify([ENVELOPE]),
      "schema.sql": DDL,
    });
    expect(problems).toEqual([]);
    const topic = claims.find(
      ({ source, claim }) => source.kind === "schema" && claim.name === "app.public.orders",
    );
    expect(topic?.claim.columns?.map(({ name }) => name)).toEqual(["id", "amount"]);
    const table = claims.find(({ claim }) => claim.name === "mesh.raw.orders");
    expect(table?.claim.columns?.map(({ name }) => name)).toEqual(["id", "amount", "__op"]);
  });

  it("name tables and topics as their systems do", () => {
    const named = (config: Record<string, string>) =>
      facts(config).facts.map(({ name }) => `${name.namespace} ${name.name}`);
    const host = { "database.hostname": "db", "topic.prefix": "cdc" };
    expect(
      named({
        ...host,
        "connector.class": "io.debezium.connector.mysql.MySqlConnector",
        "table.include.list": "shop.orders",
      }),
    ).toEqual(["kafka cdc.shop.orders", "mysql://db:3306 shop.orders"]);
    expect(
      named({
        ...host,
        "connector.class": "io.debezium.connector.sqlserver.SqlServerConnector",
        "database.names": "shop",
        "table.include.list": "dbo.orders",
      }),
    ).toEqual(["kafka cdc.shop.dbo.orders", "mssql://db:1433 shop.dbo.orders"]);
    expect(
      named({
        ...host,
        "connector.class": "io.debezium.connector.oracle.OracleConnector",
        "database.dbname": "ORCL",
        "table.include.list": "SHOP.ORDERS",
      }),
    ).toEqual(["kafka cdc.SHOP.ORDERS", "oracle://db:1521 ORCL.SHOP.ORDERS"]);
    expect(
      named({
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "connection.url": "jdbc:postgresql://db/shop",
        "topic.prefix": "jdbc-",
        "table.whitelist": "orders, audit.logins",
      }),
    ).toEqual([
      "kafka jdbc-logins",
      "kafka jdbc-orders",
      "postgres://db:5432 shop.audit.logins",
      "postgres://db:5432 shop.public.orders",
    ]);
  });

  it("that send the rows of a query are read by it", async () => {
    const connector = {
      name: "revenue",
      config: {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "connection.url": "jdbc:postgresql://db:5432/shop",
        "topic.prefix": "revenue",
        query: "select id, amount / 100 as euros from orders",
      },
    };
    const { claims } = await claimsOf({ "q.json": JSON.stringify(connector), "schema.sql": DDL });
    const topic = claims.find(({ claim }) => claim.name === "revenue");
    expect(topic?.claim.edges.map(({ from, to, use }) => [from.column, to.column, use])).toEqual([
      ["id", "id", "IDENTITY"],
      ["amount", "euros", "ARITH"],
    ]);
  });

  it("of a pattern are known by the topics that the worker has seen", () => {
    const config = { ...CAPTURE.config, "table.include.list": "public.*" };
    const alone = facts(config);
    expect(alone.facts.map(({ kind, queries }) => [kind, queries.length])).toEqual([
      ["application", 1],
    ]);
    expect(alone.problems.map(({ message }) => message)).toEqual([
      "connector s: its tables are named by a pattern (public.*), which says nothing of the tables there are",
    ]);
    const worker = {
      capture: {
        info: { name: "capture", config },
        topics: ["app.public.orders", "app.heartbeat"],
      },
      lake: {
        info: {
          name: "lake",
          config: {
            "connector.class": "io.confluent.connect.s3.S3SinkConnector",
            "topics.regex": "app\\..*",
            "s3.bucket.name": "lake",
          },
        },
        topics: ["app.public.orders"],
      },
    };
    const told = readConnectors([{ path: "w.json", text: JSON.stringify(worker) }]);
    expect(told.problems).toEqual([]);
    expect(told.facts.map(({ name }) => name.name)).toEqual([
      "app.public.orders",
      "shop.public.orders",
      "topics/app.public.orders",
    ]);
  });

  it("that choose columns by patterns, or change them in a way not known, leave the columns unknown", () => {
    for (const more of [
      { "column.exclude.list": ".*\\.card" },
      { transforms: "own", "transforms.own.type": "com.acme.Own" },
    ]) {
      const { facts: found, problems } = facts({ ...CAPTURE.config, ...more });
      expect(problems).toHaveLength(2);
      expect(
        found
          .filter(({ kind }) => kind === "topic")
          .map(({ edges }) => edges.map(({ use }) => use)),
      ).toEqual([["UNKNOWN"], ["UNKNOWN"]]);
    }
  });

  it("that are broken never throw", () => {
    const text = JSON.stringify(CAPTURE);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(40), fc.string(), (at, cut, put) => {
        const broken = text.slice(0, at) + put + text.slice(at + cut);
        const read = readConnectors([{ path: "c.json", text: broken }]);
        return read.facts.length + read.problems.length > 0;
      }),
    );
  });
});
