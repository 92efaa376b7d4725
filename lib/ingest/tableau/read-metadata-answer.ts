import {
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Use } from "#lib/model/use.ts";

const NAMESPACE = "tableau";

/** The dialects of the connection types that the Metadata API names. */
const DIALECTS: Readonly<Record<string, string>> = makeTable({
  postgres: "postgres",
  redshift: "redshift",
  snowflake: "snowflake",
  bigquery: "bigquery",
  databricks: "databricks",
  sqlserver: "tsql",
  mysql: "mysql",
  presto: "trino",
  trino: "trino",
  athena: "trino",
  sparksql: "spark",
});

/**
 * An answer of Tableau's Metadata API (GraphQL): workbooks with their sheets and dashboards, and of each sheet the fields
 * with their upstream columns. Where a sheet names no columns, the tables that it or its workbook lists are read in a way
 * that is not known.
 */
export function readMetadataAnswer(file: SourceFile): ReadResult {
  const parsed = parseJsonText(file.path, file.text);
  if (!parsed.ok) return { facts: [], problems: [parsed.error] };
  const data = asRecord(ownValue(asRecord(parsed.value), "data")) ?? asRecord(parsed.value);
  const reading: Reading = { file: file.path, facts: [], problems: [], tables: new Map() };
  for (const workbook of nodesOf(data, "workbooks", "workbooksConnection"))
    readWorkbook(workbook, reading);
  for (const error of recordsIn(ownValue(asRecord(parsed.value), "errors")))
    reading.problems.push({
      code: "wrong-shape",
      message: `the Metadata API answered with an error: ${asText(error["message"]) ?? "unknown"}`,
      next: "Ask again with fewer workbooks for each request, or with the rights that it wants.",
      file: file.path,
      severity: "warning",
    });
  if (reading.facts.length === 0 && reading.problems.length === 0)
    reading.problems.push({
      code: "not-recognised",
      message: "the answer holds no workbook",
      next: "Ask for workbooks with name, sheets (name, sheetFieldInstances or upstreamColumns) and dashboards.",
      file: file.path,
      severity: "warning",
    });
  return { facts: [...reading.tables.values(), ...reading.facts], problems: reading.problems };
}

interface Reading {
  readonly file: string;
  readonly facts: AssetFact[];
  readonly problems: Problem[];
  readonly tables: Map<string, AssetFact>;
}

/** A list, or a connection's `nodes`. */
const nodesOf = (
  record: LooseRecord | undefined,
  ...keys: readonly string[]
): readonly LooseRecord[] =>
  keys.flatMap((key) => {
    const value = ownValue(record, key);
    return [...recordsIn(value), ...recordsIn(ownValue(asRecord(value), "nodes"))];
  });

function readWorkbook(workbook: LooseRecord, reading: Reading): void {
  const title = asText(workbook["name"]) ?? asText(workbook["luid"]) ?? "workbook";
  const named = (name: string): AssetName => ({ namespace: NAMESPACE, name: `${title}/${name}` });
  const dashboards = nodesOf(workbook, "dashboards", "dashboardsConnection");
  const shownOn = new Map<string, string[]>();
  for (const dashboard of dashboards)
    for (const sheet of nodesOf(dashboard, "sheets", "sheetsConnection")) {
      const key = asText(sheet["id"]) ?? asText(sheet["name"]) ?? "";
      shownOn.set(key, [...(shownOn.get(key) ?? []), asText(dashboard["name"]) ?? ""]);
    }
  const owner = asText(ownValue(asRecord(workbook["owner"]), "name"));
  const sheets = nodesOf(workbook, "sheets", "sheetsConnection");
  for (const sheet of sheets) {
    const places =
      shownOn.get(asText(sheet["id"]) ?? "") ?? shownOn.get(asText(sheet["name"]) ?? "") ?? [];
    const on = places[0] === undefined ? undefined : named(places[0]);
    reading.facts.push({
      name: named(asText(sheet["name"]) ?? "sheet"),
      kind: "chart",
      attributes: withoutUndefined({
        owner,
        url: asText(sheet["path"]),
        partOf: on === undefined ? undefined : assetId(on.namespace, on.name),
      }),
      ...readsOf(sheet, workbook, reading),
      provenance: { file: reading.file },
    });
  }
  for (const dashboard of dashboards) {
    const name = asText(dashboard["name"]) ?? "dashboard";
    const further = sheets.filter((sheet) => {
      const places =
        shownOn.get(asText(sheet["id"]) ?? "") ?? shownOn.get(asText(sheet["name"]) ?? "") ?? [];
      return places.indexOf(name) > 0;
    });
    reading.facts.push({
      name: named(name),
      kind: "dashboard",
      attributes: withoutUndefined({ owner, url: asText(dashboard["path"]) }),
      edges: further.map((sheet) => ({
        from: { name: named(asText(sheet["name"]) ?? "sheet") },
        use: "IDENTITY",
        provenance: { file: reading.file },
      })),
      queries: [],
      provenance: { file: reading.file },
    });
  }
}

function readsOf(
  sheet: LooseRecord,
  workbook: LooseRecord,
  reading: Reading,
): Pick<AssetFact, "edges" | "queries"> {
  const provenance = { file: reading.file };
  const fields = nodesOf(
    sheet,
    "sheetFieldInstances",
    "datasourceFields",
    "worksheetFields",
    "sheetFieldInstancesConnection",
  );
  const ofFields = fields.flatMap((field) => {
    const label = asText(field["name"]) ?? "field";
    return nodesOf(field, "upstreamColumns", "upstreamColumnsConnection", "columns").flatMap(
      (column) => columnEdge(column, { reading, toColumn: label, use: useOf(field) }),
    );
  });
  const ofSheet =
    ofFields.length > 0
      ? []
      : nodesOf(sheet, "upstreamColumns", "upstreamColumnsConnection").flatMap((column) =>
          columnEdge(column, { reading, use: "UNKNOWN" }),
        );
  const known = [...ofFields, ...ofSheet];
  if (known.length > 0) return { edges: known, queries: [] };
  const tables = [sheet, workbook]
    .map((record) => nodesOf(record, "upstreamTables", "upstreamTablesConnection"))
    .find((list) => list.length > 0);
  const edges = (tables ?? []).flatMap((table): readonly EdgeFact[] => {
    const path = pathOf(table, reading);
    return path === undefined
      ? []
      : [{ from: { name: path.name, path: path.path }, use: "UNKNOWN", provenance }];
  });
  if (edges.length === 0)
    reading.problems.push({
      code: "unresolved-name",
      message: `the sheet ${asText(sheet["name"]) ?? "without a name"} lists no upstream column or table; what it reads is not known`,
      next: "Ask the Metadata API for sheetFieldInstances { name upstreamColumns { name table { fullName database { name connectionType } } } }.",
      file: reading.file,
      severity: "warning",
    });
  return { edges, queries: customQueries(sheet, reading) };
}

const useOf = (field: LooseRecord): Use => {
  const role = (asText(field["role"]) ?? "").toUpperCase();
  const folds = asText(field["aggregation"]) !== undefined;
  return role === "MEASURE" || (role === "" && folds) ? "MEASURE" : "DIMENSION";
};

function columnEdge(
  column: LooseRecord,
  {
    reading,
    toColumn,
    use,
  }: { readonly reading: Reading; readonly toColumn?: string; readonly use: Use },
): readonly EdgeFact[] {
  const name = asText(column["name"]);
  const table = asRecord(column["table"]);
  const place = table === undefined ? undefined : pathOf(table, reading);
  if (name === undefined || place === undefined) return [];
  return [
    {
      from: { name: place.name, path: place.path, column: name },
      ...(toColumn === undefined ? {} : { toColumn }),
      use,
      provenance: { file: reading.file },
    },
  ];
}

interface TablePlace {
  readonly name: AssetName;
  readonly path: readonly string[];
}

/** `[public].[orders]` of a database, as the API gives full names. */
function pathOf(table: LooseRecord, reading: Reading): TablePlace | undefined {
  const full = asText(table["fullName"]) ?? asText(table["name"]);
  if (full === undefined) return undefined;
  const bracketed = [...full.matchAll(/\[((?:[^\]]|\]\])*)\]/g)].map(([, part]) => part ?? "");
  const parts = bracketed.length > 0 ? bracketed : full.split(".");
  const database = asRecord(table["database"]);
  const databaseName = asText(ownValue(database, "name"));
  const schema = asText(table["schema"]);
  const withSchema = parts.length === 1 && schema !== undefined ? [schema, ...parts] : parts;
  const path =
    databaseName !== undefined && withSchema.length < 3
      ? [databaseName, ...withSchema]
      : withSchema;
  const connection = (
    asText(ownValue(database, "connectionType")) ??
    asText(table["connectionType"]) ??
    ""
  ).toLowerCase();
  const host = asText(ownValue(database, "hostName"));
  const scheme = connection === "" ? NAMESPACE : connection === "sqlserver" ? "mssql" : connection;
  const namespace = host === undefined ? scheme : `${scheme}://${host}`;
  const name = { namespace, name: path.join(".") };
  const key = `${namespace}/${name.name}`;
  if (!reading.tables.has(key))
    reading.tables.set(key, {
      name,
      path,
      kind: "table",
      attributes: withoutUndefined({ dialect: DIALECTS[connection] }),
      edges: [],
      queries: [],
      provenance: { file: reading.file },
      placeholder: true,
    });
  return { name, path };
}

function customQueries(sheet: LooseRecord, reading: Reading): readonly QueryFact[] {
  return nodesOf(sheet, "upstreamCustomSQLTables", "customSQLTables").flatMap(
    (table): readonly QueryFact[] => {
      const sql = asText(table["query"]);
      if (sql === undefined) return [];
      const connection = (
        asText(table["connectionType"]) ??
        asText(ownValue(asRecord(table["database"]), "connectionType")) ??
        ""
      ).toLowerCase();
      return [
        {
          name: asText(table["name"]) ?? "custom SQL",
          sql,
          dialect: DIALECTS[connection] ?? "generic",
          provenance: { file: reading.file },
        },
      ];
    },
  );
}
