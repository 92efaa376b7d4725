import { withoutTemplates } from "./normalise-sql.ts";
import type { QueryTrace } from "./query-trace.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";

/**
 * What a parser was not given of a text since it would have refused it: a sample, a moment in time, rows that a frame leaves
 * out. The tree does not show it, so two texts that differ in it may mean different things. Words in lower case, sorted.
 */
export function wordsLeftOut({ written, text }: QueryTrace): string {
  const plain = withoutTemplates(written);
  if (plain === text) return "";
  const left = new Map<string, number>();
  for (const word of tokenizeSql(text).map(wordOf)) left.set(word, (left.get(word) ?? 0) + 1);
  const missing = tokenizeSql(plain)
    .map(wordOf)
    .filter((word) => {
      const count = left.get(word) ?? 0;
      left.set(word, count - 1);
      return count <= 0 && word !== "" && !SPELLING.has(word);
    });
  return missing.sort().join(" ");
}

/** Of signs only one says something by itself: `limit 5%`. */
function wordOf({ kind, text, lower }: Token): string {
  if (kind === "symbol") return text === "%" ? text : "";
  if (kind === "word") return lower;
  return kind === "quoted" ? text.slice(1, -1).toLowerCase() : text;
}

/** Words of another spelling of what the tree shows, and advice on how to join. */
const SPELLING: ReadonlySet<string> = new Set([
  ...["lambda", "hash", "loop", "merge", "remote", "broadcast", "directed"],
]);
