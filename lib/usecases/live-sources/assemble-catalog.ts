import type {
  CatalogDocument,
  CatalogServer,
} from "#lib/ingest/postgres-catalog/catalog-schema.ts";
import type { CatalogQuery } from "./postgres-queries.ts";

type Row = Readonly<Record<string, unknown>>;
export type CatalogRows = Readonly<Record<CatalogQuery, readonly Row[]>>;

/** The server's sample has 300 rows for each step of a column's statistics. */
const SAMPLE_PER_TARGET = 300;

/** The answers to the catalog's questions as the document that its reader takes. */
export function assembleCatalog(
  rows: CatalogRows,
  { host, port }: Pick<CatalogServer, "host" | "port">,
): CatalogDocument {
  const [about] = rows.server;
  const sampled = SAMPLE_PER_TARGET * (numberOf(about?.["target"]) ?? 100);
  const of = {
    columns: byRelation(rows.columns),
    keys: byRelation(rows.keys),
    constraints: byRelation(rows.constraints),
    reads: byRelation(rows.reads),
    bodies: byRelation(rows.bodies),
    triggers: byRelation(rows.triggers),
    foreign: byRelation(rows.foreign),
    statistics: byRelation(rows.statistics),
  };
  const names = new Map(rows.relations.map((row) => [row["oid"], nameOf(row)]));
  const functions = functionsByName(rows.functions);
  const server = {
    host,
    port,
    database: textOf(about?.["database"]) ?? "",
    version: textOf(about?.["version"]),
  };
  const relations = rows.relations.map((row) => {
    const oid = row["oid"];
    const ofOne = (part: keyof typeof of): readonly Row[] => of[part].get(oid) ?? [];
    const statistics = new Map(ofOne("statistics").map((one) => [one["name"], one]));
    const partOf = names.get(row["parent"]);
    const [foreign] = ofOne("foreign");
    return {
      ...nameOf(row),
      kind: textOf(row["kind"]) as "r",
      comment: textOf(row["comment"]),
      definition: textOf(row["definition"]),
      ...observed(row),
      sampled,
      partOf,
      foreign: foreign === undefined ? undefined : foreignOf(foreign),
      columns: ofOne("columns").map((column) => columnOf(column, statistics.get(column["name"]))),
      keys: keysOf(ofOne("keys")),
      references: ofOne("constraints").flatMap(referenceOf),
      checks: ofOne("constraints").flatMap(checkOf),
      reads: ofOne("reads").map(nameOf),
      bodies: withCalled(ofOne("bodies").map(bodyOf), functions),
      triggers: withCalled(ofOne("triggers").map(bodyOf), functions),
    };
  });
  return { postgresCatalog: 1, server, relations, routines: rows.functions.flatMap(routineOf) };
}

const WRITES = /\b(?:insert\s+into|update|merge\s+into|delete\s+from)\b/i;

/** What a trigger runs is told with its table; what writes nothing, with the views that call it. */
const routineOf = (row: Row) =>
  row["of_trigger"] !== true && WRITES.test(bodyOf(row))
    ? [{ ...nameOf(row), definition: textOf(row["definition"]) ?? "" }]
    : [];

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const nameOf = (row: Row) => ({ schema: String(row["schema"]), name: String(row["name"]) });

function byRelation(rows: readonly Row[]): ReadonlyMap<unknown, readonly Row[]> {
  const found = new Map<unknown, Row[]>();
  for (const row of rows) {
    const list = found.get(row["relation"]);
    if (list) list.push(row);
    else found.set(row["relation"], [row]);
  }
  return found;
}

/**
 * Rows are an estimate from when the table was last analysed. That there are none is said only where nothing was written
 * since: a verdict may rest on it.
 */
function observed(row: Row): { readonly rows?: number; readonly observedAt?: string } {
  const observedAt = textOf(row["analyzed"]);
  const tuples = numberOf(row["tuples"]) ?? -1;
  const isEmpty =
    tuples === 0 && observedAt !== undefined && row["modified"] === 0 && row["live"] === 0;
  return {
    ...(tuples > 0 || isEmpty ? { rows: tuples } : {}),
    ...(observedAt === undefined ? {} : { observedAt }),
  };
}

const columnOf = (row: Row, statistics: Row | undefined) => ({
  id: textOf(row["id"]),
  name: String(row["name"]),
  type: textOf(row["type"]),
  nullable: row["nullable"] === true,
  comment: textOf(row["comment"]),
  default: textOf(row["default"]),
  labels: Array.isArray(row["labels"]) ? textsOf(row["labels"]) : undefined,
  remote: textOf(row["remote"]),
  nullShare: numberOf(statistics?.["nulls"]),
  distinct: distinctOf(statistics),
});

/** Zero is the server's word for "not known". */
const distinctOf = (statistics: Row | undefined): number | undefined =>
  numberOf(statistics?.["distinct"]) || undefined;

function keysOf(rows: readonly Row[]): string[][] {
  const keys = new Map<unknown, string[]>();
  for (const row of rows) {
    const key = keys.get(row["id"]) ?? [];
    keys.set(row["id"], key);
    key.push(String(row["column"]));
  }
  const distinct = new Map([...keys.values()].map((key) => [JSON.stringify(key), key]));
  return [...distinct.values()];
}

const referenceOf = (row: Row) =>
  row["type"] === "f"
    ? [{ columns: textsOf(row["columns"]), to: nameOf(row), key: textsOf(row["key"]) }]
    : [];

const checkOf = (row: Row) =>
  row["type"] === "c"
    ? [{ columns: textsOf(row["columns"]), definition: String(row["definition"]) }]
    : [];

/** A body that is parsed when it is made is not kept as text; the whole definition has it. */
const bodyOf = (row: Row): string => textOf(row["body"]) ?? textOf(row["definition"]) ?? "";

type Functions = ReadonlyMap<string, readonly string[]>;

function functionsByName(rows: readonly Row[]): Functions {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const name = String(row["name"]).toLowerCase();
    found.set(name, [...(found.get(name) ?? []), bodyOf(row)]);
  }
  return found;
}

const CALL = /([a-z_][\w$]*)"?\s*\(/gi;

/** The bodies, and those of the functions that they call: the server tracks no further than the view. */
function withCalled(bodies: readonly string[], functions: Functions): string[] {
  const found = new Set<string>();
  const open = [...bodies];
  for (let body = open.pop(); body !== undefined; body = open.pop()) {
    if (found.has(body)) continue;
    found.add(body);
    for (const [, name = ""] of body.matchAll(CALL))
      for (const called of functions.get(name.toLowerCase()) ?? []) open.push(called);
  }
  return [...found];
}

const foreignOf = (row: Row) => ({
  wrapper: String(row["wrapper"]),
  server: String(row["server"]),
  host: textOf(row["host"]),
  port: textOf(row["port"]),
  database: textOf(row["database"]),
  schema: textOf(row["schema"]),
  table: textOf(row["table"]),
  file: textOf(row["file"]),
});
