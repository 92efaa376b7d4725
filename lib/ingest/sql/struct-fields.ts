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
  const body = STRUCT.exec(withoutLists(type))?.[1];
  const names = body === undefined ? [] : splitFields(body).map(nameOfField);
  return names.length > 0 && names.every((name) => name !== "") ? names : undefined;
}

function withoutLists(type: string | undefined): string {
  let text = type?.trim() ?? "";
  for (let depth = 0; depth < 20; depth++) {
    const inner = LIST.exec(text)?.[1] ?? (text.endsWith("[]") ? text.slice(0, -2) : undefined);
    if (inner === undefined) break;
    text = inner.trim();
  }
  return text;
}

/** As `fieldsOfType`, with the fields of structs among them in the place of those: what `unnest(…, recursive := true)` gives. */
export function leavesOfType(type: string | undefined, depth = 0): readonly string[] | undefined {
  const names = fieldsOfType(type);
  const body = STRUCT.exec(withoutLists(type))?.[1];
  if (names === undefined || body === undefined || depth > 20) return names;
  return splitFields(body).flatMap((field, at) => {
    const inner = FIELD.exec(field)?.[4];
    return leavesOfType(inner, depth + 1) ?? names[at] ?? [];
  });
}

/** Whether it is a struct itself, and no list of them. */
export const isStructType = (type: string | undefined): boolean => STRUCT.test(type?.trim() ?? "");

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

const FIELD = /^(?:"([^"]+)"|`([^`]+)`|([\p{L}_][\p{L}\p{N}_$]*))\s*(?::|\s)\s*(\S.*)/su;

/** A field is a name and a type; a lone type (`STRUCT<INT64>`) has no name. */
function nameOfField(field: string): string {
  const found = FIELD.exec(field);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? "";
}
