import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText, parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** A number in answers of the API; an entity id, or a list of names, in a serialisation. */
export type MetabaseKey = string;

export interface MetabaseDatabase {
  readonly key: MetabaseKey;
  readonly name: string;
  readonly engine: string;
  /** Without user and password. */
  readonly host?: string;
  readonly database?: string;
}

export interface MetabaseTable {
  readonly key: MetabaseKey;
  readonly database: MetabaseKey;
  readonly schema?: string;
  readonly name: string;
  readonly file: string;
}

export interface MetabaseField {
  readonly key: MetabaseKey;
  readonly table: MetabaseKey;
  readonly name: string;
  readonly type?: string;
  /** The field that a foreign key points to. */
  readonly target?: MetabaseKey;
  readonly isKey: boolean;
}

export interface MetabaseEntity {
  readonly key: MetabaseKey;
  readonly record: LooseRecord;
  readonly file: string;
}

export interface MetabaseEntities {
  readonly databases: ReadonlyMap<MetabaseKey, MetabaseDatabase>;
  readonly tables: ReadonlyMap<MetabaseKey, MetabaseTable>;
  readonly fields: ReadonlyMap<MetabaseKey, MetabaseField>;
  readonly cards: ReadonlyMap<MetabaseKey, MetabaseEntity>;
  readonly dashboards: ReadonlyMap<MetabaseKey, MetabaseEntity>;
  readonly snippets: ReadonlyMap<string, string>;
}

/** Lists of names are one key, as a serialisation refers to tables and fields by them. */
export function keyOf(value: unknown): MetabaseKey | undefined {
  const number = asNumber(value);
  if (number !== undefined && typeof value !== "string") return String(number);
  const list = asList(value);
  if (list !== undefined)
    return list.map((part) => (part === null ? "" : String(part))).join("\u0000");
  return asText(value);
}

interface Gathering {
  readonly databases: Map<MetabaseKey, MetabaseDatabase>;
  readonly tables: Map<MetabaseKey, MetabaseTable>;
  readonly fields: Map<MetabaseKey, MetabaseField>;
  readonly cards: Map<MetabaseKey, MetabaseEntity>;
  readonly dashboards: Map<MetabaseKey, MetabaseEntity>;
  readonly snippets: Map<string, string>;
}

/** Sorts the objects of API answers and of a serialisation's files by what they are. */
export function readEntities(files: readonly SourceFile[], problems: Problem[]): MetabaseEntities {
  const found: Gathering = {
    databases: new Map(),
    tables: new Map(),
    fields: new Map(),
    cards: new Map(),
    dashboards: new Map(),
    snippets: new Map(),
  };
  for (const file of files) {
    const isJson = /^\s*[[{]/.test(file.text);
    const parsed = isJson
      ? parseJsonText(file.path, file.text)
      : parseYamlText(file.path, file.text);
    if (!parsed.ok) {
      problems.push(parsed.error);
      continue;
    }
    let known = false;
    for (const record of recordsOf(parsed.value)) known = gather(record, file.path, found) || known;
    if (!known)
      problems.push({
        code: "not-recognised",
        message: "neither a card, a dashboard, a database nor a table of Metabase",
        file: file.path,
        severity: "info",
      });
  }
  return found;
}

/** A list, or a page of one: `{"data": [...]}`. */
function recordsOf(value: unknown): readonly LooseRecord[] {
  const record = asRecord(value);
  if (record === undefined) return recordsIn(value);
  const data = recordsIn(record["data"]);
  return data.length > 0 ? data : [record];
}

/** What the last entry of `serdes/meta` says; undefined in answers of the API. */
const serialisedKind = (record: LooseRecord): string | undefined =>
  asText(ownValue(recordsIn(record["serdes/meta"]).at(-1), "model"));

function gather(record: LooseRecord, file: string, found: Gathering): boolean {
  const kind = serialisedKind(record);
  if (kind !== undefined) return gatherSerialised(kind, { record, file, found });
  const list = (key: string): boolean => asList(record[key]) !== undefined;
  if (record["dataset_query"] !== undefined) return addEntity(found.cards, record, file);
  if (list("dashcards") || list("ordered_cards")) return addDashboard(record, file, found);
  if (asText(record["engine"]) !== undefined) return addDatabase(record, file, found);
  if (list("fields") && (record["db_id"] !== undefined || record["db"] !== undefined))
    return addTable(record, file, found);
  if (record["table_id"] !== undefined && record["base_type"] !== undefined)
    return addField(record, undefined, found);
  // Of the API: `/api/native-query-snippet`.
  return record["creator_id"] === undefined ? false : addSnippet(record, found);
}

function addSnippet(record: LooseRecord, found: Gathering): boolean {
  const name = asText(record["name"]);
  if (name === undefined || typeof record["content"] !== "string") return false;
  found.snippets.set(name, record["content"]);
  return true;
}

function gatherSerialised(
  kind: string,
  {
    record,
    file,
    found,
  }: { readonly record: LooseRecord; readonly file: string; readonly found: Gathering },
): boolean {
  const path = recordsIn(record["serdes/meta"]).flatMap((one) => asText(one["id"]) ?? []);
  if (kind === "Card") return addEntity(found.cards, record, file);
  if (kind === "Dashboard") return addDashboard(record, file, found);
  if (kind === "Database") return addDatabase({ ...record, id: record["name"] }, file, found);
  if (kind === "Table") {
    const database = asText(record["db_id"]) ?? path[0] ?? "";
    const schema = asText(record["schema"]) ?? null;
    return addTable(
      { ...record, id: [database, schema, record["name"]], db_id: database },
      file,
      found,
    );
  }
  if (kind === "Field") {
    const table = asList(record["table_id"]);
    return addField({ ...record, id: [...(table ?? path), record["name"]] }, undefined, found);
  }
  if (kind === "NativeQuerySnippet") return addSnippet(record, found);
  return [
    "Collection",
    "Segment",
    "Metric",
    "Measure",
    "Setting",
    "Timeline",
    "FieldValues",
    "Transform",
  ].includes(kind);
}

function addEntity(
  into: Map<MetabaseKey, MetabaseEntity>,
  record: LooseRecord,
  file: string,
): boolean {
  const key = keyOf(record["id"]) ?? asText(record["entity_id"]);
  if (key === undefined) return false;
  const known = into.get(key);
  // A dashboard's answer holds its cards in short: the longer one counts.
  if (known === undefined || Object.keys(known.record).length < Object.keys(record).length)
    into.set(key, { key, record, file });
  return true;
}

function addDashboard(record: LooseRecord, file: string, found: Gathering): boolean {
  addEntity(found.dashboards, record, file);
  for (const dashcard of dashcardsOf(record)) {
    for (const card of [asRecord(dashcard["card"]), ...recordsIn(dashcard["series"])]) {
      if (card?.["dataset_query"] !== undefined) addEntity(found.cards, card, file);
    }
  }
  return true;
}

export const dashcardsOf = (dashboard: LooseRecord): readonly LooseRecord[] => [
  ...recordsIn(dashboard["dashcards"]),
  ...recordsIn(dashboard["ordered_cards"]),
];

function addDatabase(record: LooseRecord, file: string, found: Gathering): boolean {
  const key = keyOf(record["id"]);
  const details = asRecord(record["details"]);
  if (key === undefined) return false;
  const host = asText(ownValue(details, "host")) ?? asText(ownValue(details, "account"));
  const port = asNumber(ownValue(details, "port"));
  const database = ["dbname", "db", "project-id", "catalog"]
    .map((name) => asText(ownValue(details, name)))
    .find((one) => one !== undefined);
  found.databases.set(key, {
    key,
    name: asText(record["name"]) ?? key,
    engine: (asText(record["engine"]) ?? "").toLowerCase(),
    ...(host === undefined ? {} : { host: port === undefined ? host : `${host}:${port}` }),
    ...(database === undefined ? {} : { database }),
  });
  for (const table of recordsIn(record["tables"]))
    addTable({ db_id: record["id"], ...table }, file, found);
  return true;
}

function addTable(record: LooseRecord, file: string, found: Gathering): boolean {
  const key = keyOf(record["id"]);
  const name = asText(record["name"]);
  if (key === undefined || name === undefined) return false;
  const database = asRecord(record["db"]);
  if (database !== undefined) addDatabase(database, file, found);
  const schema = asText(record["schema"]);
  found.tables.set(key, {
    key,
    database: keyOf(record["db_id"]) ?? keyOf(ownValue(database, "id")) ?? "",
    name,
    ...(schema === undefined ? {} : { schema }),
    file,
  });
  for (const field of recordsIn(record["fields"])) addField(field, key, found);
  return true;
}

function addField(record: LooseRecord, table: MetabaseKey | undefined, found: Gathering): boolean {
  const key = keyOf(record["id"]);
  const name = asText(record["name"]);
  const owner = table ?? keyOf(record["table_id"]);
  if (key === undefined || name === undefined || owner === undefined) return false;
  const type =
    asText(record["database_type"]) ?? asText(record["base_type"])?.replace(/^type\//, "");
  const target =
    keyOf(record["fk_target_field_id"]) ?? keyOf(ownValue(asRecord(record["target"]), "id"));
  found.fields.set(key, {
    key,
    table: owner,
    name,
    isKey: asText(record["semantic_type"]) === "type/PK",
    ...(type === undefined ? {} : { type }),
    ...(target === undefined ? {} : { target }),
  });
  return true;
}
