import { countLines } from "#lib/kit/count-lines.ts";
import { openingOf } from "./block-statements.ts";
import type { Dialect } from "./dialect.ts";
import type { StatementText } from "./split-statements.ts";
import { applyEdits, type Edit } from "./token-edits.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";
import { isBatchEnd } from "./tsql-statements.ts";

/** A procedure or a task that a text makes: nothing of its body runs where it is made. */
export interface Routine {
  /** What it runs, and the line of the text on which that begins. */
  readonly body: StatementText;
  /** Parameters, which look like columns where no sign marks them. */
  readonly parameters: readonly string[];
}

export interface TakenRoutines {
  /** The text with blanks where the routines stand. */
  readonly sql: string;
  readonly routines: readonly Routine[];
}

/** Characters of a text that is searched for routines. */
const MAX_LENGTH = 2_000_000;

/** Takes procedures and tasks out of a text; what cannot be told apart stays in it. */
export function takeRoutines(sql: string, dialect: Dialect): TakenRoutines {
  if (sql.length > MAX_LENGTH || !/\b(?:procedure|proc|task)\b/i.test(sql))
    return { sql, routines: [] };
  const tokens = tokenizeSql(sql);
  const routines: Routine[] = [];
  const edits: Edit[] = [];
  let line = 1;
  let counted = 0;
  for (let at = 0; at < tokens.length; at++) {
    const body = isFirst(tokens, at) ? findRoutine({ tokens, dialect }, at) : undefined;
    const [start, end] = [tokens[at]?.start ?? 0, tokens[body?.last ?? 0]?.end ?? 0];
    if (body === undefined) continue;
    line += countLines(sql.slice(counted, body.from));
    counted = body.from;
    const text = sql.slice(body.from, body.to);
    routines.push({
      body: { sql: body.isQuoted ? text.replaceAll("''", "'") : text, line },
      parameters: body.parameters,
    });
    edits.push({ start, end, text: ";" });
    at = body.last;
  }
  return { sql: applyEdits(sql, edits), routines };
}

/** Where a statement begins: behind another, at the beginning, or behind MySQL's `delimiter //`. */
function isFirst(tokens: readonly Token[], at: number): boolean {
  if (!/^(?:create|alter)$/.test(tokens[at]?.lower ?? "")) return false;
  const before = tokens[at - 1];
  return (
    before === undefined ||
    isBatchEnd(tokens, at - 1) ||
    /^(?:;|\/|\$|\$\$|end)$/.test(before.lower || before.text)
  );
}

interface Searched {
  readonly tokens: readonly Token[];
  readonly dialect: Dialect;
}

interface Body {
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  /** The last token of the routine. */
  readonly last: number;
  /** Between single quotes, where each quote stands twice. */
  readonly isQuoted?: boolean;
}

/** Words between CREATE and what it makes: `or replace definer = a @ b procedure`. */
const LEADING = 12;

function findRoutine(
  searched: Searched,
  at: number,
): (Body & Pick<Routine, "parameters">) | undefined {
  const { tokens } = searched;
  const kind = tokens.findIndex(
    ({ lower }, index) => index > at && index < at + LEADING && KINDS.has(lower),
  );
  const between = tokens.slice(at + 1, Math.max(kind, at + 1)).map(({ lower }) => lower);
  if (kind < 0 || between.some((word) => NOT_BEFORE_KIND.has(word))) return undefined;
  const body = findBody(searched, kind + 1);
  return body && { ...body, parameters: parametersOf(tokens, kind + 1) };
}

const KINDS: ReadonlySet<string> = new Set(["procedure", "proc", "task"]);
const NOT_BEFORE_KIND: ReadonlySet<string> = new Set(
  "table view function trigger index type schema as drop database role user".split(" "),
);

/** What a body begins with where neither AS nor BEGIN leads to it: MySQL's procedures of one statement. */
const BARE_BODY = /^(?:insert|update|delete|merge|replace|select|call|truncate)$/;

function findBody({ tokens, dialect }: Searched, from: number): Body | undefined {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const { text } = tokens[at] as Token;
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (depth > 0) continue;
    if (text === ";" || isBatchEnd(tokens, at)) return undefined;
    const first = isWithinName(tokens, at) ? -1 : beginningOfBody(tokens, at, dialect);
    if (first < 0) continue;
    if (isText(tokens[first])) return bodyInText(tokens, first);
    return dialect === "tsql" ? bodyOfBatch(tokens, first) : bodyOfBlock(tokens, first);
  }
  return undefined;
}

/** Where the body begins if this token says so; -1: it does not. */
function beginningOfBody(tokens: readonly Token[], at: number, dialect: Dialect): number {
  const { lower } = tokens[at] as Token;
  if (lower === "as") return leadsToBody(tokens, at) ? at + 1 : -1;
  return lower === "begin" || (BARE_BODY.test(lower) && dialect === "mysql") ? at : -1;
}

const isText = (token: Token | undefined): boolean =>
  token?.kind === "string" && !token.text.startsWith('"');

const isWithinName = (tokens: readonly Token[], at: number): boolean =>
  tokens[at - 1]?.text === "." || tokens[at + 1]?.text === ".";

/** `execute as owner`, `@p as int` lead to something else. */
const leadsToBody = (tokens: readonly Token[], at: number): boolean => {
  const before = tokens[at - 1];
  return !/^(?:execute|exec|run)$/.test(before?.lower ?? "") && !before?.text.startsWith("@");
};

/** `as $$ … $$`, `as '…'`: up to the end of the statement, which may name a language. */
function bodyInText(tokens: readonly Token[], at: number): Body | undefined {
  const held = tokens[at];
  if (held === undefined) return undefined;
  const opening = openingOf(held.text);
  let last = at;
  while (
    last + 1 < tokens.length &&
    tokens[last + 1]?.text !== ";" &&
    !isBatchEnd(tokens, last + 1)
  )
    last++;
  return {
    from: held.start + opening.length,
    to: held.end - opening.length,
    last,
    isQuoted: opening === "'",
  };
}

/** T-SQL: everything up to the end of the batch. */
function bodyOfBatch(tokens: readonly Token[], at: number): Body | undefined {
  let last = at;
  while (last + 1 < tokens.length && !isBatchEnd(tokens, last + 1)) last++;
  const [first, end] = [tokens[at], tokens[last]];
  return first === undefined || end === undefined
    ? undefined
    : { from: first.start, to: end.end, last };
}

/** Words behind END that close what no BEGIN or CASE has opened. */
const CLOSED_BY_NAME: ReadonlySet<string> = new Set(["if", "loop", "while", "for", "repeat"]);
const OF_TRANSACTION: ReadonlySet<string> = new Set(["transaction", "tran", "work", ";"]);

/** `declare … begin … end`, or one statement. */
function bodyOfBlock(tokens: readonly Token[], at: number): Body | undefined {
  const first = tokens[at];
  if (first === undefined) return undefined;
  const isBlock = first.lower === "begin" || first.lower === "declare";
  let open = 0;
  let last = at;
  for (; last < tokens.length; last++) {
    const { lower, text } = tokens[last] as Token;
    const next = tokens[last + 1]?.lower || tokens[last + 1]?.text || "";
    if (isBatchEnd(tokens, last)) break;
    if (lower === "begin" && !OF_TRANSACTION.has(next)) open++;
    else if (lower === "case" && tokens[last - 1]?.lower !== "end") open++;
    else if (lower === "end" && !CLOSED_BY_NAME.has(next)) open--;
    if (lower === "end" && open === 0 && isBlock) break;
    if (text === ";" && open === 0 && !isBlock) break;
  }
  const end = tokens[Math.min(last, tokens.length - 1)];
  if (end === undefined) return undefined;
  return { from: first.start, to: end.end, last: Math.min(last, tokens.length - 1) };
}

/** `(in p_from date, out n int)`: the first word of each that is no direction. */
function parametersOf(tokens: readonly Token[], from: number): string[] {
  const open = tokens.findIndex(
    ({ text, kind }, at) => at >= from && text !== "." && kind !== "quoted" && !isName(tokens, at),
  );
  if (tokens[open]?.text !== "(") return [];
  const names: string[] = [];
  let depth = 0;
  let isNew = true;
  for (const { text, lower, kind } of tokens.slice(open)) {
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (depth === 0) break;
    if (depth === 1 && text === ",") isNew = true;
    else if (isNew && kind === "word" && !DIRECTIONS.has(lower)) {
      names.push(lower);
      isNew = false;
    }
  }
  return names;
}

/** A word of the routine's name: `if not exists db.s.p`. */
const isName = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.kind === "word" && tokens[at]?.lower !== "as";

const DIRECTIONS: ReadonlySet<string> = new Set(["in", "out", "inout", "variadic"]);
