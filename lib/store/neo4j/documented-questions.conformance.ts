import { readFileSync } from "node:fs";
import { join } from "node:path";

const docs = readFileSync(join(import.meta.dirname, "../../../docs/graph-model.md"), "utf8");

/** A Cypher statement of docs/graph-model.md, word for word, by the name in its first line. */
export function questionOf(name: string): string {
  const found = [...docs.matchAll(/```cypher\n\/\/ ([\w-]+)[^\n]*\n([\s\S]*?)```/g)].find(
    ([, title]) => title === name,
  );
  if (found?.[2] === undefined) throw new Error(`docs/graph-model.md has no question ${name}`);
  return found[2];
}
