import { makeTable } from "#lib/kit/make-table.ts";

/**
 * dbt's adapters, each with the SQL dialect it speaks and the namespace its tables are filed under. The namespace is
 * the adapter, not the project: two projects of one warehouse then name one table alike (`db.schema.table` says the rest).
 */
const DIALECTS: Readonly<Record<string, string>> = makeTable({
  duckdb: "duckdb",
  postgres: "postgres",
  alloydb: "postgres",
  greenplum: "postgres",
  materialize: "postgres",
  risingwave: "postgres",
  redshift: "redshift",
  snowflake: "snowflake",
  bigquery: "bigquery",
  databricks: "databricks",
  spark: "spark",
  glue: "spark",
  sqlserver: "tsql",
  fabric: "tsql",
  synapse: "tsql",
  mysql: "mysql",
  mariadb: "mysql",
  trino: "trino",
  starburst: "trino",
  athena: "trino",
  sqlite: "sqlite",
});

export const dialectOfAdapter = (adapter: string): string => DIALECTS[adapter] ?? "generic";
