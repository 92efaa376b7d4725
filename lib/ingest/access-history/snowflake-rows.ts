import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import { filesAt, tableAt } from "./access-graph.ts";
import type { Accessed } from "./accessed.ts";
import type { RowTarget } from "./databricks-rows.ts";
import type { Row } from "./each-row.ts";
import type { RowFaults } from "./row-faults.ts";

const KINDS: Readonly<Record<string, AssetKind>> = makeTable({
  VIEW: "view",
  "MATERIALIZED VIEW": "view",
  MATERIALIZED_VIEW: "view",
  "SECURE VIEW": "view",
});
/** They are read and written as tables are; functions, tags and the like are not. */
const HOLDS_ROWS =
  /^(?:|table|view|materialized[ _]view|secure view|external[ _]table|dynamic[ _]table|event[ _]table|iceberg[ _]table|hybrid[ _]table|stream|stage)$/i;

/**
 * A row of ACCESS_HISTORY: for each column that was written its direct sources. What a statement read and put into no column
 * decided its rows, in a way that is not told.
 */
export function addAccessRow(row: Row, { graph, file, faults }: RowTarget): void {
  const at = faults.timeOf(row, "query_start_time");
  const user = asText(row["user_name"]);
  const direct = objectsIn(row, "direct_objects_accessed", faults);
  const base = objectsIn(row, "base_objects_accessed", faults);
  const read = direct.length > 0 ? direct : base;
  const written = objectsIn(row, "objects_modified", faults);
  noteNames(row, { graph, file, faults, at, seen: [...direct, ...base, ...written] });
  const behind = objectsBehind(direct, base);
  for (const { thing, columns } of [...read, ...behind.tables]) {
    const names = columns.flatMap(columnName);
    graph.addRead(thing, { file, at, user, columns: names, isAsked: written.length === 0 });
  }
  for (const { from, to } of pairBehind(behind, written)) graph.addBehind({ from, to, at, file });
  for (const { thing, columns } of written) {
    graph.addWrite(thing, { file, columns: columns.flatMap(columnName) });
    const used = new Set<string>();
    for (const column of columns) {
      const [toColumn] = columnName(column);
      checkSources(column, faults);
      for (const source of sourcesOf(column)) {
        used.add(keyOf(source.from, source.column));
        graph.addEdge({ ...source, to: thing, toColumn, at, file });
      }
      for (const { from, column: name, through } of sourcesBehind(column))
        graph.addEdge({ from, column: name, to: thing, toColumn, through, at, file });
    }
    for (const { thing: from, columns: all } of read) {
      const rest = all.flatMap(columnName).filter((name) => !used.has(keyOf(from, name)));
      for (const column of rest) graph.addEdge({ from, column, to: thing, at, file });
      if (all.length === 0) graph.addEdge({ from, to: thing, at, file });
    }
  }
}

/** Objects keep their id under whatever name; statements that rename them are rows as well. */
function noteNames(
  row: Row,
  {
    graph: { names },
    file,
    faults,
    at = "",
    seen,
  }: RowTarget & { readonly at: string | undefined; readonly seen: readonly AccessedObject[] },
): void {
  for (const { thing, id } of seen)
    if (id !== undefined) names.see({ id, thing, file }, { at, row });
  const altered = faults.recordOf(row, "object_modified_by_ddl");
  const from = altered && objectOf(altered);
  const said = asText(asRecord(asRecord(altered?.["properties"])?.["objectName"])?.["value"]);
  if (altered === undefined || from?.path === undefined || said === undefined) return;
  const path = splitRelationName(said);
  // A name that stays where it is may be told without its place.
  const whole = [...from.path.slice(0, Math.max(0, from.path.length - path.length)), ...path];
  const to = tableAt("snowflake", whole, from.kind);
  if (to.name.name === from.name.name) return;
  const id = idOf(altered) ?? `${from.name.name} ${to.name.name} ${at}`;
  names.rename({ id, thing: from, file }, { to: { id, thing: to, file }, at });
}

/** Tables and views count their ids apart. */
function idOf(entry: LooseRecord): string | undefined {
  const id = asNumber(entry["objectId"]) ?? asText(entry["objectId"]);
  return id === undefined
    ? undefined
    : `${(asText(entry["objectDomain"]) ?? "").toUpperCase()} ${id}`;
}

/** The views that a statement read, and the tables that were read for them alone. */
interface Behind {
  readonly views: readonly AccessedObject[];
  readonly tables: readonly AccessedObject[];
}

/** Base objects are those that hold the rows: what was named and is none of them stands on others. */
function objectsBehind(direct: readonly AccessedObject[], base: readonly AccessedObject[]): Behind {
  const named = new Set(direct.map(({ thing }) => thing.name.name));
  const holding = new Set(base.map(({ thing }) => thing.name.name));
  if (direct.length === 0) return { views: [], tables: [] };
  return {
    views: direct.filter(({ thing }) => thing.kind !== "file" && !holding.has(thing.name.name)),
    tables: base.filter(({ thing }) => !named.has(thing.name.name)),
  };
}

/**
 * Which table is behind which view: as the columns that were written tell; otherwise each may be behind each, of which no
 * more than that is said.
 */
function pairBehind(
  { views, tables }: Behind,
  written: readonly AccessedObject[],
): readonly { readonly from: Accessed; readonly to: Accessed }[] {
  const told = written
    .flatMap(({ columns }) => columns)
    .flatMap(sourcesBehind)
    .flatMap(({ from, through }) => (through === undefined ? [] : [{ from, to: through }]));
  const paired = new Set(told.map(({ from }) => from.name.name));
  const rest = tables.filter(({ thing }) => !paired.has(thing.name.name));
  return [
    ...told,
    ...rest.flatMap(({ thing: from }) => views.map(({ thing: to }) => ({ from, to }))),
  ];
}

interface AccessedObject {
  readonly thing: Accessed;
  readonly id?: string | undefined;
  readonly columns: readonly LooseRecord[];
}

const keyOf = ({ name }: Accessed, column: string): string => JSON.stringify([name.name, column]);

const columnName = (column: LooseRecord): readonly string[] => {
  const name = asText(column["columnName"]);
  return name === undefined ? [] : [name];
};

const objectsIn = (row: Row, key: string, faults: RowFaults): readonly AccessedObject[] =>
  faults.listOf(row, key).flatMap((entry) => {
    const thing = objectOf(entry);
    if (thing === undefined) {
      if (isNameless(entry)) faults.tell(`${key} holds an object without a name`);
      return [];
    }
    const columns = faults.listOf(entry, "columns");
    if (columns.some((column) => columnName(column).length === 0))
      faults.tell(`${key} holds a column without a name`);
    // Files are what their address says.
    return [{ thing, columns, id: thing.kind === "file" ? undefined : idOf(entry) }];
  });

/** What is no table may have none. */
const isNameless = (entry: LooseRecord): boolean =>
  asText(entry["objectName"]) === undefined &&
  /^(?:|.*(?:table|view))$/i.test(asText(entry["objectDomain"]) ?? "");

function objectOf(entry: LooseRecord): Accessed | undefined {
  const name = asText(entry["objectName"]);
  const domain = asText(entry["objectDomain"]) ?? "";
  const place = asText(entry["location"]) ?? asText(recordsIn(entry["locations"])[0]?.["location"]);
  if (place !== undefined && /^\w+:\/\//.test(place)) return filesAt(place);
  if (name === undefined || !HOLDS_ROWS.test(domain)) return undefined;
  return tableAt("snowflake", splitRelationName(name), KINDS[domain.toUpperCase()]);
}

interface ColumnSource {
  readonly from: Accessed;
  readonly column: string;
}

/** Base sources lie behind views, and are taken for direct ones where nothing else is told. */
function sourcesOf(column: LooseRecord): readonly ColumnSource[] {
  const direct = sourcesIn(column["directSources"]);
  return direct.length > 0 ? direct : sourcesIn(column["baseSources"]);
}

/** What a column was made of behind the views that were read, and the view where it is but one. */
function sourcesBehind(
  column: LooseRecord,
): readonly (ColumnSource & { readonly through: Accessed | undefined })[] {
  const base = sourcesIn(column["baseSources"]);
  const holding = new Set(base.map(({ from }) => from.name.name));
  const direct = sourcesOf(column);
  const named = new Set(direct.map(({ from }) => from.name.name));
  const views = new Map(
    direct
      .filter(({ from }) => !holding.has(from.name.name))
      .map(({ from }) => [from.name.name, from]),
  );
  const [through] = views.size === 1 ? views.values() : [];
  return base
    .filter(({ from }) => !named.has(from.name.name))
    .map((source) => ({ ...source, through }));
}

function checkSources(column: LooseRecord, faults: RowFaults): void {
  for (const key of ["directSources", "baseSources"])
    for (const source of faults.listOf(column, key))
      if (isNameless(source) || columnName(source).length === 0)
        faults.tell(`${key} holds a column without a name`);
}

const sourcesIn = (value: unknown): readonly ColumnSource[] =>
  recordsIn(value).flatMap((source) => {
    const from = objectOf(source);
    const [name] = columnName(source);
    return from === undefined || name === undefined ? [] : [{ from, column: name }];
  });

/** A row of OBJECT_DEPENDENCIES: a view, or what else is made of other objects, and one of these. */
export function addDependencyRow(row: Row, { graph, file, faults }: RowTarget): void {
  const from = dependencyOf(row, "referenced", faults);
  const to = dependencyOf(row, "referencing", faults);
  if (from !== undefined && to !== undefined) graph.addEdge({ from, to, at: undefined, file });
}

function dependencyOf(
  row: Row,
  side: "referenced" | "referencing",
  faults: RowFaults,
): Accessed | undefined {
  const domain = asText(row[`${side}_object_domain`]) ?? "";
  const path = ["database", "schema", "object_name"].map((part) =>
    faults.textOf(row, `${side}_${part}`),
  );
  const whole = path.filter((part) => part !== undefined);
  if (!HOLDS_ROWS.test(domain)) return undefined;
  if (whole.length < 3) {
    faults.tell(`the ${side} object has no whole name`);
    return undefined;
  }
  return tableAt("snowflake", whole, KINDS[domain.toUpperCase()]);
}
