import type { Column } from "#lib/model/asset.ts";

/*
 * Tables of one company have the same columns a great many times over. Those that are alike are one object, which takes
 * a third of the room that a graph's columns would take.
 */

/** Longer ones are mostly said once: names of tables, expressions. */
const LONGEST = 32;
/** With so many it is begun anew: what is in use stays in use. */
const MOST = 50_000;

const texts = new Map<string, string>();
const columns = new Map<string, Column>();

/** The same text, as the one object that was met first. */
export function sameText(text: string): string {
  return text.length > LONGEST ? text : keep(texts, text, text);
}

/** The same column; one object for all that have but a name and a type, and those alike. */
export function sameColumn(column: Column): Column {
  const [first, second, ...more] = Object.keys(column);
  const { name, type } = column;
  if (first !== "name" || second !== "type" || type === undefined || more.length > 0) return column;
  const key = `${name.length}:${name}${type}`;
  return columns.get(key) ?? keep(columns, key, { name: sameText(name), type: sameText(type) });
}

function keep<T>(known: Map<string, T>, key: string, value: T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST) known.clear();
  known.set(key, value);
  return value;
}
