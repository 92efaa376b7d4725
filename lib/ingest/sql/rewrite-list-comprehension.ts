import { matchParentheses, type Token, tokenizeSql } from "./tokenize.ts";

export interface Comprehension {
  /** Offset after the closing bracket. */
  readonly end: number;
  readonly text: string;
}

/**
 * DuckDB's `[f(x) for x in list if c(x)]`, which starts at an opening bracket, as the functions that it stands for.
 * Undefined: another kind of bracket.
 */
export function rewriteComprehension(sql: string, start: number): Comprehension | undefined {
  const end = findClosing(sql, start);
  if (end === undefined) return undefined;
  const body = sql.slice(start + 1, end);
  const tokens = tokenizeSql(body);
  const partner = matchParentheses(tokens);
  const at = findWord({ tokens, partner, from: 0, word: "for" });
  const within = at < 0 ? -1 : findWord({ tokens, partner, from: at, word: "in" });
  if (within < 0) return undefined;
  const condition = findWord({ tokens, partner, from: within, word: "if" });
  const slice = (from: number, to: number): string =>
    body.slice(tokens[from]?.start ?? body.length, tokens[to - 1]?.end ?? body.length);
  const names = slice(at + 1, within);
  const head = names.includes(",") ? `(${names})` : names;
  const list = slice(within + 1, condition < 0 ? tokens.length : condition);
  const kept =
    condition < 0
      ? list
      : `list_filter(${list}, ${head} -> ${slice(condition + 1, tokens.length)})`;
  return { end: end + 1, text: `list_transform(${kept}, ${head} -> ${slice(0, at)})` };
}

/** Longer lists are data. */
const LONGEST = 5000;

function findClosing(sql: string, start: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = start; at < Math.min(sql.length, start + LONGEST); at++) {
    const sign = sql.charAt(at);
    if (quote !== "") {
      if (sign === quote) quote = "";
    } else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === "[") depth++;
    else if (sign === "]" && --depth === 0) return at;
  }
  return undefined;
}

interface FindWord {
  readonly tokens: readonly Token[];
  readonly partner: Int32Array;
  readonly from: number;
  readonly word: string;
}

function findWord({ tokens, partner, from, word }: FindWord): number {
  for (let at = from; at < tokens.length; at++) {
    if (tokens[at]?.lower === word) return at;
    at = Math.max(at, partner[at] ?? -1);
  }
  return -1;
}
