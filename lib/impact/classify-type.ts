import { makeTable } from "#lib/kit/make-table.ts";
import type { ChangeKind } from "./change.ts";

/** What a type can hold, over the spellings of the engines. */
interface TypeShape {
  readonly family:
    | "boolean"
    | "integer"
    | "decimal"
    | "float"
    | "text"
    | "date"
    | "timestamp"
    | "time"
    | "binary"
    | "json"
    | "uuid"
    | "nested"
    | "other";
  /** Bytes of an integer or float, characters of a text, digits of a decimal. Infinity: no limit. */
  readonly size: number;
  readonly scale?: number;
  readonly text: string;
}

const INTEGERS: Record<string, number> = makeTable({
  tinyint: 1,
  int1: 1,
  utinyint: 1,
  smallint: 2,
  int2: 2,
  short: 2,
  usmallint: 2,
  mediumint: 3,
  int: 4,
  integer: 4,
  int4: 4,
  int32: 4,
  uinteger: 4,
  serial: 4,
  bigint: 8,
  int8: 8,
  int64: 8,
  long: 8,
  ubigint: 8,
  bigserial: 8,
  hugeint: 16,
  uhugeint: 16,
  byteint: 38,
  int16: 2,
  int128: 16,
});
const FLOATS: Record<string, number> = makeTable({
  real: 4,
  float4: 4,
  float32: 4,
  float: 8,
  double: 8,
  "double precision": 8,
  float8: 8,
  float64: 8,
});
const DECIMALS = new Set([
  "decimal",
  "numeric",
  "number",
  "bignumeric",
  "bigdecimal",
  "dec",
  "money",
]);
const TEXTS = new Set([
  "text",
  "string",
  "varchar",
  "char",
  "character",
  "character varying",
  "nvarchar",
  "nchar",
  "bpchar",
  "clob",
  "longtext",
  "mediumtext",
  "tinytext",
  "varchar2",
  "name",
  "citext",
  "enum",
  "utf8",
  "large_utf8",
]);
const OTHERS: Record<string, TypeShape["family"]> = makeTable({
  bool: "boolean",
  boolean: "boolean",
  bit: "boolean",
  logical: "boolean",
  date: "date",
  date32: "date",
  time: "time",
  datetime: "timestamp",
  datetime2: "timestamp",
  smalldatetime: "timestamp",
  blob: "binary",
  bytea: "binary",
  binary: "binary",
  varbinary: "binary",
  bytes: "binary",
  json: "json",
  jsonb: "json",
  variant: "json",
  super: "json",
  object: "json",
  uuid: "uuid",
  uniqueidentifier: "uuid",
  array: "nested",
  struct: "nested",
  map: "nested",
  record: "nested",
  row: "nested",
  list: "nested",
});

/** PostgreSQL's catalog spells types out: `character varying(10)`, `timestamp(3) without time zone`. */
const spelledShort = (text: string): string =>
  text
    .replace(/^(?:national )?char(?:acter)? varying\b/, "varchar")
    .replace(/^bit varying\b/, "varbit")
    .replace(/^timestamptz\b(.*)$/, "timestamp$1 with time zone")
    .replace(/^timetz\b(.*)$/, "time$1 with time zone")
    .replace(/ without time zone$/, "");

function shapeOf(type: string): TypeShape {
  const text = spelledShort(type.trim().toLowerCase().replace(/\s+/g, " "));
  const match = /^([a-z_][a-z0-9_ ]*?)\s*(?:\(\s*(\d+|max)\s*(?:,\s*(-?\d+)\s*)?\))?( .*)?$/.exec(
    text,
  );
  const head = match?.[1] ?? text;
  const first =
    match?.[2] === undefined || match[2] === "max" ? Number.POSITIVE_INFINITY : Number(match[2]);
  if (text.endsWith("[]") || /^(array|struct|map|record|row|list)\b/.test(text))
    return { family: "nested", size: 0, text };
  if (head in INTEGERS) return { family: "integer", size: INTEGERS[head] ?? 4, text };
  if (head in FLOATS) return { family: "float", size: FLOATS[head] ?? 8, text };
  if (DECIMALS.has(head)) {
    // A bare NUMBER or NUMERIC means 38 digits in the warehouses; its scale is left open.
    const scale = match?.[3] === undefined ? (Number.isFinite(first) ? 0 : 9) : Number(match[3]);
    return { family: "decimal", size: Number.isFinite(first) ? first : 38, scale, text };
  }
  if (TEXTS.has(head))
    return { family: "text", size: head === "char" && !Number.isFinite(first) ? 1 : first, text };
  if (head.startsWith("timestamp") || head.startsWith("datetime"))
    return { family: "timestamp", size: 8, text };
  if (head.startsWith("time")) return { family: "time", size: 8, text };
  return { family: OTHERS[head] ?? "other", size: 0, text };
}

export type TypeFamily = TypeShape["family"];

/** The family of a type as any engine spells it; `other` where it is not known. */
export const typeFamily = (type: string): TypeFamily => shapeOf(type).family;

export type TypeChange =
  | Extract<ChangeKind, "type_widened" | "type_narrowed_lossy" | "type_incompatible">
  | "same";

/** Whether the same values, in a wider type, make other texts: `7` and `7.0`, a date and a timestamp. */
export function isRespelled(fromType: string, toType: string): boolean {
  const from = shapeOf(fromType);
  const to = shapeOf(toType);
  if (from.family !== to.family)
    return to.family !== "decimal" || from.family !== "integer" || (to.scale ?? 0) > 0;
  if (from.family === "decimal") return (from.scale ?? 0) !== (to.scale ?? 0);
  return from.family === "float" || from.family === "timestamp";
}

const INTEGER_DIGITS: Record<number, number> = { 1: 3, 2: 5, 3: 7, 4: 10, 8: 19, 16: 38, 38: 38 };

/** What a change of a declared type means for values that are kept, whatever engine spells the types. */
export function classifyType(fromType: string, toType: string): TypeChange {
  const from = shapeOf(fromType);
  const to = shapeOf(toType);
  if (from.text === to.text) return "same";
  if (from.family === to.family) return withinFamily(from, to);
  if (from.family === "integer" && to.family === "decimal") {
    const digits = to.size - (to.scale ?? 0);
    return digits >= (INTEGER_DIGITS[from.size] ?? 19) ? "type_widened" : "type_narrowed_lossy";
  }
  if (to.family === "float" && (from.family === "integer" || from.family === "decimal"))
    return "type_widened";
  if (from.family === "date" && to.family === "timestamp") return "type_widened";
  if (from.family === "timestamp" && to.family === "date") return "type_narrowed_lossy";
  if (to.family === "integer" && (from.family === "float" || from.family === "decimal"))
    return "type_narrowed_lossy";
  if (from.family === "float" && to.family === "decimal") return "type_narrowed_lossy";
  return "type_incompatible";
}

function withinFamily(from: TypeShape, to: TypeShape): TypeChange {
  switch (from.family) {
    case "integer":
    case "float":
    case "text":
      if (from.size === to.size) return "same";
      return to.size > from.size ? "type_widened" : "type_narrowed_lossy";
    case "decimal": {
      const whole = to.size - (to.scale ?? 0) - (from.size - (from.scale ?? 0));
      const fraction = (to.scale ?? 0) - (from.scale ?? 0);
      if (whole === 0 && fraction === 0) return "same";
      return whole >= 0 && fraction >= 0 ? "type_widened" : "type_narrowed_lossy";
    }
    case "nested":
    case "other":
      return "type_incompatible";
    default:
      return from.text.replace(/\W.*$/, "") === to.text.replace(/\W.*$/, "") ||
        from.family !== "timestamp"
        ? "same"
        : "type_widened";
  }
}
