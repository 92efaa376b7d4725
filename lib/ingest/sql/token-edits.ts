import type { Dialect } from "./dialect.ts";
import type { Token } from "./tokenize.ts";

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applyEdits(sql: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < at) continue;
    result += sql.slice(at, edit.start);
    const removed = sql.slice(edit.start, edit.end);
    result +=
      edit.text.length >= removed.length
        ? edit.text
        : edit.text + blank(removed.slice(edit.text.length));
    at = edit.end;
  }
  return result + sql.slice(at);
}

export interface EditInput {
  readonly sql: string;
  readonly tokens: readonly Token[];
  readonly partner: Int32Array;
  readonly index: number;
  readonly dialect: Dialect;
}

export type Rewriter = (input: EditInput) => Edit[] | undefined;

/** The same number of lines and columns, with nothing in them. */
export const blank = (text: string): string => text.replace(/[^\n]/g, " ");

export const wordAt = (tokens: readonly Token[], index: number): string => {
  const token = tokens[index];
  return token?.kind === "word" ? token.lower : (token?.text ?? "");
};

/** The end of a clause: the first of `words` at the same depth, a closing parenthesis, or the end of the text. */
export function findClauseEnd(
  { tokens, partner, index }: EditInput,
  words: ReadonlySet<string>,
): number {
  let at = index;
  while (at < tokens.length) {
    const text = wordAt(tokens, at);
    if (text === ")" || text === ";" || words.has(text)) return at;
    const close = text === "(" ? (partner[at] ?? -1) : -1;
    at = close > at ? close + 1 : at + 1;
  }
  return at;
}

/** The tokens of `(…)` at a place, both parentheses with them; 0: none begins there. */
export function parenthesesAt({ tokens, partner }: EditInput, at: number): number {
  const close = wordAt(tokens, at) === "(" ? (partner[at] ?? -1) : -1;
  return close > at ? close - at + 1 : 0;
}

export const isOneOf = (text: string, ...words: readonly string[]): boolean => words.includes(text);
