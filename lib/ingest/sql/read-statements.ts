import { addStatementText } from "./add-statement-text.ts";
import { readBlock } from "./block-statements.ts";
import { type Dialect, findDialect } from "./dialect.ts";
import { StatementFold } from "./fold-statements.ts";
import { followRoutine } from "./follow-routine.ts";
import { takeRoutines } from "./routines.ts";
import { ScriptVariables } from "./script-variables.ts";
import { spellTsql } from "./spell-tsql.ts";
import { splitStatements } from "./split-statements.ts";
import type { SqlParser } from "./sql-parser.ts";
import type { ReadStatements } from "./statement-facts.ts";
import { keepCommitted } from "./undone-statements.ts";

export interface ReadStatementsInput {
  readonly sql: string;
  readonly dialect: string;
  readonly parser: SqlParser;
}

/** Reads a file of statements: declared tables with later ALTERs folded in, and the statements that write. */
export function readStatements({
  sql,
  dialect: name,
  parser,
}: ReadStatementsInput): ReadStatements {
  const dialect = findDialect(name) ?? "generic";
  const fold = new StatementFold({ dialect, parser });
  const { sql: plain, routines } = takeRoutines(sql, dialect);
  const text = dialect === "tsql" ? spellTsql(plain) : plain;
  const waiting = [...routines];
  const addRoutinesBefore = (line: number): void => {
    for (let next = waiting[0]; next !== undefined && next.body.line < line; next = waiting[0]) {
      followRoutine({ fold, routine: next, dialect, parser });
      waiting.shift();
    }
  };
  const variables = readsVariables(text, dialect)
    ? new ScriptVariables({ dialect, names: [], text })
    : undefined;
  for (const written of keepCommitted(splitStatements(text), dialect)) {
    addRoutinesBefore(written.line);
    if (variables?.note(written.sql)) continue;
    const piece = variables ? { ...written, sql: variables.spell(written.sql) } : written;
    const block = readBlock(piece);
    if (block === undefined) addStatementText(fold, piece, { dialect, parser });
    else {
      for (const inner of block.statements) addStatementText(fold, inner, { dialect, parser });
      for (const inner of block.unread) fold.addUnread(inner);
    }
  }
  addRoutinesBefore(Number.POSITIVE_INFINITY);
  return fold.result();
}

/** Scripts of these give variables values by statements of their own. */
const readsVariables = (text: string, dialect: Dialect): boolean =>
  (dialect === "tsql" || dialect === "bigquery" || dialect === "databricks") &&
  /\bdeclare\b/i.test(text);
