import { makeTable } from "#lib/kit/make-table.ts";
import { type DataType, isObject, tagOf } from "./ast.ts";

/** Spellings of one type, over the engines; anything else stays as it is written. */
const SPELLINGS: Readonly<Record<string, string>> = makeTable({
  int: "integer",
  int4: "integer",
  int32: "integer",
  signed: "integer",
  int8: "bigint",
  int64: "bigint",
  long: "bigint",
  int2: "smallint",
  int16: "smallint",
  short: "smallint",
  bool: "boolean",
  numeric: "decimal",
  dec: "decimal",
  number: "decimal",
  float8: "double",
  float64: "double",
  doubleprecision: "double",
  "double precision": "double",
  float4: "real",
  float32: "real",
  string: "text",
  varchar: "text",
  charactervarying: "text",
  "character varying": "text",
  nvarchar: "text",
  charvarying: "text",
  blob: "blob",
  bytea: "blob",
  binary: "blob",
  bytes: "blob",
  varbinary: "blob",
  datetime: "timestamp",
});

/** One text for all spellings of a type: `::numeric(16, 2)` and `as DECIMAL(16,2)` are alike. */
export function canonicalType(type: DataType): string {
  const { tag, payload } = tagOf(type);
  if (tag === "Custom" && Array.isArray(payload)) return customType(payload);
  const name = tag.toLowerCase();
  const rest = modifiersOf(payload);
  const spelled = SPELLINGS[name] ?? name;
  return rest === "" ? spelled : `${spelled}(${rest})`;
}

function customType([name, modifiers]: readonly unknown[]): string {
  const text = JSON.stringify(name, withoutPlaces).toLowerCase();
  const word = /"value":"([^"]+)"/.exec(text)?.[1] ?? text;
  const rest = Array.isArray(modifiers) && modifiers.length > 0 ? `(${modifiers.join(",")})` : "";
  return `${SPELLINGS[word] ?? word}${rest}`;
}

function modifiersOf(payload: unknown): string {
  if (payload === null || payload === undefined || payload === "None") return "";
  if (!isObject(payload) && !Array.isArray(payload)) return String(payload).toLowerCase();
  const text = JSON.stringify(payload, withoutPlaces).toLowerCase();
  // `timestamp` carries how the zone is said; without one it is the plain type.
  return text === '[null,"none"]' || text === "{}" ? "" : text;
}

const withoutPlaces = (key: string, value: unknown): unknown =>
  key === "span" || key === "quote_style" ? undefined : value;
