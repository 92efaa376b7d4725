import { makeTable } from "#lib/kit/make-table.ts";

/**
 * Splits a relation name as warehouses write it into its parts, quotes removed: `"mesh"."checkout"."orders"` and
 * `` `mesh`.`checkout`.`orders` `` and `mesh.checkout.orders` are `["mesh", "checkout", "orders"]`. BigQuery's
 * `` `mesh.checkout.orders` `` (one pair of quotes around all) is split too, because dots cannot be in names there.
 */
export function splitRelationName(text: string): string[] {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { part, next } = readPart(text, at);
    parts.push(part);
    if (text[next] !== ".") break;
    at = next + 1;
    if (at === text.length) parts.push("");
  }
  const only = parts[0];
  if (parts.length === 1 && only !== undefined && text.startsWith("`") && only.includes(".")) {
    return only.split(".");
  }
  return parts;
}

const CLOSING: Readonly<Record<string, string>> = makeTable({ '"': '"', "`": "`", "[": "]" });

function readPart(text: string, start: number): { part: string; next: number } {
  const close = CLOSING[text[start] ?? ""];
  if (close === undefined) {
    const dot = text.indexOf(".", start);
    const end = dot < 0 ? text.length : dot;
    return { part: text.slice(start, end).trim(), next: end };
  }
  let part = "";
  let at = start + 1;
  while (at < text.length) {
    if (text[at] !== close) {
      part += text[at];
      at += 1;
    } else if (text[at + 1] === close) {
      part += close;
      at += 2;
    } else {
      return { part, next: at + 1 };
    }
  }
  return { part, next: at };
}

/**
 * The name of a table from its parts: `mesh.checkout.orders`. A part that holds a dot or a quote is quoted, so that no
 * two paths have one name.
 */
export function joinRelationName(path: readonly string[]): string {
  return path
    .map((part) => (/[."]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part))
    .join(".");
}
