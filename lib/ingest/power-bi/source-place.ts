import { makeTable } from "#lib/kit/make-table.ts";

/** A place on the way to a table: a server, a database, a schema, a table. */
export interface SourcePlace {
  readonly namespace: string;
  readonly dialect: string;
  /** Outermost first, as far as it is known. */
  readonly path: readonly string[];
  /** It is a table already. */
  readonly whole: boolean;
  readonly sql?: string;
  /** Where a native query's names stand that do not say it themselves: database and schema, as far as both are known. */
  readonly home: readonly string[];
  /** One step further, by the record that a navigation names. */
  readonly into: (record: ReadonlyMap<string, string>) => SourcePlace;
}

interface Arguments {
  readonly text: (at: number) => string | undefined;
  readonly option: (at: number, key: string) => string | undefined;
}

interface Connector {
  readonly dialect: string;
  readonly scheme: string;
  /** Which argument names the database, where one does. */
  readonly databaseAt?: number;
  /** Which argument is the record of options. */
  readonly optionsAt?: number;
  /** How many names lead from the connection to a table, the database's own included. */
  readonly depth: number;
  /** The schema of a name without one, where every database has it unless somebody changed it. */
  readonly schema?: string;
}

/** Power Query's connectors to what holds tables. */
const CONNECTORS: Readonly<Record<string, Connector>> = makeTable({
  "Sql.Database": {
    dialect: "tsql",
    scheme: "mssql",
    databaseAt: 1,
    optionsAt: 2,
    depth: 3,
    schema: "dbo",
  },
  "Sql.Databases": { dialect: "tsql", scheme: "mssql", depth: 3, schema: "dbo" },
  "AzureStorage.DataLake": { dialect: "generic", scheme: "abfss", depth: 1 },
  "PostgreSQL.Database": {
    dialect: "postgres",
    scheme: "postgres",
    databaseAt: 1,
    optionsAt: 2,
    depth: 3,
    schema: "public",
  },
  "MySQL.Database": { dialect: "mysql", scheme: "mysql", databaseAt: 1, optionsAt: 2, depth: 2 },
  "AmazonRedshift.Database": {
    dialect: "redshift",
    scheme: "redshift",
    databaseAt: 1,
    optionsAt: 2,
    depth: 3,
    schema: "public",
  },
  "Oracle.Database": { dialect: "generic", scheme: "oracle", optionsAt: 1, depth: 2 },
  "Snowflake.Databases": { dialect: "snowflake", scheme: "snowflake", depth: 3, schema: "PUBLIC" },
  "Databricks.Catalogs": {
    dialect: "databricks",
    scheme: "databricks",
    depth: 3,
    schema: "default",
  },
  "DatabricksMultiCloud.Catalogs": {
    dialect: "databricks",
    scheme: "databricks",
    depth: 3,
    schema: "default",
  },
  "Databricks.Query": { dialect: "databricks", scheme: "databricks", depth: 3, schema: "default" },
  "GoogleBigQuery.Database": { dialect: "bigquery", scheme: "bigquery", depth: 3 },
  "AmazonAthena.Databases": { dialect: "trino", scheme: "awsathena", depth: 2 },
  "Trino.Contents": { dialect: "trino", scheme: "trino", depth: 3 },
  "Odbc.DataSource": { dialect: "generic", scheme: "odbc", depth: 3 },
  "Lakehouse.Contents": { dialect: "spark", scheme: "fabric", depth: 3 },
  "Fabric.Warehouse": { dialect: "tsql", scheme: "fabric", depth: 3, schema: "dbo" },
});

/** The place that a connector opens; undefined: no connector that is known. */
export function readConnector(name: string, args: Arguments): SourcePlace | undefined {
  const connector = CONNECTORS[name];
  if (connector === undefined) return undefined;
  const server = args.text(0);
  const namespace = server === undefined ? connector.scheme : `${connector.scheme}://${server}`;
  const database = connector.databaseAt === undefined ? undefined : args.text(connector.databaseAt);
  const sql =
    connector.optionsAt === undefined ? undefined : args.option(connector.optionsAt, "Query");
  const place = placeAt(namespace, connector, database === undefined ? [] : [database]);
  return sql === undefined ? place : { ...place, sql, whole: true };
}

function placeAt(namespace: string, connector: Connector, path: readonly string[]): SourcePlace {
  return {
    namespace,
    dialect: connector.dialect,
    path,
    whole: path.length >= connector.depth,
    home: homeOf(path, connector),
    into: (record) => {
      const schema = record.get("Schema");
      const item =
        record.get("Item") ?? record.get("Name") ?? record.get("lakehouseId") ?? record.get("Id");
      // A folder of tables or of views is no part of the name.
      const isFolder = item !== undefined && /^(?:tables?|views?)$/i.test(record.get("Id") ?? "");
      const further = [schema, isFolder ? undefined : item].filter((part) => part !== undefined);
      const next = [...path, ...further];
      const at = placeAt(namespace, connector, next);
      // A schema and an item together are always a table, however many names stand before them.
      return schema !== undefined && item !== undefined ? { ...at, whole: true } : at;
    },
  };
}

function homeOf(path: readonly string[], { depth, schema }: Connector): readonly string[] {
  const known = path.slice(0, depth - 1);
  return known.length > 0 && known.length === depth - 2 && schema !== undefined
    ? [...known, schema]
    : known;
}
