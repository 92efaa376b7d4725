import { type DataType, isObject, tagOf } from "./ast.ts";
import { typeText } from "./expression-type.ts";

/** The values of MySQL's `enum('a', 'b')`; undefined: it is no such type. */
export function enumValues(type: DataType): readonly string[] | undefined {
  const { tag, payload } = tagOf(type);
  if (tag !== "Enum" || !Array.isArray(payload)) return undefined;
  const members: readonly unknown[] = Array.isArray(payload[0]) ? payload[0] : [];
  const names = members.flatMap((one) =>
    isObject(one) && typeof one["Name"] === "string" ? [one["Name"]] : [],
  );
  return names.length > 0 && names.length === members.length ? names : undefined;
}

const ZONED = /with time zone|timestamptz|timetz|_tz|_ltz|datetimeoffset/i;
const MOMENT = /^time/i;

/** As many digits of a second as engines keep where nobody says how many. */
const DIGITS = 6;

/**
 * Whether the values of a column read otherwise in a type that can hold all of them: a moment with a zone and without
 * one, a text that is compared without case, a moment that is rounded.
 */
export function changesMeaning(from: string | undefined, type: DataType): boolean {
  const to = typeText(type);
  const { tag, payload } = tagOf(type);
  if (tag === "Timestamp" || tag === "Time") {
    const digits: unknown = Array.isArray(payload) ? payload[0] : undefined;
    if (typeof digits === "number" && digits < DIGITS) return true;
  }
  if (from === undefined) return false;
  const isCaseless = (text: string): boolean => /\bcitext\b/i.test(text);
  if (isCaseless(from) !== isCaseless(to)) return true;
  return MOMENT.test(from) && MOMENT.test(to) && ZONED.test(from) !== ZONED.test(to);
}
