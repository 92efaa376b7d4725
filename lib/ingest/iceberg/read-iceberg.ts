import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetAttributes, Column } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { HAS_INITIAL_DEFAULT, INNER_IDS, VALUES_BY_ID } from "#lib/model/refilled-columns.ts";
import { FIELD_ID, FORMER_NAMES } from "#lib/model/told-renames.ts";
import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { arrayType, mapType, structType } from "../nested-type.ts";
import { parseJsonText } from "../parse-structured-text.ts";

const MAX_NESTING = 40;

/** One table: a source of its own, so that its next metadata file takes the place of this one. */
export interface IcebergTable {
  readonly location: string;
  readonly fact: AssetFact;
}

export interface IcebergRead {
  readonly tables: readonly IcebergTable[];
  readonly problems: readonly Problem[];
}

/**
 * Iceberg tables from their metadata files (versions 1 to 3), or from a REST catalog's answer. Of several files of one
 * table the newest counts. Columns carry their field id and the names that it had before, which tell a rename.
 */
export function readIceberg(files: readonly SourceFile[]): IcebergRead {
  const problems: Problem[] = [];
  const newest = new Map<string, Metadata>();
  for (const file of files) {
    const metadata = parseMetadata(file);
    if (!("body" in metadata)) problems.push(metadata);
    else {
      const known = newest.get(metadata.key);
      if (known === undefined || ageOf(known) <= ageOf(metadata))
        newest.set(metadata.key, metadata);
    }
  }
  const tables = [...newest.values()].flatMap((metadata) => {
    const read = readTable(metadata);
    if ("fact" in read) return [read];
    problems.push(read);
    return [];
  });
  return { tables, problems };
}

interface Metadata {
  readonly file: string;
  readonly body: LooseRecord;
  readonly location: string;
  /** Tables may move; their uuid stays. */
  readonly key: string;
}

function problemOf(file: string, message: string): Problem {
  return {
    code: "wrong-shape",
    message,
    next: "Take the newest metadata.json of the table.",
    file,
    severity: "error",
  };
}

function parseMetadata({ path, text }: SourceFile): Metadata | Problem {
  const parsed = parseJsonText(path, text);
  if (!parsed.ok) return parsed.error;
  const outer = asRecord(parsed.value);
  const body = asRecord(outer?.["metadata"]) ?? outer;
  const location = asText(body?.["location"]);
  if (body === undefined || location === undefined)
    return problemOf(path, "the Iceberg metadata has no location");
  return { file: path, body, location, key: asText(body["table-uuid"]) ?? location };
}

const ageOf = ({ body }: Metadata): number =>
  (asNumber(body["last-updated-ms"]) ?? 0) * 1_000 + (asList(body["metadata-log"])?.length ?? 0);

function readTable(metadata: Metadata): IcebergTable | Problem {
  const { body, location, file } = metadata;
  const schemas = [...recordsIn(body["schemas"]), ...recordsIn([body["schema"]])];
  const wanted = body["current-schema-id"];
  const current =
    schemas.find((schema) => schema["schema-id"] === wanted) ??
    (wanted === undefined ? schemas.at(-1) : undefined);
  if (current === undefined)
    return problemOf(file, "the Iceberg metadata lacks the schema that it says is current");
  const name = placeOf(location);
  const columns = readColumns(current, { schemas, key: metadata.key });
  return {
    location,
    fact: {
      name,
      path: [name.name],
      kind: "table",
      attributes: attributesOf(body),
      columns,
      columnsComplete: true,
      edges: [],
      queries: [],
      provenance: { file },
    },
  };
}

/** As OpenLineage names a table by its location: the bucket is the namespace. */
function placeOf(location: string): AssetName {
  const match = /^(\w+:\/\/[^/]+)\/(.+?)\/*$/.exec(location);
  const [, bucket, path] = match ?? [];
  if (bucket !== undefined && path !== undefined) return { namespace: bucket, name: path };
  return {
    namespace: "file",
    name: location.replace(/^file:(?:\/\/)?/, "").replace(/(.)\/+$/, "$1"),
  };
}

function readColumns(
  current: LooseRecord,
  { schemas, key }: { readonly schemas: readonly LooseRecord[]; readonly key: string },
): readonly Column[] {
  const former = formerNames(schemas, current);
  const keys = new Set(asList(current["identifier-field-ids"]) ?? []);
  return recordsIn(current["fields"]).flatMap((field) => {
    const name = asText(field["name"]);
    if (name === undefined) return [];
    const id = asNumber(field["id"]);
    const earlier = id === undefined ? undefined : former.get(id);
    return [
      withoutUndefined({
        name,
        type: typeOf(field["type"], 0),
        nullable: field["required"] !== true,
        unique: keys.size === 1 && keys.has(id) ? true : undefined,
        description: asText(field["doc"]),
        extra: withoutUndefined({
          [FIELD_ID]: id,
          [VALUES_BY_ID]: id === undefined ? undefined : key,
          [HAS_INITIAL_DEFAULT]: (field["initial-default"] ?? null) === null ? undefined : true,
          [INNER_IDS]: innerIdsOf(field["type"]),
          [FORMER_NAMES]: earlier === undefined ? undefined : [...earlier],
        }),
      }),
    ];
  });
}

/** The ids of the fields inside a type by their paths; those of lists and maps are steps called as Iceberg calls them. */
function innerIdsOf(type: unknown): Readonly<Record<string, number>> | undefined {
  const ids = [...innerFields(type, { path: "", depth: 0 })];
  return ids.length === 0 ? undefined : Object.fromEntries(ids);
}

function* innerFields(
  type: unknown,
  { path, depth }: { readonly path: string; readonly depth: number },
): Generator<readonly [string, number]> {
  const record = asRecord(type);
  if (record === undefined || depth > MAX_NESTING) return;
  for (const step of ["element", "key", "value"])
    yield* innerFields(record[step], { path: `${path}${step}.`, depth: depth + 1 });
  for (const field of recordsIn(record["fields"])) {
    const name = asText(field["name"]);
    const id = asNumber(field["id"]);
    if (name === undefined) continue;
    if (id !== undefined) yield [`${path}${name}`, id];
    yield* innerFields(field["type"], { path: `${path}${name}.`, depth: depth + 1 });
  }
}

function formerNames(
  schemas: readonly LooseRecord[],
  current: LooseRecord,
): ReadonlyMap<number, ReadonlySet<string>> {
  const now = new Set(recordsIn(current["fields"]).map((field) => field["name"]));
  const found = new Map<number, Set<string>>();
  for (const schema of schemas) {
    for (const field of recordsIn(schema["fields"])) {
      const id = asNumber(field["id"]);
      const name = asText(field["name"]);
      if (id === undefined || name === undefined || now.has(name)) continue;
      const names = found.get(id) ?? new Set();
      found.set(id, names.add(name));
    }
  }
  return found;
}

/** The types of Iceberg as other systems spell them. */
const TYPES: Readonly<Record<string, string>> = makeTable({
  timestamptz: "timestamp with time zone",
  timestamp_ns: "timestamp",
  timestamptz_ns: "timestamp with time zone",
});

function typeOf(type: unknown, depth: number): string | undefined {
  if (typeof type === "string") return TYPES[type] ?? type;
  const record = asRecord(type);
  if (record === undefined || depth > MAX_NESTING) return undefined;
  if (record["type"] === "list") return arrayType(typeOf(record["element"], depth + 1));
  if (record["type"] === "map")
    return mapType(
      typeOf(record["key"], depth + 1) ?? "string",
      typeOf(record["value"], depth + 1),
    );
  return structType(
    recordsIn(record["fields"]).flatMap((field) => {
      const name = asText(field["name"]);
      return name === undefined
        ? []
        : [withoutUndefined({ name, type: typeOf(field["type"], depth + 1) })];
    }),
  );
}

function attributesOf(body: LooseRecord): AssetAttributes {
  const properties = asRecord(body["properties"]);
  const partitions = partitionsOf(body);
  return withoutUndefined({
    owner: asText(properties?.["owner"]),
    description: asText(properties?.["comment"]),
    rows: rowsOf(body),
    extra: partitions.length === 0 ? undefined : { partitionedBy: partitions },
  });
}

/** `day(ts)`, `region`: how the table is laid out. */
function partitionsOf(body: LooseRecord): readonly string[] {
  const id = body["default-spec-id"];
  const specs = recordsIn(body["partition-specs"]);
  const spec = specs.find((one) => one["spec-id"] === id) ?? specs.at(-1);
  const fields = [...recordsIn(body["schemas"]), ...recordsIn([body["schema"]])].flatMap((schema) =>
    recordsIn(schema["fields"]),
  );
  return recordsIn(spec?.["fields"]).flatMap((part) => {
    const source = fields.findLast((field) => field["id"] === part["source-id"]);
    const column = asText(source?.["name"]) ?? asText(part["name"]);
    const transform = asText(part["transform"]) ?? "identity";
    if (column === undefined || transform === "void") return [];
    return [transform === "identity" ? column : `${transform}(${column})`];
  });
}

function rowsOf(body: LooseRecord): number | undefined {
  const current = body["current-snapshot-id"];
  const snapshot = recordsIn(body["snapshots"]).find((one) => one["snapshot-id"] === current);
  return asNumber(asRecord(snapshot?.["summary"])?.["total-records"]);
}
