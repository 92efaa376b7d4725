import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { findDialect } from "./sql/dialect.ts";

/** What a catalogue's word for a system (`mssql`, `BigQuery`, `unity-catalog`) comes to. */
export interface CatalogPlatform {
  /** As OpenLineage's namespaces call the engine; several catalogues then mean one system. */
  readonly engine: string;
  readonly dialect?: string;
  readonly kind: AssetKind;
  /** The scheme of addresses, where names are paths of files. */
  readonly files?: string;
}

const ENGINES: Readonly<Record<string, string>> = makeTable({
  postgresql: "postgres",
  greenplum: "postgres",
  unitycatalog: "databricks",
  mariadb: "mysql",
  azuresql: "mssql",
  sqlserver: "mssql",
  synapse: "mssql",
  athena: "awsathena",
  presto: "trino",
  starburst: "trino",
  sparksql: "spark",
  deltalake: "spark",
  iceberg: "spark",
});

const FILES: Readonly<Record<string, string>> = makeTable({
  s3: "s3",
  gcs: "gs",
  gs: "gs",
  abs: "abfss",
  adls: "abfss",
  hdfs: "hdfs",
});

const TOPICS = new Set([
  "kafka",
  "redpanda",
  "pulsar",
  "kinesis",
  "pubsub",
  "confluent",
  "eventhub",
]);

/** Words that the catalogues have and dialects do not. */
const DIALECTS: Readonly<Record<string, string>> = makeTable({
  hive: "spark",
  awsathena: "trino",
  mssql: "tsql",
});

export function platformOf(word: string): CatalogPlatform {
  const key = word.toLowerCase().replaceAll(/[-_ ]/g, "");
  const files = FILES[key];
  if (files !== undefined) return { engine: key, kind: "file", files };
  if (TOPICS.has(key)) return { engine: key, kind: "topic" };
  const engine = ENGINES[key] ?? key;
  const dialect = DIALECTS[engine] ?? findDialect(engine);
  return { engine, kind: "table", ...(dialect === undefined ? {} : { dialect }) };
}
