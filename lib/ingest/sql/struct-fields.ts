const OPENING = "(<[{";
const CLOSING = ")>]}";

/** Wrappers whose fields are those of the element. */
const LIST = /^(?:array|list)\s*[<(](.*)[>)]$/is;
const STRUCT = /^(?:struct|row|object|record|tuple)\s*[<({](.*)[>)}]$/is;

/**
 * The fields of a struct type, or of the structs in a list: `STRUCT<a INT64, b STRING>`, `array<struct<a: int>>`,
 * `ROW(a bigint)`, `STRUCT(a INTEGER)[]`. Undefined: the type is no struct, or does not say its fields.
 */
export function fieldsOfType(type: string | undefined): readonly string[] | undefined {
  let text = type?.trim() ?? "";
  for (let depth = 0; depth < 20; depth++) {
    const inner = LIST.exec(text)?.[1] ?? (text.endsWith("[]") ? text.slice(0, -2) : undefined);
    if (inner === undefined) break;
    text = inner.trim();
  }
  const body = STRUCT.exec(text)?.[1];
  const names = body === undefined ? [] : splitFields(body).map(nameOfField);
  return names.length > 0 && names.every((name) => name !== "") ? names : undefined;
}

function splitFields(body: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= body.length; at++) {
    const sign = body.charAt(at);
    if (sign !== "" && OPENING.includes(sign)) depth++;
    else if (sign !== "" && CLOSING.includes(sign)) depth--;
    else if (at === body.length || (sign === "," && depth === 0)) {
      fields.push(body.slice(start, at).trim());
      start = at + 1;
    }
  }
  return fields;
}

/** A field is a name and a type; a lone type (`STRUCT<INT64>`) has no name. */
function nameOfField(field: string): string {
  const found = /^(?:"([^"]+)"|`([^`]+)`|([\p{L}_][\p{L}\p{N}_$]*))\s*(?::|\s)\s*\S/u.exec(field);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? "";
}
