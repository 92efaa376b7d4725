import { identsOf, isObject, type ObjectName } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import { type Name, nameOf } from "./scope.ts";

/** Every table that a tree names, CTEs too, each once. */
export function tablesIn(node: unknown, dialect: Dialect): (readonly Name[])[] {
  const found = new Map<string, readonly Name[]>();
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next.toReversed());
    else if (isObject(next)) {
      for (const tag of ["Table", "TableName"]) addTable(next[tag], dialect, found);
      pending.push(...Object.values(next).reverse());
    }
  }
  return [...found.values()];
}

function addTable(table: unknown, dialect: Dialect, found: Map<string, readonly Name[]>): void {
  const isCall = isObject(table) && Boolean(table["args"]);
  const name = Array.isArray(table) ? table : isObject(table) ? table["name"] : undefined;
  if (!Array.isArray(name) || isCall) return;
  const names = identsOf(name as unknown as ObjectName).map((ident) => nameOf(ident, dialect));
  const key = names.map((each) => each.key).join("\u0000");
  if (names.length > 0 && !found.has(key)) found.set(key, names);
}
