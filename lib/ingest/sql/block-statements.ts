import { countLines } from "#lib/kit/count-lines.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { StatementText } from "./split-statements.ts";
import { splitStatements } from "./split-statements.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";

export interface BlockStatements {
  /** In the order in which they stand; lines are those of the text around the block. */
  readonly statements: readonly StatementText[];
  /** What may run anything: text that is put together while it runs, functions that are called. */
  readonly unread: readonly StatementText[];
}

/**
 * The statements in the body of PostgreSQL's `do $$ … $$`. Conditions and loops are taken to run what they hold: a column
 * that may be dropped is judged as dropped. Undefined: no such block.
 */
export function readBlock({ sql, line }: StatementText): BlockStatements | undefined {
  const tokens = tokenizeSql(sql);
  if (tokens[0]?.lower !== "do") return undefined;
  const body = tokens.find(({ kind, text }) => kind === "string" && !text.startsWith('"'));
  if (body === undefined) return undefined;
  const before = sql.slice(0, body.start + openingOf(body.text).length);
  const found = { statements: [] as StatementText[], unread: [] as StatementText[] };
  let isDeclaring = false;
  for (const piece of splitStatements(textOfString(body.text))) {
    const first = tokenizeSql(piece.sql)[0]?.lower;
    if (first === "declare" || first === "begin") isDeclaring = first === "declare";
    if (isDeclaring) continue;
    const at = { sql: piece.sql, line: line + countLines(before) + piece.line - 1 };
    addStatement(found, at);
  }
  return found;
}

function addStatement(
  found: { readonly statements: StatementText[]; readonly unread: StatementText[] },
  piece: StatementText,
): void {
  const tokens = tokenizeSql(piece.sql);
  const from = afterControl(tokens);
  const [first, second, third] = tokens.slice(from);
  if (first === undefined || second === undefined || NO_STATEMENT.has(first.lower)) return;
  const rest = {
    sql: piece.sql.slice(first.start),
    line: piece.line + countLines(piece.sql.slice(0, first.start)),
  };
  if (first.lower === "execute" && isLiteral(second) && (!third || third.lower === "using"))
    for (const inner of splitStatements(textOfString(second.text)))
      found.statements.push({ sql: inner.sql, line: rest.line });
  else if (STATEMENT.has(first.lower)) found.statements.push(rest);
  else if (first.lower === "perform" || first.lower === "select") {
    if (callsSomething(tokens)) found.unread.push(rest);
  } else if (!isAssignment(second)) found.unread.push(rest);
}

/** Past `begin`, `if … then`, `for … loop` and their like: where the statement itself begins. */
export function afterControl(tokens: readonly Token[]): number {
  let at = 0;
  for (;;) {
    const word = tokens[at]?.lower ?? "";
    const ends = OPENS_UNTIL[word];
    if (ends !== undefined) {
      const found = tokens.findIndex((token, index) => index > at && ends.includes(token.lower));
      if (found < 0) return at;
      at = found + 1;
    } else if (STANDS_BEFORE.has(word)) at += 1;
    else return at;
  }
}

const OPENS_UNTIL: Readonly<Partial<Record<string, readonly string[]>>> = makeTable({
  if: ["then"],
  elsif: ["then"],
  elseif: ["then"],
  when: ["then"],
  case: ["then"],
  for: ["loop", "do"],
  foreach: ["loop"],
  while: ["loop", "do"],
});
const STANDS_BEFORE: ReadonlySet<string> = new Set([
  "begin",
  "atomic",
  "else",
  "loop",
  "repeat",
  "exception",
]);

/** Nothing of them reaches a table. */
const NO_STATEMENT: ReadonlySet<string> = new Set([
  "end",
  "raise",
  "return",
  "null",
  "get",
  "exit",
  "continue",
  "assert",
  "commit",
  "rollback",
  "open",
  "close",
  "fetch",
]);

const STATEMENT: ReadonlySet<string> = new Set([
  "alter",
  "create",
  "drop",
  "insert",
  "update",
  "delete",
  "merge",
  "truncate",
  "comment",
  "grant",
  "revoke",
  "set",
  "call",
  "with",
  "lock",
  "analyze",
  "refresh",
  "reindex",
]);

const isAssignment = ({ text }: Token): boolean => text === ":" || text === "=" || text === ":=";
const isLiteral = ({ kind, text }: Token): boolean => kind === "string" && !text.startsWith('"');

/** A function that this text does not know: more than those that only look something up. */
const callsSomething = (tokens: readonly Token[]): boolean =>
  tokens.some(
    ({ kind, lower }, at) =>
      kind === "word" && tokens[at + 1]?.text === "(" && !HARMLESS_CALL.test(lower),
  );

const HARMLESS_CALL =
  /^(?:count|sum|min|max|avg|coalesce|nullif|now|exists|in|and|or|not|where|values|from|as|set_config|setval|nextval|currval|pg_\w+|to_reg\w+|lower|upper|format|quote_\w+|current_\w+|version|array_agg|string_agg)$/;

/** What a text in quotes begins with, and ends with. */
export const openingOf = (text: string): string => /^(?:\$\w*\$|')/.exec(text)?.[0] ?? "";

function textOfString(text: string): string {
  const opening = openingOf(text);
  const inner = text.slice(opening.length, text.length - opening.length);
  return opening === "'" ? inner.replaceAll("''", "'") : inner;
}
