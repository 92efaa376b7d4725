import { afterControl } from "./block-statements.ts";
import type { Dialect } from "./dialect.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";
import { findTsqlStatements, type StatementSpan } from "./tsql-blocks.ts";

/** The simple statements of a body, whatever conditions, loops and handlers they stand in; what only controls them is none. */
export function cutRoutine(body: string, dialect: Dialect): StatementSpan[] {
  const tokens = tokenizeSql(body);
  if (dialect === "tsql") return findTsqlStatements(tokens);
  const pieces: StatementSpan[] = [];
  let first = 0;
  for (let at = 0; at <= tokens.length; at++) {
    if (at < tokens.length && tokens[at]?.text !== ";") continue;
    const piece = pieceOf(tokens.slice(first, at));
    if (piece !== undefined) pieces.push(piece);
    first = at + 1;
  }
  return pieces;
}

function pieceOf(tokens: readonly Token[]): StatementSpan | undefined {
  const from = afterControl(tokens);
  const [first, last] = [tokens[from], tokens.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { start: first.start, end: last.end, head: first.lower };
}
