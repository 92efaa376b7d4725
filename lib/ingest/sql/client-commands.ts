import type { StatementText } from "./split-statements.ts";

export interface ClientText {
  /** What the database gets; lines stay. */
  readonly sql: string;
  /** Lines that bring in or run what the text does not show. */
  readonly unread: readonly StatementText[];
}

const COPIED_ROWS = /^(copy\b[^;]*\bfrom\s+stdin\b[^;]*;)([\s\S]*?^\\\.[^\n]*)$/gim;
const CLIENT_COMMAND = /^[ \t]*\\[^\n]*$/gm;

/** psql's \i, \copy … from, \gexec, \!; mysql's `source`, sqlcmd's `:r`, SQL*Plus's `@`. */
const RUNS_ANYTHING =
  /^[ \t]*(?:\\(?:i|ir|include|include_relative|!)(?:[ \t'"./~].*)?|\\copy\b.*\bfrom\b.*|\\\.[ \t]+\S.*|:r[ \t]+\S.*|@@?[ \t]*\S+\.sql[ \t;]*|source[ \t]+\S+\.sql[ \t;]*)$|\\gexec\b/i;
const RUNS_ITS_RESULT = /\\gexec\b/gi;

const DELIMITER = /^[ \t]*delimiter[ \t]+([^\s'"]+)[ \t]*\r?$/im;

/** MySQL's client lets another sign end a statement, so that the body of a procedure may hold semicolons. */
function withSemicolons(text: string): string {
  let done = "";
  let rest = text;
  let sign = ";";
  for (let found = DELIMITER.exec(rest); found !== null; found = DELIMITER.exec(rest)) {
    done += rest.slice(0, found.index).replaceAll(sign, ";");
    rest = rest.slice(found.index + found[0].length);
    sign = found[1] ?? ";";
  }
  return done + rest.replaceAll(sign, ";");
}

/** A text without what it holds for its client: rows after COPY, lines that begin with a backslash, other delimiters. */
export function readClientCommands(text: string): ClientText {
  const bare = withSemicolons(text).replace(
    COPIED_ROWS,
    (_, copy: string, rows: string) => copy + rows.replace(/[^\n]+/g, ""),
  );
  const unread = bare
    .split("\n")
    .flatMap((row, at): StatementText[] =>
      RUNS_ANYTHING.test(row) ? [{ sql: row.trim(), line: at + 1 }] : [],
    );
  if (!bare.includes("\\")) return { sql: bare, unread };
  return { sql: bare.replace(CLIENT_COMMAND, "").replace(RUNS_ITS_RESULT, ";"), unread };
}
