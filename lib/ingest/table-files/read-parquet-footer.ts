import type { Column } from "#lib/model/asset.ts";
import { FIELD_ID } from "#lib/model/told-renames.ts";
import { withoutUndefined } from "../loose-value.ts";
import { arrayType, mapType, structType } from "../nested-type.ts";
import { readThrift, type ThriftStruct, type ThriftValue } from "./read-thrift.ts";

/** Columns and rows of a Parquet file, from the metadata at its end. */
export interface ParquetFooter {
  readonly columns: readonly Column[];
  readonly rows: number;
}

/** The footer's bytes, without its length and the mark behind it. Undefined where they are not such metadata. */
export function readParquetFooter(bytes: Uint8Array): ParquetFooter | undefined {
  const metadata = readThrift(bytes);
  const elements = listIn(metadata, 2)
    .map(structOf)
    .filter((one) => one !== undefined);
  if (metadata === undefined || elements.length === 0) return undefined;
  const rows = numberIn(metadata, 3) ?? 0;
  const tree = new SchemaTree(elements).read();
  const nulls = nullCounts(metadata);
  return {
    columns: tree.children.map((child) =>
      toColumn(child, rows === 0 ? undefined : nulls.get(child.name), rows),
    ),
    rows,
  };
}

const structOf = (value: ThriftValue | undefined): ThriftStruct | undefined =>
  value instanceof Map ? value : undefined;
const structIn = (struct: ThriftStruct | undefined, id: number): ThriftStruct | undefined =>
  structOf(struct?.get(id));
const listIn = (struct: ThriftStruct | undefined, id: number): readonly ThriftValue[] => {
  const value = struct?.get(id);
  return Array.isArray(value) ? value : [];
};
const numberIn = (struct: ThriftStruct | undefined, id: number): number | undefined => {
  const value = struct?.get(id);
  return typeof value === "number" ? value : undefined;
};
const textIn = (struct: ThriftStruct | undefined, id: number): string => {
  const value = struct?.get(id);
  return typeof value === "string" ? value : "";
};

interface Node {
  readonly name: string;
  readonly element: ThriftStruct;
  readonly children: readonly Node[];
}

const MAX_DEPTH = 60;

/** The schema is a tree written in the order of a walk; each element says how many children it has. */
class SchemaTree {
  readonly #elements: readonly ThriftStruct[];
  #at = 0;

  constructor(elements: readonly ThriftStruct[]) {
    this.#elements = elements;
  }

  read(depth = 0): Node {
    const element = this.#elements[this.#at] ?? new Map();
    this.#at += 1;
    const count = numberIn(element, 5) ?? 0;
    const children: Node[] = [];
    while (children.length < count && this.#at < this.#elements.length && depth < MAX_DEPTH)
      children.push(this.read(depth + 1));
    return { name: textIn(element, 4), element, children };
  }
}

/** Nulls of flat columns, where every part of the file has counted them. */
function nullCounts(metadata: ThriftStruct): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const unknown = new Set<string>();
  for (const group of listIn(metadata, 4)) {
    for (const chunk of listIn(structOf(group), 1)) {
      const column = structIn(structOf(chunk), 3);
      const [name, ...inner] = listIn(column, 3).map(String);
      const nulls = numberIn(structIn(column, 12), 3);
      if (name === undefined || inner.length > 0) continue;
      if (nulls === undefined) unknown.add(name);
      else counts.set(name, (counts.get(name) ?? 0) + nulls);
    }
  }
  for (const name of unknown) counts.delete(name);
  return counts;
}

const REQUIRED = 0;
const REPEATED = 2;

function toColumn(node: Node, nulls: number | undefined, rows: number): Column {
  const id = numberIn(node.element, 9);
  return withoutUndefined({
    name: node.name,
    type: typeOf(node),
    nullable: numberIn(node.element, 3) !== REQUIRED,
    profile: nulls === undefined ? undefined : { nullShare: Math.min(1, nulls / rows), rows },
    extra: id === undefined ? undefined : { [FIELD_ID]: id },
  });
}

function typeOf(node: Node): string {
  const own = plainType(node);
  return numberIn(node.element, 3) === REPEATED ? arrayType(own) : own;
}

/** `ConvertedType` numbers of lists and maps. */
const MAP = 1;
const LIST = 3;

function plainType(node: Node): string {
  const { element, children } = node;
  if (children.length === 0) return scalarType(element);
  const logical = structIn(element, 10);
  const converted = numberIn(element, 6);
  const [inner] = children;
  if (inner !== undefined && (converted === LIST || logical?.has(3))) return listType(inner);
  if (inner !== undefined && (converted === MAP || logical?.has(2))) {
    const [key, value] = inner.children;
    return mapType(key ? typeOf(key) : "string", value && typeOf(value));
  }
  return structType(children.map((child) => ({ name: child.name, type: typeOf(child) })));
}

/** A list is a group that repeats around its item; old writers repeat the item itself. */
function listType(repeated: Node): string {
  const [item, second] = repeated.children;
  if (item !== undefined && second === undefined) return arrayType(typeOf(item));
  return arrayType(plainType(repeated));
}

const PHYSICAL = ["boolean", "int", "bigint", "timestamp", "real", "double", "blob", "blob"];

/** By `ConvertedType`; decimals are told with their digits. */
const CONVERTED: Readonly<Record<number, string>> = {
  0: "varchar",
  4: "varchar",
  6: "date",
  7: "time",
  8: "time",
  9: "timestamp with time zone",
  10: "timestamp with time zone",
  11: "utinyint",
  12: "usmallint",
  13: "uinteger",
  14: "ubigint",
  15: "tinyint",
  16: "smallint",
  17: "int",
  18: "bigint",
  19: "json",
};

/** By the field of the union `LogicalType`. */
const LOGICAL: Readonly<Record<number, string>> = {
  1: "varchar",
  4: "varchar",
  6: "date",
  7: "time",
  12: "json",
  14: "uuid",
};

function scalarType(element: ThriftStruct): string {
  const logical = structIn(element, 10);
  const converted = numberIn(element, 6);
  if (converted === 5 || logical?.has(5))
    return `decimal(${numberIn(element, 8) ?? 38},${numberIn(element, 7) ?? 0})`;
  const timestamp = structIn(logical, 8);
  if (timestamp !== undefined)
    return timestamp.get(1) === false ? "timestamp" : "timestamp with time zone";
  const [kind] = logical?.keys() ?? [];
  const known = kind === undefined ? undefined : LOGICAL[kind];
  return (
    known ??
    (converted === undefined ? undefined : CONVERTED[converted]) ??
    PHYSICAL[numberIn(element, 1) ?? -1] ??
    "unknown"
  );
}
