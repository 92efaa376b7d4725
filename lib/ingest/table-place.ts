import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { asNumber, asText, type LooseRecord } from "./loose-value.ts";
import { splitRelationName } from "./relation-name.ts";

/** Where a contract's table is, as far as its servers say it. */
export interface TablePlace {
  readonly namespace: string;
  /** Outermost first. */
  readonly path: readonly string[];
  readonly kind?: AssetKind;
}

/** Tables of contracts without a server are filed here until a table of that name is known. */
const NAMESPACE = "contract";

type ReadServer = (server: LooseRecord, name: string) => TablePlace | undefined;

const text = (server: LooseRecord, ...keys: readonly string[]): string | undefined =>
  keys.map((key) => asText(server[key])).find((found) => found !== undefined);

/** A table of a database: what the server says goes before the name, unless the name says it itself. */
function inDatabase(
  namespace: string,
  parts: readonly (string | undefined)[],
  name: string,
): TablePlace {
  const own = splitRelationName(name);
  const known = parts.filter((part) => part !== undefined);
  const before = known.slice(0, Math.max(0, known.length + 1 - own.length));
  return { namespace, path: [...before, ...own] };
}

const withPort =
  (scheme: string, port: number): ReadServer =>
  (server, name) => {
    const host = text(server, "host", "account");
    if (host === undefined) return undefined;
    const namespace = `${scheme}://${host}:${asNumber(server["port"]) ?? port}`;
    return inDatabase(namespace, [text(server, "database"), text(server, "schema")], name);
  };

const SERVERS: Readonly<Record<string, ReadServer>> = makeTable({
  postgres: withPort("postgres", 5432),
  postgresql: withPort("postgres", 5432),
  redshift: withPort("redshift", 5439),
  mysql: withPort("mysql", 3306),
  sqlserver: withPort("mssql", 1433),
  trino: (server, name) => {
    const host = text(server, "host");
    if (host === undefined) return undefined;
    const parts = [text(server, "catalog"), text(server, "schema")];
    return inDatabase(`trino://${host}:${asNumber(server["port"]) ?? 8080}`, parts, name);
  },
  snowflake: (server, name) => {
    const account = text(server, "account");
    const namespace = account === undefined ? "snowflake" : `snowflake://${account}`;
    return inDatabase(namespace, [text(server, "database"), text(server, "schema")], name);
  },
  bigquery: (server, name) =>
    inDatabase("bigquery", [text(server, "project"), text(server, "dataset")], name),
  databricks: (server, name) =>
    inDatabase("databricks", [text(server, "catalog"), text(server, "schema")], name),
  duckdb: (server, name) =>
    inDatabase("duckdb", [text(server, "database"), text(server, "schema")], name),
  kafka: (server, name) => {
    const host = text(server, "host")?.replace(/^\w+:\/\//, "");
    const namespace = host === undefined ? NAMESPACE : `kafka://${host}`;
    return { namespace, path: [name], kind: "topic" };
  },
  s3: inLocation,
  gcs: inLocation,
  azure: inLocation,
  local: inLocation,
});

/** Files under a location: its bucket is the namespace, its path the name. */
function inLocation(server: LooseRecord): TablePlace | undefined {
  const location = text(server, "location", "path");
  const match = /^(\w+:\/\/[^/]+)\/(.+?)(?:\/\*.*|\/\{.*)?$/.exec(location ?? "");
  const [, bucket, path] = match ?? [];
  if (bucket === undefined || path === undefined) return undefined;
  return { namespace: bucket, path: [path], kind: "file" };
}

/** By the first server, production before others: contracts list the environments of one table. */
export function placeTable(servers: readonly LooseRecord[], name: string): TablePlace {
  const isProduction = (server: LooseRecord): boolean =>
    /^prod/i.test(text(server, "environment") ?? text(server, "server") ?? "");
  const ordered = [...servers].sort((a, b) => Number(isProduction(b)) - Number(isProduction(a)));
  for (const server of ordered) {
    const read = SERVERS[text(server, "type")?.toLowerCase() ?? ""];
    const place = read?.(server, name);
    if (place !== undefined) return place;
  }
  return { namespace: NAMESPACE, path: splitRelationName(name) };
}
