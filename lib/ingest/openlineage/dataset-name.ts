import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { readName } from "./check-event.ts";

const FILE_SCHEMES = new Set(
  "file s3 s3a s3n gs gcs abfs abfss wasb wasbs adl hdfs webhdfs viewfs dbfs oci cos oss swift ftp sftp http https local inmemory".split(
    " ",
  ),
);
const TOPIC_SCHEMES = new Set(
  "kafka pulsar kinesis pubsub eventhub eventhubs rabbitmq nats mqtt sqs sns".split(" "),
);

const TYPE_KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  TABLE: "table",
  VIEW: "view",
  FILE: "file",
  TOPIC: "topic",
  STREAM: "topic",
  MODEL: "ml_model",
  DASHBOARD: "dashboard",
  CHART: "chart",
  REPORT: "report",
});

/** The namespace that was asked for last: every name of an event is asked for its scheme, and mostly they have the same. */
let last = { namespace: "", scheme: "" };

/** `s3` of `s3://bucket`, `file` of `file`. */
function schemeOf(namespace: string): string {
  if (last.namespace !== namespace) last = { namespace, scheme: findScheme(namespace) };
  return last.scheme;
}

function findScheme(namespace: string): string {
  if (namespace.startsWith("arn:aws:kinesis")) return "kinesis";
  const cut = namespace.indexOf(":");
  return (cut < 0 ? namespace : namespace.slice(0, cut)).toLowerCase();
}

const isFileName = (name: AssetName): boolean => FILE_SCHEMES.has(schemeOf(name.namespace));

/**
 * What Spark and Hive write to on the way (`/t/.spark-staging-1`, `/t/_temporary/0`), or a single partition of it
 * (`/t/day=2026-01-01`), is the dataset `/t`. Slashes at the end mean nothing.
 */
export function settleDatasetName(name: AssetName): AssetName {
  if (!isFileName(name)) return name;
  let path = name.name.replace(STAGING, "");
  while (PARTITION.test(path)) path = path.replace(PARTITION, "");
  path = path.length > 1 ? path.replace(/\/+$/, "") : path;
  return path === "" || path === name.name ? name : { namespace: name.namespace, name: path };
}

const STAGING =
  /\/(?:\.spark-staging|\.hive-staging|_temporary|__magic|_spark_metadata|_delta_log|_SUCCESS)[^/]*(?:\/.*)?$/;
const PARTITION = /\/[A-Za-z_][\w.-]*=[^/]*\/*$/;

/** Names that mean the same dataset: symlinks, and the name as sent where it was settled. */
export function aliasesOf(
  sent: readonly AssetName[],
  settled: AssetName,
  facets: LooseRecord,
): readonly AssetName[] {
  const all = [...sent, ...symlinksOf(facets).map((link) => link.name)];
  if (all.length === 0) return all;
  const distinct = new Map(
    all
      .filter((name) => name.namespace !== settled.namespace || name.name !== settled.name)
      .map((name) => [`${name.namespace}\n${name.name}`, name]),
  );
  return [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, name]) => name);
}

interface Symlink {
  readonly name: AssetName;
  readonly isTable: boolean;
}

function symlinksOf(facets: LooseRecord): readonly Symlink[] {
  return recordsIn(ownValue(asRecord(ownValue(facets, "symlinks")), "identifiers")).flatMap(
    (link) => {
      const name = readName(link);
      if (name === undefined) return [];
      return { name, isTable: (asText(link["type"]) ?? "").toUpperCase() === "TABLE" };
    },
  );
}

/** The kind by what the source says (`datasetType`, dbt's materialisation, a table's symlink), else by the namespace. */
export function datasetKindOf(name: AssetName, facets: LooseRecord): AssetKind {
  const said = asText(ownValue(asRecord(ownValue(facets, "datasetType")), "datasetType"));
  const byType = said === undefined ? undefined : TYPE_KINDS[said.toUpperCase()];
  if (byType !== undefined) return byType;
  const materialized = dbtConfigOf(facets)?.["materialized"];
  if (materialized === "view" || materialized === "ephemeral") return "view";
  if (TOPIC_SCHEMES.has(schemeOf(name.namespace))) return "topic";
  if (!isFileName(name)) return "table";
  const isTable =
    symlinksOf(facets).some((link) => link.isTable) ||
    asRecord(ownValue(facets, "storage")) !== undefined;
  return isTable ? "table" : "file";
}

export function dbtConfigOf(facets: LooseRecord): LooseRecord | undefined {
  return asRecord(ownValue(asRecord(ownValue(facets, "dbt_model")), "config"));
}

/**
 * The table name in parts, where the dataset is one of a database: by the hierarchy facet, by a table's symlink, else by
 * the dots of its name. A file or a topic without a table's name has none.
 */
export function tablePathOf(name: AssetName, facets: LooseRecord): readonly string[] | undefined {
  const levels = recordsIn(ownValue(asRecord(ownValue(facets, "hierarchy")), "hierarchy")).flatMap(
    (level) => asText(level["name"]) ?? [],
  );
  if (levels.length > 0) return levels;
  const link = symlinksOf(facets).find(
    (candidate) => candidate.isTable && pathParts(candidate.name) !== undefined,
  );
  if (isFileName(name)) return link === undefined ? undefined : pathParts(link.name);
  if (TOPIC_SCHEMES.has(schemeOf(name.namespace))) return undefined;
  return pathParts(name);
}

function pathParts(name: AssetName): readonly string[] | undefined {
  // AWS Glue writes `table/database/name`.
  const glue = /^table\/([^/]+)\/([^/]+)$/.exec(name.name);
  if (glue !== null) return glue.slice(1);
  if (name.name.includes("/")) return undefined;
  const parts = splitDots(name.name);
  // Spark's session catalog is there for every table and names no database.
  return parts.length > 2 && parts[0] === "spark_catalog" ? parts.slice(1) : parts;
}

/** `a."b.c".d` in three parts; quotes of any of the usual kinds are taken off. */
function splitDots(text: string): readonly string[] {
  if (!/["`[\]]/.test(text)) {
    const plain = text.split(".").filter((part) => part !== "");
    return plain.length === 0 ? [text] : plain;
  }
  const parts = text.match(/"[^"]*"|`[^`]*`|\[[^\]]*\]|[^.]+/g) ?? [];
  const bare = parts.map((part) => part.replace(/^["`[](.*)["`\]]$/, "$1"));
  return bare.length === 0 || bare.some((part) => part === "") ? [text] : bare;
}

/** SQL dialect by the namespace, where the event does not say. */
export function dialectOf(namespace: string): string | undefined {
  return DIALECTS[schemeOf(namespace)];
}

const DIALECTS: Readonly<Record<string, string>> = makeTable({
  duckdb: "duckdb",
  postgres: "postgres",
  postgresql: "postgres",
  snowflake: "snowflake",
  bigquery: "bigquery",
  databricks: "databricks",
  unitycatalog: "databricks",
  redshift: "redshift",
  mssql: "tsql",
  sqlserver: "tsql",
  mysql: "mysql",
  mariadb: "mysql",
  trino: "trino",
  presto: "trino",
  awsathena: "trino",
  hive: "spark",
});
