import { makeTable } from "#lib/kit/make-table.ts";

/**
 * Which system a namespace stands for, as far as it says: `postgres://db.example:5432` is one server of the engine
 * postgres, `postgres` (dbt knows no more) some server of it, and a file that was written by hand may mean any.
 */
export interface NameSystem {
  readonly kind: "server" | "engine" | "any";
  readonly engine: string;
  readonly id: string;
}

/** Spellings of one engine in OpenLineage's schemes and dbt's adapters. */
const ENGINES: Readonly<Record<string, string>> = makeTable({
  postgresql: "postgres",
  alloydb: "postgres",
  sqlserver: "mssql",
  fabric: "mssql",
  synapse: "mssql",
  tsql: "mssql",
  athena: "awsathena",
  starburst: "trino",
  mariadb: "mysql",
  glue: "spark",
});

const BARE_ENGINES: ReadonlySet<string> = new Set([
  "duckdb",
  "postgres",
  "redshift",
  "snowflake",
  "bigquery",
  "databricks",
  "spark",
  "mssql",
  "mysql",
  "trino",
  "awsathena",
  "sqlite",
  "clickhouse",
  "oracle",
  "generic",
  "dbt",
]);

/** Namespaces that our own readers give to names that came without one. */
export const NO_NAMESPACE: ReadonlySet<string> = new Set([
  "graph",
  "sql",
  "consumers",
  "profile",
  "contract",
  "datahub",
  "openmetadata",
  "generic",
]);

export function systemOf(namespace: string, mapped: boolean): NameSystem {
  if (mapped || NO_NAMESPACE.has(namespace)) return { kind: "any", engine: "", id: "" };
  const scheme = /^([A-Za-z][\w+.-]*):\/\//.exec(namespace)?.[1];
  if (scheme === undefined) {
    const engine = engineOf(namespace);
    return BARE_ENGINES.has(engine)
      ? { kind: "engine", engine, id: engine }
      : { kind: "server", engine: namespace, id: namespace };
  }
  const engine = engineOf(scheme);
  return { kind: "server", engine, id: serverOf(engine, namespace.slice(scheme.length + 3)) };
}

/** Where engines answer unless it is said otherwise. */
const PORTS: Readonly<Record<string, string>> = makeTable({
  postgres: "5432",
  redshift: "5439",
  mysql: "3306",
  mssql: "1433",
  oracle: "1521",
});

/** `postgresql://DB.example`, `postgres://db.example:5432`: one server, however its scheme, port and case are written. */
function serverOf(engine: string, address: string): string {
  const [, host = "", port, rest = ""] =
    /^(\[[^\]]*\]|[^:/]*)(?::(\d+))?(.*)$/s.exec(address.toLowerCase()) ?? [];
  const name = host === "127.0.0.1" || host === "[::1]" ? "localhost" : host;
  const door = port ?? PORTS[engine];
  return `${engine}://${name}${door === undefined ? "" : `:${door}`}${rest}`;
}

function engineOf(word: string): string {
  const lower = word.toLowerCase();
  return ENGINES[lower] ?? lower;
}
