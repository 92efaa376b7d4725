import { makeTable } from "#lib/kit/make-table.ts";
import type { Column } from "#lib/model/asset.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { FIELD_ID } from "#lib/model/told-renames.ts";
import { withoutUndefined } from "../loose-value.ts";
import type { MessageSchema, SchemasRead } from "../message-schema.ts";
import { arrayType, mapType, structType } from "../nested-type.ts";
import { type ProtoEnum, type ProtoField, type ProtoMessage, parseProto } from "./parse-proto.ts";

const MAX_NESTING = 12;
/** Fields looked at in one message: types can unfold into far more than was written. */
const MAX_FIELDS = 20_000;

/**
 * Protobuf files: every message that no other is made of, with its fields as columns. The field's number is kept, as it
 * tells a rename; members of a `oneof`, messages and `optional` fields may be missing.
 */
export function readProtobuf(files: readonly SourceFile[]): SchemasRead {
  const problems: Problem[] = [];
  const types = new Map<string, ProtoMessage | ProtoEnum>();
  const messages: (ProtoMessage & { readonly file: string })[] = [];
  for (const file of files) {
    const parsed = parseProto(file.text);
    for (const type of parsed.types) {
      types.set(type.name, type);
      if (type.kind === "message") messages.push({ ...type, file: file.path });
    }
    for (const { message, line } of parsed.problems)
      problems.push({
        code: "wrong-shape",
        message,
        next: "The rest of the file is kept.",
        file: file.path,
        line,
        severity: "warning",
      });
  }
  const parts = new Set(
    messages.flatMap(({ name, fields }) =>
      fields.map(({ type }) => findType(types, type, name)?.name).filter((used) => used !== name),
    ),
  );
  const tops = messages.filter(({ isNested, fields }) => !isNested && fields.length > 0);
  const whole = tops.filter(({ name }) => !parts.has(name));
  const shown = whole.length > 0 ? whole : tops;
  return { messages: shown.map((message) => toSchema(message, types)), problems };
}

type Types = ReadonlyMap<string, ProtoMessage | ProtoEnum>;

function toSchema(message: ProtoMessage & { readonly file: string }, types: Types): MessageSchema {
  const { name, file, line, fields, comment } = message;
  const reading = new FieldReading(types);
  const columns = fields.map((field) => reading.column(field, name));
  return { name, file, line, columns, ...withoutUndefined({ description: comment }) };
}

/** Looked up from the inside out, as the language does. */
function findType(types: Types, type: string, scope: string): ProtoMessage | ProtoEnum | undefined {
  if (type.startsWith(".")) return types.get(type.slice(1));
  const parts = scope.split(".");
  for (let length = parts.length; length >= 0; length--) {
    const found = types.get([...parts.slice(0, length), type].join("."));
    if (found !== undefined) return found;
  }
  return undefined;
}

const WELL_KNOWN: Readonly<Record<string, string>> = makeTable({
  "google.protobuf.Timestamp": "timestamp with time zone",
  "google.protobuf.Duration": "interval",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "bytes",
  "google.protobuf.BoolValue": "boolean",
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "real",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.Struct": "json",
  "google.type.Date": "date",
});

/** Spellings that other systems know. */
const SCALARS: Readonly<Record<string, string>> = makeTable({
  sint32: "int32",
  sfixed32: "int32",
  fixed32: "uint32",
  sint64: "int64",
  sfixed64: "int64",
  fixed64: "uint64",
  bool: "boolean",
  float: "real",
});

class FieldReading {
  readonly #types: Types;
  #left = MAX_FIELDS;

  constructor(types: Types) {
    this.#types = types;
  }

  column(field: ProtoField, scope: string): Column {
    const found = findType(this.#types, field.type, scope);
    return withoutUndefined({
      name: field.name,
      type: this.#typeOf(field, scope, new Set([scope])),
      nullable: this.#nullable(field, found),
      description: field.comment,
      allowedValues:
        found?.kind === "enum" && field.label !== "repeated" ? [...found.values] : undefined,
      extra: { [FIELD_ID]: field.number },
    });
  }

  /** A scalar of syntax 3 without a label is never null: it has a default value. */
  #nullable(field: ProtoField, found: ProtoMessage | ProtoEnum | undefined): boolean | undefined {
    if (field.label === "required") return false;
    if (field.label === "optional" || field.oneof !== undefined) return true;
    if (field.label === "repeated" || field.mapKey !== undefined) return undefined;
    return found?.kind === "message" || field.type.includes(".") ? true : undefined;
  }

  #typeOf(field: ProtoField, scope: string, open: ReadonlySet<string>): string {
    const own = this.#base(field, scope, open);
    if (field.mapKey !== undefined) return mapType(field.mapKey, own);
    return field.label === "repeated" ? arrayType(own) : own;
  }

  #base({ type }: ProtoField, scope: string, open: ReadonlySet<string>): string {
    const known = WELL_KNOWN[type.replace(/^\./, "")] ?? SCALARS[type];
    if (known !== undefined) return known;
    const found = findType(this.#types, type, scope);
    if (found?.kind === "enum") return "string";
    if (found === undefined) return type;
    this.#left -= found.fields.length;
    if (open.has(found.name) || open.size > MAX_NESTING || this.#left < 0) return found.name;
    const inner = new Set([...open, found.name]);
    return structType(
      found.fields.map((field) => ({
        name: field.name,
        type: this.#typeOf(field, found.name, inner),
      })),
    );
  }
}
