import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Statement } from "./ast.ts";
import { type Dialect, rulesOf } from "./dialect.ts";
import { hasLongChain, hasTooManyTokens, MAX_CHAIN, MAX_TOKENS } from "./estimate-depth.ts";
import { hasNestedIntervals, nestsCallsDeeply, readsCallsTwice } from "./nested-calls.ts";
import { normaliseSql, rewriteForFallback } from "./normalise-sql.ts";

/**
 * The parser behind one adapter. `parse` gives the statements of a text in the parser's own dialect name, or throws an
 * error whose message ends in `Line: L, Column: C`; a `ParseTimeError` where it was stopped. The implementation is WASM
 * and is loaded in lib/usecases, which also sees to it that no text holds it up for long.
 */
export interface SqlParser {
  readonly parse: (sql: string, parserDialect: string) => readonly unknown[];
}

/** The parser was stopped before it came to an end; the message says after how long. */
export class ParseTimeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ParseTimeError";
  }
}

/** Text over this many characters is not parsed: no statement that people write is longer. */
export const MAX_SQL_LENGTH = 1_000_000;

export interface ParsedSql {
  readonly statements: readonly Statement[];
  /** The text that was parsed: what positions refer to. */
  readonly text: string;
  /** Which of the parser's dialects took it. */
  readonly parserDialect: string;
}

interface ParseFailure {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** Which limit stopped the parser; other dialects are not tried then. */
  readonly limit?: "depth" | "time";
}

const POSITION = /\s*at Line: (\d+), Column: (\d+)\s*$/;

function failureOf(error: unknown): ParseFailure {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof ParseTimeError) return { message: text, limit: "time" };
  const found = POSITION.exec(text);
  const message = text.replace(POSITION, "").replace(/^sql parser error: /, "");
  if (TOO_DEEP_TEXT.test(message)) return { message, limit: "depth" };
  return found ? { message, line: Number(found[1]), column: Number(found[2]) } : { message };
}

const TOO_DEEP_TEXT = /recursion limit|call stack|unreachable|memory access/i;

function problemOf(failure: ParseFailure): Problem {
  if (failure.limit === "depth") return TOO_DEEP;
  if (failure.limit === "time") return tooSlow(failure);
  return {
    code: "sql-not-parsed",
    message: `the SQL could not be parsed: ${failure.message}`,
    next: "Only the tables it reads are known. Check that the dialect is right and that no template is left in the text.",
    severity: "warning",
    ...(failure.line ? { line: failure.line } : {}),
    ...(failure.column ? { column: failure.column } : {}),
  };
}

const SPLIT_IT =
  "Only the tables it reads are known. Split the expression, or move parts of it into CTEs.";

const TOO_DEEP: Problem = {
  code: "sql-limit",
  message: "the SQL is nested too deeply to be parsed",
  next: SPLIT_IT,
  severity: "warning",
};

const tooSlow = ({ message }: ParseFailure): Problem => ({
  code: "sql-limit",
  message: `the SQL is nested in a way that does not come to an end: ${message}`,
  next: SPLIT_IT,
  severity: "warning",
});

interface Attempt {
  readonly parser: SqlParser;
  readonly text: string;
  readonly parserDialect: string;
}

function attempt({ parser, text, parserDialect }: Attempt): Result<ParsedSql, ParseFailure> {
  try {
    const statements = parser.parse(text, parserDialect) as readonly Statement[];
    return ok({ statements, text, parserDialect });
  } catch (error) {
    return err(failureOf(error));
  }
}

export interface ParseInput {
  readonly sql: string;
  readonly dialect: Dialect;
  readonly parser: SqlParser;
}

/**
 * Parses a text in its dialect; where that refuses it, in the dialects that are nearest, then with the few constructs
 * rewritten that the parser does not know. The error is that of the first try: it speaks of the dialect that was asked for.
 */
export function parseSql({ sql, dialect, parser }: ParseInput): Result<ParsedSql, Problem> {
  if (sql.length > MAX_SQL_LENGTH) {
    return err({
      code: "sql-limit",
      message: `the SQL has ${sql.length} characters, more than ${MAX_SQL_LENGTH}`,
      next: "Only the tables it reads are known.",
      severity: "warning",
    });
  }
  const text = normaliseSql(sql, dialect);
  if (hasTooManyTokens(text)) return err(TOO_MANY_TOKENS);
  if (hasLongChain(text)) return err(TOO_LONG_A_CHAIN);
  if (hasNestedIntervals(text)) return err(TOO_DEEP);
  const all = rulesOf(dialect).parsers;
  const parsers = nestsCallsDeeply(text) ? all.filter((name) => !readsCallsTwice(name)) : all;
  const first = tryDialects({ parser, text, parsers });
  if (first.ok || first.error.limit) return first.ok ? first : err(problemOf(first.error));
  const rewritten = rewriteForFallback(text, dialect);
  const second =
    rewritten === undefined ? undefined : tryDialects({ parser, text: rewritten, parsers });
  return second?.ok ? second : err(problemOf(first.error));
}

const TOO_MANY_TOKENS: Problem = {
  code: "sql-limit",
  message: `the SQL has more than ${MAX_TOKENS} words and signs`,
  next: "Only the tables it reads are known. Rows of values belong into a file or a seed.",
  severity: "warning",
};

const TOO_LONG_A_CHAIN: Problem = {
  code: "sql-limit",
  message: `an expression chains more than ${MAX_CHAIN} operators`,
  next: "Only the tables it reads are known. A list (`in (…)`) or a table of values says the same shorter.",
  severity: "warning",
};

interface DialectAttempts {
  readonly parser: SqlParser;
  readonly text: string;
  readonly parsers: readonly string[];
}

/** The error is that of the first dialect. */
function tryDialects({ parser, text, parsers }: DialectAttempts): Result<ParsedSql, ParseFailure> {
  let first: ParseFailure | undefined;
  for (const parserDialect of parsers) {
    const result = attempt({ parser, text, parserDialect });
    if (result.ok) return result;
    first ??= result.error;
    if (result.error.limit) return err(result.error);
  }
  return err(first ?? { message: "no dialect to try" });
}
