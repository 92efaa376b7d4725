import { makeTable } from "#lib/kit/make-table.ts";
import type { Column } from "#lib/model/asset.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { FORMER_NAMES } from "#lib/model/told-renames.ts";
import {
  asList,
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { isChangeEnvelope, type MessageSchema, type SchemasRead } from "../message-schema.ts";
import { arrayType, mapType, structType } from "../nested-type.ts";
import { parseJsonText } from "../parse-structured-text.ts";

/** Nested records deeper than this are told by their name alone. */
const MAX_NESTING = 12;
/** Types looked at in one record: names can unfold into far more than was written. */
const MAX_TYPES = 20_000;

/**
 * Avro schemas (.avsc) and protocols (.avpr): every record that no other record is made of is a message with its columns.
 * A union with null may be null, an enum lists its values, aliases are former names. Named types are looked up over all
 * files, as registries with references and folders of one type each need it.
 */
export function readAvro(files: readonly SourceFile[]): SchemasRead {
  const problems: Problem[] = [];
  const names = new NamedTypes();
  const roots: { readonly file: string; readonly type: LooseRecord; readonly space: string }[] = [];
  for (const file of files) {
    const parsed = parseJsonText(file.path, file.text);
    if (!parsed.ok) {
      problems.push(parsed.error);
      continue;
    }
    const { types, space } = typesOf(parsed.value);
    if (types.length === 0) problems.push(noSchema(file.path));
    for (const type of types) {
      names.add(type, space);
      if (isRecord(type)) roots.push({ file: file.path, type, space });
    }
  }
  const messages = roots.map(({ file, type, space }) => {
    const own = names.fullName(type, space);
    const reading = new AvroReading(names, (message) =>
      problems.push(wrongShape(file, `${own}: ${message}`)),
    );
    return {
      file,
      name: own,
      columns: reading.columns(type, spaceOf(own)),
      formerNames: textsIn(type["aliases"]).map((alias) => qualify(alias, spaceOf(own))),
      ...withoutUndefined({ description: asText(type["doc"]) }),
      uses: reading.used,
    };
  });
  const parts = new Set(
    messages.flatMap(({ name, uses }) => [...uses].filter((one) => one !== name)),
  );
  const whole = messages.filter(({ name }) => !parts.has(name));
  return { messages: (whole.length > 0 ? whole : messages).map(withoutUses), problems };
}

const withoutUses = ({
  uses: _,
  ...message
}: MessageSchema & { readonly uses: unknown }): MessageSchema => message;

const noSchema = (file: string): Problem =>
  wrongShape(file, "there is no record in this Avro schema, so it has no columns");

const wrongShape = (file: string, message: string): Problem => ({
  code: "wrong-shape",
  message,
  next: "The rest of the schema is kept.",
  file,
  severity: "warning",
});

const isRecord = (type: LooseRecord): boolean =>
  type["type"] === "record" || type["type"] === "error";

/** A schema, a union of schemas at the top, or a protocol with its types. */
function typesOf(value: unknown): {
  readonly types: readonly LooseRecord[];
  readonly space: string;
} {
  const list = asList(value);
  if (list) return { types: recordsIn(list), space: "" };
  const record = asRecord(value);
  if (record?.["protocol"] !== undefined)
    return { types: recordsIn(record["types"]), space: asText(record["namespace"]) ?? "" };
  return { types: record === undefined ? [] : [record], space: "" };
}

const spaceOf = (fullName: string): string =>
  fullName.slice(0, Math.max(0, fullName.lastIndexOf(".")));
const qualify = (name: string, space: string): string =>
  name.includes(".") || space === "" ? name : `${space}.${name}`;

const NAMED = new Set<unknown>(["record", "error", "enum", "fixed"]);

class NamedTypes {
  readonly #byName = new Map<string, LooseRecord>();

  fullName(type: LooseRecord, space: string): string {
    return qualify(asText(type["name"]) ?? "record", asText(type["namespace"]) ?? space);
  }

  find(name: string, space: string): LooseRecord | undefined {
    return this.#byName.get(qualify(name, space)) ?? this.#byName.get(name);
  }

  /** The type and all that are defined inside it. Parsed text is at most some hundred levels deep. */
  add(value: unknown, space: string): void {
    for (const item of asList(value) ?? []) this.add(item, space);
    const type = asRecord(value);
    if (type === undefined) return;
    let inner = space;
    if (NAMED.has(type["type"]) && asText(type["name"]) !== undefined) {
      const full = this.fullName(type, space);
      if (!this.#byName.has(full)) this.#byName.set(full, type);
      inner = spaceOf(full);
    }
    for (const field of recordsIn(type["fields"])) this.add(field["type"], inner);
    for (const part of [type["type"], type["items"], type["values"]]) {
      if (typeof part === "object") this.add(part, inner);
    }
  }
}

interface ReadType {
  readonly type?: string;
  readonly nullable: boolean;
  readonly values?: readonly string[];
}

interface At {
  readonly space: string;
  readonly open: ReadonlySet<string>;
}

class AvroReading {
  readonly used = new Set<string>();
  readonly #names: NamedTypes;
  readonly #tell: (message: string) => void;
  #left = MAX_TYPES;

  constructor(names: NamedTypes, tell: (message: string) => void) {
    this.#names = names;
    this.#tell = tell;
  }

  columns(message: LooseRecord, messageSpace: string): readonly Column[] {
    const row = this.#rowOf(message, messageSpace);
    const record = row?.record ?? message;
    const space = row?.space ?? messageSpace;
    const at: At = { space, open: new Set([this.#names.fullName(record, space)]) };
    return recordsIn(record["fields"]).flatMap((field, index) => {
      const name = asText(field["name"]);
      if (name !== undefined) return [this.#column(field, name, at)];
      this.#tell(`field ${index + 1} has no name; it is left out`);
      return [];
    });
  }

  /** The record behind `after`, where a message tells of a row before and after a change. */
  #rowOf(
    message: LooseRecord,
    space: string,
  ): { readonly record: LooseRecord; readonly space: string } | undefined {
    const fields = recordsIn(message["fields"]);
    if (!isChangeEnvelope(fields.flatMap(({ name }) => asText(name) ?? []))) return undefined;
    const after = fields.find(({ name }) => name === "after")?.["type"];
    for (const branch of asList(after) ?? [after]) {
      const record =
        typeof branch === "string" ? this.#names.find(branch, space) : asRecord(branch);
      if (record === undefined || !isRecord(record)) continue;
      return { record, space: spaceOf(this.#use(record, { space, open: new Set() })) };
    }
    return undefined;
  }

  #column(field: LooseRecord, name: string, at: At): Column {
    const { type, nullable, values } = this.#type(field["type"], at);
    const aliases = textsIn(field["aliases"]);
    return withoutUndefined({
      name,
      type,
      nullable,
      description: asText(field["doc"]),
      allowedValues: values,
      extra: aliases.length === 0 ? undefined : { [FORMER_NAMES]: aliases },
    });
  }

  #type(value: unknown, at: At): ReadType {
    const branches = asList(value);
    if (branches) return this.#union(branches, at);
    if (typeof value === "string") return this.#named(value, at);
    const record = asRecord(value);
    if (record === undefined) return { nullable: false };
    return this.#complex(record, at);
  }

  #union(branches: readonly unknown[], at: At): ReadType {
    const others = branches.filter((branch) => branch !== "null");
    const nullable = others.length < branches.length;
    const [only] = others;
    if (others.length === 1) return { ...this.#type(only, at), nullable };
    const types = others.map((branch) => this.#type(branch, at).type ?? "?");
    return { type: types.length === 0 ? "null" : `UNION(${types.join(", ")})`, nullable };
  }

  #named(name: string, at: At): ReadType {
    const found = PRIMITIVES.has(name) ? undefined : this.#names.find(name, at.space);
    return found ? this.#complex(found, at) : { type: name, nullable: name === "null" };
  }

  #complex(record: LooseRecord, at: At): ReadType {
    const { type } = record;
    switch (type) {
      case "record":
      case "error":
        return this.#record(record, at);
      case "enum": {
        this.#use(record, at);
        return { type: "string", nullable: false, values: textsIn(record["symbols"]) };
      }
      case "array":
        return { type: arrayType(this.#type(record["items"], at).type), nullable: false };
      case "map":
        return { type: mapType("string", this.#type(record["values"], at).type), nullable: false };
      default:
        return typeof type === "string" && record["logicalType"] !== undefined
          ? { type: logicalType(record, type), nullable: false }
          : this.#type(type, at);
    }
  }

  #record(record: LooseRecord, { space, open }: At): ReadType {
    const full = this.#use(record, { space, open });
    this.#left -= recordsIn(record["fields"]).length;
    if (open.has(full) || open.size > MAX_NESTING || this.#left < 0)
      return { type: full, nullable: false };
    const at: At = { space: spaceOf(full), open: new Set([...open, full]) };
    const fields = recordsIn(record["fields"]).flatMap((field) => {
      const name = asText(field["name"]);
      return name === undefined
        ? []
        : [withoutUndefined({ name, type: this.#type(field["type"], at).type })];
    });
    return { type: structType(fields), nullable: false };
  }

  #use(type: LooseRecord, { space }: At): string {
    const full = this.#names.fullName(type, space);
    this.used.add(full);
    return full;
  }
}

const PRIMITIVES = new Set([
  "null",
  "boolean",
  "int",
  "long",
  "float",
  "double",
  "bytes",
  "string",
]);

const LOGICAL: Readonly<Record<string, string>> = makeTable({
  date: "date",
  "time-millis": "time",
  "time-micros": "time",
  "timestamp-millis": "timestamp with time zone",
  "timestamp-micros": "timestamp with time zone",
  "timestamp-nanos": "timestamp with time zone",
  "local-timestamp-millis": "timestamp",
  "local-timestamp-micros": "timestamp",
  "local-timestamp-nanos": "timestamp",
  uuid: "uuid",
});

function logicalType(record: LooseRecord, type: string): string {
  const logical = asText(record["logicalType"]) ?? "";
  const precision = asNumber(record["precision"]);
  if (logical === "decimal" && precision !== undefined)
    return `decimal(${precision},${asNumber(record["scale"]) ?? 0})`;
  return LOGICAL[logical] ?? type;
}
