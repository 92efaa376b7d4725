import { makeTable } from "#lib/kit/make-table.ts";

/** Metabase's engines: the dialect, and the scheme by which others call the same server. */
const ENGINES: Readonly<Record<string, readonly [dialect: string, scheme: string]>> = makeTable({
  postgres: ["postgres", "postgres"],
  redshift: ["redshift", "redshift"],
  snowflake: ["snowflake", "snowflake"],
  "bigquery-cloud-sdk": ["bigquery", "bigquery"],
  bigquery: ["bigquery", "bigquery"],
  databricks: ["databricks", "databricks"],
  sparksql: ["spark", "hive"],
  "presto-jdbc": ["trino", "trino"],
  starburst: ["trino", "trino"],
  athena: ["trino", "awsathena"],
  mysql: ["mysql", "mysql"],
  sqlserver: ["tsql", "mssql"],
  sqlite: ["sqlite", "sqlite"],
  duckdb: ["duckdb", "duckdb"],
  h2: ["generic", "h2"],
  oracle: ["generic", "oracle"],
});

export const engineOf = (engine: string): readonly [dialect: string, scheme: string] =>
  ENGINES[engine] ?? ["generic", engine === "" ? "metabase" : engine];
