import { type Dialect, foldName, splitName } from "./dialect.ts";
import type { TableSchema } from "./scope.ts";

export interface Mention {
  readonly path: readonly string[];
  readonly schema: TableSchema;
}

const PART =
  '(?:"[^"\\n]{1,200}"|`[^`\\n]{1,200}`|\\[[^\\]\\n]{1,200}\\]|[\\p{L}_#@][\\p{L}\\p{N}_$#@]{0,200})';
const NAME = new RegExp(`${PART}(?:\\s*\\.\\s*${PART}){0,3}`, "gu");

/** So many different names are asked for; a text with more is no query. */
const MAX_NAMES = 5000;

/**
 * Tables that a text mentions anywhere as a word, in strings and comments too: the last resort for a query of which no
 * table could be found in its place. Only tables whose columns are known count, so that a usual word is none.
 */
export function findMentions(
  sql: string,
  dialect: Dialect,
  lookup: (path: readonly string[]) => TableSchema | undefined,
): readonly Mention[] {
  const found = new Map<string, Mention>();
  const asked = new Set<string>();
  for (const [text] of sql.matchAll(NAME)) {
    for (const path of pathsIn(text, dialect)) {
      const key = path.join("\u0000");
      if (asked.has(key)) continue;
      if (asked.size >= MAX_NAMES) return [...found.values()];
      asked.add(key);
      const schema = lookup(path);
      if (schema === undefined || schema.columns.length === 0) continue;
      if (!found.has(schema.asset)) found.set(schema.asset, { path, schema });
      break;
    }
  }
  return [...found.values()];
}

/** A dotted name, and without its last parts: those may be a column and a field. */
function* pathsIn(text: string, dialect: Dialect): Generator<readonly string[]> {
  const parts = splitName(text.replace(/\s+/g, "")).flatMap(({ text: part, quoted }) =>
    part.split(".").map((piece) => foldName(piece.replace(/_?\*$/, ""), quoted, dialect)),
  );
  for (let length = parts.length; length > 0; length--) yield parts.slice(0, length);
}
