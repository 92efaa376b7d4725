import { makeTable } from "#lib/kit/make-table.ts";
import { type DataType, isObject, tagOf } from "./ast.ts";
import type { Dialect } from "./dialect.ts";

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

/** Names that are types of their own on an engine: texts in another encoding or of another length, moments without a zone. */
const OWN: Readonly<Partial<Record<Dialect, ReadonlySet<string>>>> = {
  tsql: new Set(["nvarchar", "varchar", "text", "binary", "varbinary", "datetime", "timestamp"]),
  bigquery: new Set(["datetime"]),
  snowflake: new Set(["datetime"]),
  mysql: new Set(["binary", "varbinary", "datetime"]),
};

/** One text for all spellings of a type: `::numeric(16, 2)` and `as DECIMAL(16,2)` are alike. */
export function canonicalType(type: DataType, dialect: Dialect): string {
  const { tag, payload } = tagOf(type);
  const spell = (name: string): string =>
    OWN[dialect]?.has(name) ? `own ${name}` : (SPELLINGS[name] ?? name);
  if (tag === "Custom" && Array.isArray(payload)) return customType(payload, spell);
  const rest = modifiersOf(payload);
  const spelled = spell(tag.toLowerCase());
  return rest === "" ? spelled : `${spelled}(${rest})`;
}

function customType(
  [name, modifiers]: readonly unknown[],
  spell: (name: string) => string,
): string {
  const text = JSON.stringify(name, withoutPlaces).toLowerCase();
  const path = [...text.matchAll(/"value":"([^"]+)"/g)].map(([, part]) => part);
  const word = path.length === 0 ? text : path.join(".");
  const rest = Array.isArray(modifiers) && modifiers.length > 0 ? `(${modifiers.join(",")})` : "";
  return `${spell(word)}${rest}`;
}

function modifiersOf(payload: unknown): string {
  if (payload === null || payload === undefined || payload === "None") return "";
  if (!isObject(payload) && !Array.isArray(payload)) return String(payload).toLowerCase();
  const text = JSON.stringify(payload, withoutPlaces).toLowerCase();
  // `timestamp` carries how the zone is said; without one it is the plain type.
  return text === '[null,"none"]' || text === "{}" ? "" : text;
}

/** A type inside another one may be a name that holds nothing. */
const withoutPlaces = (key: string, value: unknown): unknown =>
  key === "span" || key === "quote_style" ? undefined : (value ?? null);
