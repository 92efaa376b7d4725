/** `urn:li:dataset:(urn:li:dataPlatform:postgres,shop.raw.orders,PROD)` in its parts. */
export interface Urn {
  /** `dataset`, `schemaField`, `corpGroup`, … */
  readonly type: string;
  /** What stands between the brackets; one where there are none. */
  readonly parts: readonly string[];
}

/** Undefined for what is no URN of DataHub's. Names hold brackets and commas only as `%28`, `%29` and `%2C`. */
export function parseUrn(text: string): Urn | undefined {
  const match = /^urn:li:(\w+):(.*)$/s.exec(text);
  const [, type, rest] = match ?? [];
  if (type === undefined || rest === undefined || rest === "") return undefined;
  if (!rest.startsWith("(")) return { type, parts: [decode(rest)] };
  if (!rest.endsWith(")")) return undefined;
  const parts = splitParts(rest.slice(1, -1));
  return { type, parts: parts.map((part) => (part.startsWith("urn:li:") ? part : decode(part))) };
}

/** At commas that stand in no inner brackets. */
function splitParts(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (char === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Only the characters that a URN cannot hold are escaped; a percent sign of the name itself stays. */
const decode = (text: string): string =>
  text.replace(/%(2C|28|29)/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );

/** `core` of `urn:li:corpGroup:core`; a text that is no URN is itself. */
export function nameInUrn(text: string): string {
  const last = parseUrn(text)?.parts.at(-1);
  return last ?? text;
}

/** The dataset and the column of a schema field's URN. */
export function fieldOf(
  text: string,
): { readonly dataset: string; readonly column: string } | undefined {
  const urn = parseUrn(text);
  const [dataset, path] = urn?.parts ?? [];
  if (urn?.type !== "schemaField" || dataset === undefined || path === undefined) return undefined;
  return { dataset, column: plainFieldPath(path) };
}

/**
 * A field's path without the types that DataHub's second version puts into it:
 * `[version=2.0].[type=struct].[type=string].name` is `name`.
 */
export const plainFieldPath = (path: string): string =>
  path.replace(/\[[^\]]*\]\.?/g, "").replace(/^\.+|\.+$/g, "") || path;
