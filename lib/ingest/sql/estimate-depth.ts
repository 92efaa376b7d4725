import { tokenizeSql } from "./tokenize.ts";

/**
 * A chain such as `a or b or c` becomes a tree as deep as it is long, and the parser has a fixed stack: over about 700
 * operators it does not answer with an error but breaks for good. So the length of chains is counted before.
 */
export const MAX_CHAIN = 400;

const OPERATORS =
  /[-+*/%|=<>&^:!~]|\b(?:or|and|is|like|ilike|between|in|not|collate|union|except|intersect)\b/gi;

const CHAINS = new Set([
  "or",
  "and",
  "is",
  "like",
  "ilike",
  "between",
  "in",
  "not",
  "except",
  "intersect",
  "minus",
]);
const RESETS = new Set([
  "select",
  "from",
  "where",
  "when",
  "then",
  "else",
  "on",
  "having",
  "qualify",
  "join",
  "set",
  "values",
]);

/** True where an expression of the text chains more operators than the parser can take. */
export function hasLongChain(sql: string): boolean {
  if (sql.length < MAX_CHAIN * 2 || countOperators(sql) < MAX_CHAIN) return false;
  const counts: number[] = [0];
  let total = 0;
  for (const { kind, text, lower } of tokenizeSql(sql)) {
    if (text === "(" || text === "[") counts.push(0);
    else if (text === ")" || text === "]") {
      if (counts.length > 1) total -= counts.pop() ?? 0;
    } else if (text === "," || text === ";" || (kind === "word" && RESETS.has(lower))) {
      total -= counts.at(-1) ?? 0;
      counts[counts.length - 1] = 0;
    } else if ((kind === "symbol" && text !== ".") || CHAINS.has(lower)) {
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
      total++;
      if (total > MAX_CHAIN) return true;
    }
  }
  return false;
}

function countOperators(sql: string): number {
  let count = 0;
  OPERATORS.lastIndex = 0;
  while (count < MAX_CHAIN && OPERATORS.test(sql)) count++;
  return count;
}
