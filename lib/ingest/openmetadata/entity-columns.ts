import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import type { Column, Profile } from "#lib/model/asset.ts";
import { tagsOf } from "./entity-attributes.ts";
import { fqnKey, readEntityLink, splitFqn } from "./fully-qualified-name.ts";
import type { Entity, Gathered } from "./gather-entities.ts";

/** The columns of whatever has some; undefined where nothing is said of them. */
export function readColumns(entity: Entity, gathered: Gathered): readonly Column[] | undefined {
  const { record, type } = entity;
  const list = columnRecords(record, type);
  if (list.length === 0) return undefined;
  const keys = keyColumns(record, list);
  const promised = promisesOf(entity, gathered);
  return list.flatMap((column) => {
    const name = asText(column["name"]);
    return name === undefined
      ? []
      : [{ ...readColumn(column, { name, keys }), ...promised.get(name) }];
  });
}

function columnRecords(
  record: LooseRecord | undefined,
  type: Entity["type"],
): readonly LooseRecord[] {
  if (type === "mlmodel") return recordsIn(record?.["mlFeatures"]);
  if (type === "container") return recordsIn(asRecord(record?.["dataModel"])?.["columns"]);
  if (type !== "topic") return recordsIn(record?.["columns"]);
  const fields = recordsIn(asRecord(record?.["messageSchema"])?.["schemaFields"]);
  const [only] = fields;
  // A message is one record, whose fields are meant.
  return fields.length === 1 && recordsIn(only?.["children"]).length > 0
    ? recordsIn(only?.["children"])
    : fields;
}

/** The table's primary key. */
function keyColumns(
  record: LooseRecord | undefined,
  columns: readonly LooseRecord[],
): readonly string[] {
  const said = recordsIn(record?.["tableConstraints"]).find(
    (one) => one["constraintType"] === "PRIMARY_KEY",
  );
  const named = textsIn(said?.["columns"]);
  return named.length > 0
    ? named
    : columns
        .filter((column) => column["constraint"] === "PRIMARY_KEY")
        .flatMap((column) => asText(column["name"]) ?? []);
}

function readColumn(
  column: LooseRecord,
  { name, keys }: { readonly name: string; readonly keys: readonly string[] },
): Column {
  const constraint = asText(column["constraint"]);
  const isKey = keys.includes(name);
  const tags = tagsOf(column);
  const isUnique = constraint === "UNIQUE" || (isKey && keys.length === 1);
  return withoutUndefined({
    name,
    type: asText(column["dataTypeDisplay"]) ?? asText(column["dataType"]),
    nullable: constraint === "NOT_NULL" || isKey ? false : constraint === "NULL" ? true : undefined,
    unique: isUnique ? true : undefined,
    description: asText(column["description"]),
    profile: readProfile(asRecord(column["profile"])),
    extra: tags.length === 0 ? undefined : { tags },
  });
}

function readProfile(profile: LooseRecord | undefined): Profile | undefined {
  if (profile === undefined) return undefined;
  const time = asNumber(profile["timestamp"]);
  const seconds = time === undefined ? undefined : time > 1e11 ? time / 1000 : time;
  const read: Profile = withoutUndefined({
    nullShare: asNumber(profile["nullProportion"]),
    distinct: asNumber(profile["distinctCount"]),
    rows: asNumber(profile["valuesCount"]),
    observedAt: seconds === undefined ? undefined : `${utcStamp(Math.floor(seconds))}Z`,
  });
  return Object.keys(read).length > 0 ? read : undefined;
}

/** What tests promise of a table's columns. */
function promisesOf(entity: Entity, gathered: Gathered): ReadonlyMap<string, Partial<Column>> {
  return promisesByTable(gathered).get(fqnKey(entity.parts)) ?? new Map();
}

const known = new WeakMap<Gathered, Map<string, Map<string, Partial<Column>>>>();

function promisesByTable(gathered: Gathered): Map<string, Map<string, Partial<Column>>> {
  const before = known.get(gathered);
  if (before !== undefined) return before;
  const found = new Map<string, Map<string, Partial<Column>>>();
  for (const test of gathered.tests) {
    const link = readEntityLink(asText(test["entityLink"]) ?? "");
    const promise = promiseOf(test);
    if (link?.column === undefined || promise === undefined) continue;
    const key = fqnKey(splitFqn(link.fqn));
    const columns = found.get(key) ?? new Map<string, Partial<Column>>();
    found.set(key, columns);
    columns.set(link.column, { ...columns.get(link.column), ...promise });
  }
  known.set(gathered, found);
  return found;
}

/** A test that failed when it last ran promises nothing. */
function promiseOf(test: LooseRecord): Partial<Column> | undefined {
  const result = asRecord(test["testCaseResult"]);
  const status = asText(result?.["testCaseStatus"]) ?? asText(test["testCaseStatus"]);
  if (status === "Failed") return undefined;
  const definition = asRecord(test["testDefinition"]);
  const name = asText(definition?.["name"]) ?? asText(definition?.["fullyQualifiedName"]) ?? "";
  if (name === "columnValuesToBeNotNull") return { nullable: false };
  if (name === "columnValuesToBeUnique") return { unique: true };
  if (name !== "columnValuesToBeInSet") return undefined;
  const value = recordsIn(test["parameterValues"]).find((one) => one["name"] === "allowedValues");
  const values = listIn(value?.["value"]);
  return values.length === 0 ? undefined : { allowedValues: values };
}

function listIn(value: unknown): readonly string[] {
  const text = asText(value);
  const parsed = text === undefined ? undefined : parseJsonText("", text);
  const list = asList(parsed?.ok ? parsed.value : value) ?? [];
  return list.flatMap((item) => (typeof item === "object" ? [] : [String(item)]));
}
