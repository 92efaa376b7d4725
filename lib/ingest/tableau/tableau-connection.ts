import { childAt, childrenOf, type XmlElement } from "#lib/ingest/parse-xml.ts";
import { makeTable } from "#lib/kit/make-table.ts";

/** Where a relation's tables are. */
export interface TableauConnection {
  readonly namespace: string;
  readonly dialect: string;
  /** The database that the connection is for, where it names one. */
  readonly database?: string;
  /** Of a published data source: the id under which the server knows it. */
  readonly published?: string;
  /** A workbook or text file, whose sheets are the tables. */
  readonly file?: string;
}

/** Tableau's connection classes: the dialect, and the scheme by which others call the same server. */
const CLASSES: Readonly<Record<string, readonly [dialect: string, scheme: string]>> = makeTable({
  postgres: ["postgres", "postgres"],
  greenplum: ["postgres", "postgres"],
  redshift: ["redshift", "redshift"],
  snowflake: ["snowflake", "snowflake"],
  bigquery: ["bigquery", "bigquery"],
  databricks: ["databricks", "databricks"],
  sparksql: ["spark", "spark"],
  hadoophive: ["spark", "hive"],
  sqlserver: ["tsql", "mssql"],
  azure_sqldb: ["tsql", "mssql"],
  azure_sql_dw: ["tsql", "mssql"],
  mysql: ["mysql", "mysql"],
  mariadb: ["mysql", "mysql"],
  presto: ["trino", "trino"],
  trino: ["trino", "trino"],
  athena: ["trino", "awsathena"],
  oracle: ["generic", "oracle"],
  teradata: ["generic", "teradata"],
});

const FILE_CLASSES =
  /^(?:excel-direct|excel|textscan|csv|google-sheets|hyper|json|pdf|webdata-.*)$/;

/** The connections of a data source, by the name that its relations call them; "" is the one without a name. */
export function readConnections(datasource: XmlElement): ReadonlyMap<string, TableauConnection> {
  const connection = childAt(datasource, "connection");
  const found = new Map<string, TableauConnection>();
  if (connection === undefined) return found;
  const named = childAt(connection, "named-connections");
  for (const each of named === undefined ? [] : childrenOf(named, "named-connection")) {
    const inner = childAt(each, "connection");
    if (inner) found.set(each.attributes.get("name") ?? "", readConnection(inner, datasource));
  }
  const [first] = found.values();
  const own =
    connection.attributes.get("class") === "federated" && first !== undefined
      ? first
      : readConnection(connection, datasource);
  return found.set("", own);
}

function readConnection(connection: XmlElement, datasource: XmlElement): TableauConnection {
  const attribute = (name: string): string | undefined =>
    connection.attributes.get(name)?.trim() || undefined;
  const kind = (attribute("class") ?? "").toLowerCase();
  if (kind === "sqlproxy") {
    const id = childAt(datasource, "repository-location")?.attributes.get("id");
    return {
      namespace: "tableau",
      dialect: "generic",
      published: id ?? attribute("dbname") ?? datasource.attributes.get("name") ?? "",
    };
  }
  if (FILE_CLASSES.test(kind)) {
    const file = attribute("filename") ?? attribute("cleaning-file") ?? kind;
    return { namespace: "file", dialect: "generic", file: file.split(/[\\/]/).at(-1) ?? file };
  }
  const [dialect, scheme] = CLASSES[kind] ?? ["generic", kind || "tableau"];
  const server = attribute("server");
  const port = attribute("port");
  const database =
    attribute("dbname") ?? (dialect === "bigquery" ? attribute("CATALOG") : undefined);
  return {
    namespace: server === undefined ? scheme : `${scheme}://${server}${port ? `:${port}` : ""}`,
    dialect,
    ...(database === undefined ? {} : { database }),
  };
}
