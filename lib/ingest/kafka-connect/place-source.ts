import type { LooseRecord } from "../loose-value.ts";
import { placeTable, type TablePlace } from "../table-place.ts";
import { listOf, namesOfPattern } from "./name-list.ts";
import type { Connector } from "./parse-connectors.ts";
import { serverOfUrl } from "./server-of-url.ts";

type Config = Connector["config"];

/** A table, and the topic that its rows go to before transforms. */
export interface SourceTable {
  readonly topic: string;
  readonly place: TablePlace;
  /** As the connector's own lists call it: `public.orders`. */
  readonly listed: string;
}

/** A query of the connector itself, and the topic of its rows. */
export interface SourceQuery {
  readonly topic: string;
  readonly sql: string;
  readonly dialect: string;
  readonly defaultPath: readonly string[];
}

export interface SourceTables {
  readonly tables: readonly SourceTable[];
  readonly query?: SourceQuery;
  /** Patterns that may mean any table. */
  readonly patterns: readonly string[];
}

/** Undefined: which database it is, is not said. */
type ReadSource = (connector: Connector) => SourceTables | undefined;

interface Database {
  readonly place: (listed: string) => TablePlace;
  /** What stands in a topic between the prefix and the table's listed name. */
  readonly before: readonly string[];
}

type Databases = (config: Config) => readonly Database[];

const address = (config: Config): LooseRecord | undefined => {
  const host = config.get("database.hostname");
  const port = config.get("database.port");
  return host === undefined ? undefined : { host, ...(port === undefined ? {} : { port }) };
};

/** Databases with schemas: a listed name is `schema.table`. */
const withSchemas =
  (type: string, names: (config: Config) => readonly (string | undefined)[]): Databases =>
  (config) => {
    const server = address(config);
    if (server === undefined) return [];
    return names(config).map((database) => ({
      place: (listed) => {
        const [schema, table] = splitListed(listed);
        return placeTable([{ type, ...server, database, schema }], table);
      },
      before: [],
    }));
  };

const splitListed = (listed: string): readonly [string | undefined, string] => {
  const dot = listed.indexOf(".");
  return dot < 0 ? [undefined, listed] : [listed.slice(0, dot), listed.slice(dot + 1)];
};

const postgres = withSchemas("postgres", (config) => [config.get("database.dbname")]);

/** A listed name is `database.table`. */
const mysql: Databases = (config) => {
  const server = address(config);
  if (server === undefined) return [];
  const place = (listed: string): TablePlace => {
    const [database, table] = splitListed(listed);
    return placeTable([{ type: "mysql", ...server, database }], table);
  };
  return [{ place, before: [] }];
};

/** Since version 2 several databases are named, and topics hold the database's name. */
const sqlServer: Databases = (config) => {
  const several = listOf(config.get("database.names"));
  if (several.length === 0)
    return withSchemas("sqlserver", () => [config.get("database.dbname")])(config);
  return several.flatMap((name) =>
    withSchemas("sqlserver", () => [name])(config).map(({ place }) => ({ place, before: [name] })),
  );
};

const oracle: Databases = (config) => {
  const host = config.get("database.hostname");
  const service = config.get("database.pdb.name") ?? config.get("database.dbname");
  if (host === undefined || service === undefined) return [];
  const namespace = `oracle://${host}:${config.get("database.port") ?? "1521"}`;
  return [
    { place: (listed) => ({ namespace, path: [service, ...listed.split(".")] }), before: [] },
  ];
};

/** Change data capture as Debezium does it: a topic a table, `prefix.schema.table`. */
const debezium =
  (databases: Databases): ReadSource =>
  (connector) => {
    const { config } = connector;
    const found = databases(config);
    if (found.length === 0) return undefined;
    const prefix = config.get("topic.prefix") ?? config.get("database.server.name") ?? "";
    const delimiter = config.get("topic.delimiter") ?? ".";
    const topicOf = ({ before }: Database, listed: string): string =>
      [prefix, ...before, ...listed.split(".")]
        .join(delimiter)
        .replace(/[^\p{ASCII}]|[^\w.-]/gu, "_");
    const included = listOf(config.get("table.include.list") ?? config.get("table.whitelist"));
    const { names, patterns } = readIncluded(included);
    const tableOf = (database: Database, listed: string): SourceTable => ({
      topic: topicOf(database, listed),
      place: database.place(listed),
      listed,
    });
    const tables = found.flatMap((database) => names.map((listed) => tableOf(database, listed)));
    const told = patterns.length === 0 ? [] : toldTables(connector, { prefix, delimiter, found });
    return told.length === 0
      ? { tables, patterns }
      : {
          tables: uniteTables([...tables, ...told.map(([db, listed]) => tableOf(db, listed))]),
          patterns: [],
        };
  };

/** What the worker says that the connector has written to, where no transform calls topics otherwise. */
function toldTables(
  { config, activeTopics }: Connector,
  {
    prefix,
    delimiter,
    found,
  }: {
    readonly prefix: string;
    readonly delimiter: string;
    readonly found: readonly Database[];
  },
): readonly (readonly [Database, string])[] {
  const isRouted = [...config].some(([key, value]) => /\.type$/.test(key) && /Router/.test(value));
  if (isRouted || activeTopics === undefined) return [];
  return activeTopics.flatMap((topic) =>
    found.flatMap((database) => {
      const start = `${[prefix, ...database.before].join(delimiter)}${delimiter}`;
      const listed = topic.startsWith(start)
        ? topic.slice(start.length).split(delimiter).join(".")
        : "";
      return listed.includes(".") ? [[database, listed] as const] : [];
    }),
  );
}

const uniteTables = (tables: readonly SourceTable[]): readonly SourceTable[] => [
  ...new Map(tables.map((table) => [table.topic, table])).values(),
];

/** Tables that are asked again and again: a topic a table, `prefix` and the table's own name. */
const jdbc: ReadSource = ({ config }) => {
  const server = serverOfUrl(config.get("connection.url") ?? "");
  if (server === undefined) return undefined;
  const prefix = config.get("topic.prefix") ?? "";
  const sql = config.get("query");
  const path = [server["database"], server["schema"]].flatMap((part) =>
    typeof part === "string" && part !== "" ? [part] : [],
  );
  if (sql !== undefined && sql !== "")
    return {
      tables: [],
      query: { topic: prefix, sql, dialect: String(server["type"]), defaultPath: path },
      patterns: [],
    };
  const listed = ["table.whitelist", "table.include.list", "tables"].flatMap((key) =>
    listOf(config.get(key)),
  );
  const { names, patterns } = readIncluded(listed);
  const tables = names.map((name) => ({
    topic: `${prefix}${name.slice(name.lastIndexOf(".") + 1)}`,
    place: placeTable([server], name),
    listed: name,
  }));
  return { tables, patterns };
};

/** Nothing listed means everything. */
function readIncluded(listed: readonly string[]): {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
} {
  const read = listed.map((pattern) => ({ pattern, names: namesOfPattern(pattern) }));
  const patterns = read.flatMap(({ pattern, names }) => (names === undefined ? [pattern] : []));
  return {
    names: read.flatMap(({ names = [] }) => names),
    patterns: listed.length === 0 ? ["all tables"] : patterns,
  };
}

/** By class. */
export const SOURCES: ReadonlyMap<string, ReadSource> = new Map([
  ["io.debezium.connector.postgresql.PostgresConnector", debezium(postgres)],
  ["PostgresCdcSource", debezium(postgres)],
  ["PostgresCdcSourceV2", debezium(postgres)],
  ["io.debezium.connector.mysql.MySqlConnector", debezium(mysql)],
  ["io.debezium.connector.mariadb.MariaDbConnector", debezium(mysql)],
  ["MySqlCdcSource", debezium(mysql)],
  ["MySqlCdcSourceV2", debezium(mysql)],
  ["io.debezium.connector.sqlserver.SqlServerConnector", debezium(sqlServer)],
  ["SqlServerCdcSource", debezium(sqlServer)],
  ["SqlServerCdcSourceV2", debezium(sqlServer)],
  ["io.debezium.connector.oracle.OracleConnector", debezium(oracle)],
  ["io.confluent.connect.jdbc.JdbcSourceConnector", jdbc],
  ["io.aiven.connect.jdbc.JdbcSourceConnector", jdbc],
]);
