import { asRecord, asText, type LooseRecord, ownValue } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { SupersetEntities, SupersetEntity } from "./superset-entities.ts";

/** Where a dataset's table is: enough to join its name with what the warehouse's own source says. */
export interface DatabaseRef {
  readonly namespace: string;
  readonly dialect: string;
  /** The database in the connection's address, where it has one. */
  readonly database?: string;
}

const DIALECTS: Readonly<Record<string, string>> = makeTable({
  postgresql: "postgres",
  postgres: "postgres",
  redshift: "redshift",
  duckdb: "duckdb",
  motherduck: "duckdb",
  snowflake: "snowflake",
  bigquery: "bigquery",
  databricks: "databricks",
  hive: "spark",
  spark: "spark",
  trino: "trino",
  presto: "trino",
  awsathena: "trino",
  mysql: "mysql",
  mariadb: "mysql",
  mssql: "tsql",
  sqlite: "sqlite",
});

/** The database of a dataset: by uuid in an export, inside of the record in a REST answer. */
export function databaseOf(dataset: SupersetEntity, entities: SupersetEntities): DatabaseRef {
  const uuid = asText(dataset.record["database_uuid"])?.toLowerCase();
  const inner = asRecord(dataset.record["database"]);
  const linked =
    entities.databases.find((database) => uuid !== undefined && database.uuid === uuid)?.record ??
    inner;
  const label =
    asText(ownValue(linked, "database_name")) ??
    asText(ownValue(linked, "name")) ??
    asText(dataset.record["database_name"]);
  return readAddress(linked, label ?? "superset");
}

function readAddress(database: LooseRecord | undefined, label: string): DatabaseRef {
  const address = asText(ownValue(database, "sqlalchemy_uri")) ?? "";
  // Passwords may stand between the slashes and the @: that part is never kept.
  const parts = /^([a-z0-9]+)(?:\+[a-z0-9_]+)?:\/\/(?:[^@/]*@)?([^/?#]*)(?:\/([^?#]*))?/i.exec(
    address,
  );
  const backend = (parts?.[1] ?? asText(ownValue(database, "backend")) ?? "").toLowerCase();
  const path = (parts?.[3] ?? "").split("/")[0];
  const dialect = DIALECTS[backend] ?? "generic";
  const namespace = parts?.[2]
    ? `${backend}://${parts[2]}`
    : backend === ""
      ? `superset.${label}`
      : `${backend}://${label}`;
  const isFile = dialect === "duckdb" || dialect === "sqlite";
  return { namespace, dialect, ...(path && !isFile ? { database: path } : {}) };
}
