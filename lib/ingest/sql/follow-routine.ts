import { countLines } from "#lib/kit/count-lines.ts";
import { addStatementText } from "./add-statement-text.ts";
import type { Dialect } from "./dialect.ts";
import type { StatementFold } from "./fold-statements.ts";
import { cutRoutine } from "./routine-pieces.ts";
import type { Routine } from "./routines.ts";
import { ScriptVariables } from "./script-variables.ts";
import type { SqlParser } from "./sql-parser.ts";
import { applyEdits, type Edit } from "./token-edits.ts";
import { tokenizeSql } from "./tokenize.ts";
import type { StatementSpan } from "./tsql-blocks.ts";

/**
 * Adds what a procedure or a task writes when it runs: each of its statements for itself, with the queries of the variables
 * that it names. What is not followed stays together, and all that the routine writes may hang on what that reads.
 */
export function followRoutine({
  fold,
  routine: { body, parameters },
  dialect,
  parser,
}: {
  readonly fold: StatementFold;
  readonly routine: Routine;
  readonly dialect: Dialect;
  readonly parser: SqlParser;
}): void {
  const inner = fold.beside();
  const variables = new ScriptVariables({ dialect, names: parameters, text: body.sql });
  const told: Edit[] = [];
  for (const span of cutRoutine(body.sql, dialect)) {
    const sql = body.sql.slice(span.start, span.end);
    const line = body.line + countLines(body.sql.slice(0, span.start));
    if (isStatement(span, sql, dialect))
      addStatementText(inner, { sql: variables.spell(sql), line }, { dialect, parser });
    else if (!OF_CURSOR.has(span.head) && !variables.note(sql)) continue;
    told.push({ start: span.start, end: span.end, text: "" });
  }
  const rest = applyEdits(body.sql, told);
  inner.addRest({ sql: `create procedure p() as begin ${rest} end`, line: body.line });
  fold.addRoutine(inner);
}

function isStatement({ head }: StatementSpan, sql: string, dialect: Dialect): boolean {
  if (head !== "select") return STATEMENTS.has(head);
  if (!RETURNS_ROWS.has(dialect)) return false;
  const tokens = tokenizeSql(sql);
  const isGiven = tokens.some(
    ({ text }, at) => text.startsWith("@") && tokens[at + 1]?.text === "=",
  );
  const fills = dialect !== "tsql" && tokens.some(({ lower }) => lower === "into");
  return !isGiven && !fills;
}

const STATEMENTS: ReadonlySet<string> = new Set(
  "insert update delete merge replace with create drop alter truncate copy use".split(" "),
);
/** In the procedures of these a bare query is an answer to whoever calls. */
const RETURNS_ROWS: ReadonlySet<Dialect> = new Set(["tsql", "mysql", "bigquery", "databricks"]);
/** They name a cursor behind FROM, and no table. */
const OF_CURSOR: ReadonlySet<string> = new Set(["open", "fetch", "close", "deallocate"]);
