import { eachToken } from "./tokenize.ts";

export interface StatementText {
  readonly sql: string;
  /** 1-based, of the first line that is no blank. */
  readonly line: number;
}

const MAX_LENGTH = 20_000_000;

/** Cuts a file at its semicolons; those inside quotes, comments and bodies of functions do not cut. `GO` lines cut as well. */
export function splitStatements(sql: string): StatementText[] {
  const text = sql.length > MAX_LENGTH ? sql.slice(0, MAX_LENGTH) : sql;
  const pieces: StatementText[] = [];
  let start: number | undefined;
  let last = 0;
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    for (; counted < offset; counted++) if (text.charCodeAt(counted) === 10) line++;
    return line;
  };
  const close = (): void => {
    if (start !== undefined) pieces.push({ sql: text.slice(start, last), line: lineAt(start) });
    start = undefined;
  };
  for (const token of eachToken(text)) {
    const isBatchEnd =
      token.lower === "go" &&
      /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, token.start - 40), token.start)) &&
      /^[ \t\r]*(?:\n|$)/.test(text.slice(token.end, token.end + 40));
    if (token.text === ";" || isBatchEnd) close();
    else {
      start ??= token.start;
      last = token.end;
    }
  }
  close();
  return pieces;
}
