import { makeTable } from "#lib/kit/make-table.ts";
import type { Column } from "#lib/model/asset.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "../loose-value.ts";
import { isChangeEnvelope, type SchemasRead } from "../message-schema.ts";
import { arrayType, mapType, structType } from "../nested-type.ts";
import { parseJsonText, parseYamlText } from "../parse-structured-text.ts";

const MAX_NESTING = 12;
/** Types looked at in one document: references can unfold into far more than was written. */
const MAX_TYPES = 20_000;

/**
 * JSON Schemas: each document is a message whose columns are its properties. `required` without null in the type may not
 * be null; `$ref` is followed inside the document and to other files by their `$id` or name; `allOf` is united.
 */
export function readJsonSchema(files: readonly SourceFile[]): SchemasRead {
  const problems: Problem[] = [];
  const documents: Document[] = [];
  for (const file of files) {
    const isJson = /^\s*[[{]/.test(file.text);
    const parsed = isJson
      ? parseJsonText(file.path, file.text)
      : parseYamlText(file.path, file.text);
    const root = parsed.ok ? asRecord(parsed.value) : undefined;
    if (!parsed.ok) problems.push(parsed.error);
    else if (root === undefined) problems.push(problemOf(file.path, "a JSON Schema is a record"));
    else documents.push({ file: file.path, root });
  }
  const read = documents.map((document) => {
    const reading = new SchemaReading(document, documents);
    const columns = reading.columnsOf(document.root);
    for (const ref of reading.lost)
      problems.push(problemOf(document.file, `\`$ref\` ${ref} leads to nothing that was read`));
    return {
      file: document.file,
      name: nameOf(document),
      columns,
      ...withoutUndefined({ description: asText(document.root["description"]) }),
      parts: reading.parts,
    };
  });
  const parts = new Set(read.flatMap((one) => [...one.parts]));
  const messages = read
    .filter(({ file, columns }) => !parts.has(file) && columns.length > 0)
    .map(({ parts: _, ...message }) => message);
  return { messages, problems };
}

const problemOf = (file: string, message: string): Problem => ({
  code: "wrong-shape",
  message,
  next: "The rest of the schema is kept.",
  file,
  severity: "warning",
});

interface Document {
  readonly file: string;
  readonly root: LooseRecord;
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function nameOf({ root, file }: Document): string {
  const title = asText(root["title"]);
  if (title !== undefined && /^[\w.$-]+$/.test(title)) return title;
  const id = asText(root["$id"]) ?? asText(root["id"]) ?? file;
  return baseOf(id.replace(/#.*$/, "")).replace(/(?:\.schema)?\.(?:json|ya?ml)$/i, "") || file;
}

interface ReadType {
  readonly type?: string;
  readonly nullable: boolean;
  readonly values?: readonly string[];
}

interface Place {
  readonly document: Document;
  readonly depth: number;
}

class SchemaReading {
  /** Files of which this one is made. */
  readonly parts = new Set<string>();
  readonly lost = new Set<string>();
  readonly #document: Document;
  readonly #all: readonly Document[];
  #left = MAX_TYPES;

  constructor(document: Document, all: readonly Document[]) {
    this.#document = document;
    this.#all = all;
  }

  columnsOf(schema: LooseRecord): readonly Column[] {
    const { properties, required } = this.#row(
      this.#shape(schema, { document: this.#document, depth: 0 }),
    );
    return [...properties].map(([name, { schema: property, place }]) => {
      const { type, nullable, values } = this.#type(property, place);
      return withoutUndefined({
        name,
        type,
        nullable: nullable || !required.has(name),
        description: asText(asRecord(property)?.["description"]),
        allowedValues: values,
      });
    });
  }

  /** The shape behind `after`, where a message tells of a row before and after a change. */
  #row(message: Shape): Shape {
    const after = message.properties.get("after");
    const schema = asRecord(after?.schema);
    if (after === undefined || schema === undefined) return message;
    if (!isChangeEnvelope([...message.properties.keys()])) return message;
    const row = this.#shape(schema, after.place);
    return row.properties.size === 0 ? message : row;
  }

  /** What a schema and all that it is made of say of its properties. */
  #shape(value: LooseRecord, place: Place): Shape {
    const { schema, place: at } = this.#follow(value, place);
    const properties = new Map<string, Property>();
    const required = new Set(textsIn(schema["required"]));
    if (at.depth > MAX_NESTING) return { properties, required };
    for (const part of recordsIn(schema["allOf"])) {
      const inner = this.#shape(part, deeper(at));
      for (const [name, property] of inner.properties) properties.set(name, property);
      for (const name of inner.required) required.add(name);
    }
    for (const [name, property] of Object.entries(asRecord(schema["properties"]) ?? {}))
      properties.set(name, { schema: property, place: deeper(at) });
    // One of several shapes: a property may be there, and none of them has to.
    for (const part of [...recordsIn(schema["oneOf"]), ...recordsIn(schema["anyOf"])]) {
      for (const [name, property] of this.#shape(part, deeper(at)).properties)
        if (!properties.has(name)) properties.set(name, property);
    }
    return { properties, required };
  }

  #follow(schema: LooseRecord, place: Place): { schema: LooseRecord; place: Place } {
    let found = { schema, place };
    for (let step = 0; step < MAX_NESTING; step++) {
      const ref = asText(found.schema["$ref"]);
      if (ref === undefined) return found;
      const next = this.#resolve(ref, found.place.document);
      if (next === undefined) {
        this.lost.add(ref);
        return found;
      }
      found = {
        schema: next.schema,
        place: { document: next.document, depth: found.place.depth + 1 },
      };
    }
    return found;
  }

  #resolve(
    ref: string,
    from: Document,
  ): { readonly schema: LooseRecord; readonly document: Document } | undefined {
    const [address = "", pointer = ""] = ref.split("#");
    const document =
      address === ""
        ? from
        : (this.#all.find(({ root }) => asText(root["$id"]) === address) ??
          this.#all.find(({ file }) => baseOf(file) === baseOf(address)));
    if (document === undefined) return undefined;
    if (document !== this.#document) this.parts.add(document.file);
    let value: unknown = document.root;
    for (const step of pointer.split("/").filter((part) => part !== ""))
      value = ownValue(asRecord(value), step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const schema = asRecord(value);
    return schema === undefined ? undefined : { schema, document };
  }

  #type(value: unknown, place: Place): ReadType {
    const record = asRecord(value);
    this.#left -= 1;
    if (record === undefined || this.#left < 0) return { nullable: true };
    const { schema, place: at } = this.#follow(record, place);
    if (at.depth > MAX_NESTING) return { nullable: false };
    const branches = [...recordsIn(schema["oneOf"]), ...recordsIn(schema["anyOf"])];
    if (branches.length > 0 && schema["type"] === undefined) return this.#oneOf(branches, at);
    const said = asList(schema["type"]) ?? [schema["type"]];
    const types = said.flatMap((one) => (typeof one === "string" ? [one] : []));
    const others = types.filter((one) => one !== "null");
    const nullable = others.length < types.length || schema["nullable"] === true;
    const values = valuesOf(schema);
    const spelled = others.map((one) => this.#spell(one, schema, at));
    const type =
      spelled.length > 1
        ? `UNION(${spelled.join(", ")})`
        : (spelled[0] ?? this.#implied(schema, at));
    return withoutUndefined({ type, nullable: nullable || hasNull(schema), values });
  }

  #oneOf(branches: readonly LooseRecord[], place: Place): ReadType {
    const others = branches.filter((branch) => branch["type"] !== "null");
    const nullable = others.length < branches.length;
    const read = others.map((branch) => this.#type(branch, deeper(place)));
    const [only] = read;
    if (only !== undefined && read.length === 1)
      return { ...only, nullable: nullable || only.nullable };
    const types = [...new Set(read.flatMap(({ type }) => type ?? []))];
    const [type] = types;
    return withoutUndefined({
      type: types.length > 1 ? `UNION(${types.join(", ")})` : type,
      nullable: nullable || read.some((one) => one.nullable),
    });
  }

  #implied(schema: LooseRecord, place: Place): string | undefined {
    if (schema["properties"] !== undefined || schema["allOf"] !== undefined)
      return this.#spell("object", schema, place);
    if (schema["items"] !== undefined) return this.#spell("array", schema, place);
    return undefined;
  }

  #spell(type: string, schema: LooseRecord, place: Place): string {
    if (type === "array") return arrayType(this.#type(schema["items"], deeper(place)).type);
    if (type === "object") return this.#object(schema, place);
    return (type === "string" ? FORMATS[asText(schema["format"]) ?? ""] : undefined) ?? type;
  }

  #object(schema: LooseRecord, place: Place): string {
    const fields = [...this.#shape(schema, deeper(place)).properties].map(([name, property]) =>
      withoutUndefined({ name, type: this.#type(property.schema, deeper(property.place)).type }),
    );
    if (fields.length > 0) return structType(fields);
    const values = asRecord(schema["additionalProperties"]);
    return values === undefined
      ? "object"
      : mapType("string", this.#type(values, deeper(place)).type);
  }
}

interface Property {
  readonly schema: unknown;
  readonly place: Place;
}

interface Shape {
  readonly properties: ReadonlyMap<string, Property>;
  readonly required: ReadonlySet<string>;
}

const deeper = ({ document, depth }: Place): Place => ({ document, depth: depth + 1 });

const FORMATS: Readonly<Record<string, string>> = makeTable({
  date: "date",
  time: "time",
  "date-time": "timestamp with time zone",
  uuid: "uuid",
});

const hasNull = (schema: LooseRecord): boolean => asList(schema["enum"])?.includes(null) ?? false;

function valuesOf(schema: LooseRecord): readonly string[] | undefined {
  const values =
    asList(schema["enum"]) ?? (schema["const"] === undefined ? undefined : [schema["const"]]);
  return values?.flatMap((value) =>
    value === null || typeof value === "object" ? [] : [String(value)],
  );
}
