import { isObject, tagOf } from "./ast.ts";
import type { ValueType } from "./expression-context.ts";

/** What a literal is: `1` INTEGER, `1.5` DECIMAL, `'x'` VARCHAR, NULL. */
export function literalType(value: unknown): ValueType {
  const { tag, payload } = tagOf(value);
  if (tag === "Number") {
    const text = Array.isArray(payload) ? String(payload[0]) : "";
    return { type: /[.eE]/.test(text) ? "DECIMAL" : "INTEGER", nullable: false };
  }
  if (tag === "Boolean") return { type: "BOOLEAN", nullable: false };
  if (tag === "Null") return { type: "NULL", nullable: true };
  if (tag === "Placeholder") return {};
  return { type: "VARCHAR", nullable: false };
}

const WORDS: Readonly<Record<string, string>> = {
  CharacterVarying: "VARCHAR",
  CharVarying: "VARCHAR",
  Nvarchar: "NVARCHAR",
  DoublePrecision: "DOUBLE",
  TimestampNtz: "TIMESTAMP_NTZ",
};

/** A type as people write it: `DECIMAL(10,2)`, `VARCHAR(20)`, `STRUCT<a INT64>`. */
export function typeText(type: unknown): string {
  const { tag, payload } = tagOf(type);
  if (tag === "Custom" && Array.isArray(payload)) return customText(payload);
  if (tag === "Array") return arrayText(payload);
  if (tag === "Struct")
    return `STRUCT<${fieldsText(Array.isArray(payload) ? payload[0] : undefined)}>`;
  if (tag === "Timestamp" || tag === "Time") return timeText(tag, payload);
  const word = WORDS[tag] ?? tag.toUpperCase();
  const sizes = numbersIn(payload);
  return sizes.length > 0 ? `${word}(${sizes.join(",")})` : word;
}

function customText(payload: readonly unknown[]): string {
  const [name, modifiers] = payload;
  const parts = (Array.isArray(name) ? name : []).map((part: unknown) => {
    const ident = tagOf(part).payload;
    return isObject(ident) ? String(ident["value"]) : "";
  });
  const sizes = Array.isArray(modifiers) ? modifiers.map(String) : [];
  const word = parts.join(".").toUpperCase();
  return sizes.length > 0 ? `${word}(${sizes.join(",")})` : word;
}

function arrayText(payload: unknown): string {
  const { payload: inner } = tagOf(payload);
  const element = Array.isArray(inner) ? inner[0] : inner;
  return element ? `${typeText(element)}[]` : "ARRAY";
}

function fieldsText(fields: unknown): string {
  if (!Array.isArray(fields)) return "";
  return fields
    .map((field: unknown) => {
      if (!isObject(field)) return "";
      const name = isObject(field["field_name"]) ? `${String(field["field_name"]["value"])} ` : "";
      return `${name}${typeText(field["field_type"])}`;
    })
    .join(", ");
}

function timeText(tag: string, payload: unknown): string {
  const zone = Array.isArray(payload) ? payload[1] : undefined;
  const withZone = zone === "WithTimeZone" || zone === "Tz";
  return withZone ? `${tag.toUpperCase()} WITH TIME ZONE` : tag.toUpperCase();
}

function numbersIn(payload: unknown): number[] {
  if (typeof payload === "number") return [payload];
  if (Array.isArray(payload)) return payload.flatMap(numbersIn);
  if (isObject(payload)) return Object.values(payload).flatMap(numbersIn);
  return [];
}
