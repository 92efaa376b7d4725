import { makeTable } from "#lib/kit/make-table.ts";
import type { LooseRecord } from "../loose-value.ts";

const JDBC_TYPES: Readonly<Record<string, string>> = makeTable({
  postgresql: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
  sqlserver: "sqlserver",
  redshift: "redshift",
  trino: "trino",
  snowflake: "snowflake",
});

const DEFAULT_SCHEMAS: Readonly<Record<string, string>> = makeTable({
  postgres: "public",
  redshift: "public",
  sqlserver: "dbo",
});

/** `jdbc:postgresql://db:5432/shop?currentSchema=raw` as a contract would name the server. */
export function serverOfUrl(url: string): LooseRecord | undefined {
  const found = /^jdbc:(\w+):\/\/([^/:;?]+)(?::(\d+))?(?:\/([^?;]*))?(.*)$/.exec(url);
  const [, scheme = "", host, port, database, rest = ""] = found ?? [];
  const type = JDBC_TYPES[scheme];
  if (type === undefined || host === undefined) return undefined;
  const named = (key: string) => new RegExp(`[?;&]${key}=([^;&]+)`, "i").exec(rest)?.[1];
  return {
    type,
    host,
    ...(port === undefined ? {} : { port }),
    database: named("databaseName") ?? database ?? "",
    schema: named("currentSchema") ?? DEFAULT_SCHEMAS[type] ?? "",
  };
}
