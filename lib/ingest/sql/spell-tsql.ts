import { applyEdits, type Edit } from "./token-edits.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";
import { findTsqlStatements } from "./tsql-blocks.ts";
import { isBatchEnd, isOfName, separators } from "./tsql-statements.ts";

/**
 * T-SQL as the parser takes it: a sign between statements that stand one after the other without one, statements of blocks
 * without the blocks, names of columns out of texts (`select 'Total' = sum(x)`), and table variables as the tables that
 * they are (`declare @t table (…)`).
 */
export function spellTsql(sql: string): string {
  if (sql.length > MAX_LENGTH) return sql;
  if (!/\b(?:declare|set|select|insert|update|delete|drop|truncate|alter|create)\b/i.test(sql))
    return sql;
  const tokens = tokenizeSql(sql);
  const edits = [
    ...batchesOf(tokens).flatMap(separateBatch),
    ...tableVariables(tokens),
    ...namesInTexts(tokens),
    ...tokens.flatMap((_, at) => withoutTop(tokens, at) ?? writtenOut(tokens, at) ?? []),
  ];
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

/** Characters of a text that is taken apart: a longer one is data, and its tokens would not fit the memory. */
const MAX_LENGTH = 2_000_000;

function batchesOf(tokens: readonly Token[]): Token[][] {
  const batches: Token[][] = [[]];
  for (const [at, token] of tokens.entries())
    if (isBatchEnd(tokens, at)) batches.push([]);
    else batches.at(-1)?.push(token);
  return batches;
}

function separateBatch(tokens: readonly Token[]): Edit[] {
  if (tokens.some((_, at) => holdsStatements(tokens, at))) return [];
  return tokens.some((_, at) => isOfBlock(tokens, at)) ? withoutBlocks(tokens) : separators(tokens);
}

/** What is made by these holds statements: it is left as it is. */
const HAS_BODY = /^(?:procedure|proc|function|trigger|view)$/;
const holdsStatements = (tokens: readonly Token[], at: number): boolean =>
  HAS_BODY.test(tokens[at]?.lower ?? "") && /^(?:create|alter)$/.test(tokens[at - 1]?.lower ?? "");

const BLOCKS: ReadonlySet<string> = new Set(["begin", "while", "if"]);
const isOfBlock = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.kind === "word" && BLOCKS.has(tokens[at]?.lower ?? "") && !isOfName(tokens, at);

/** The statements that a batch runs if all its conditions hold; what takes them back stands in a handler of errors. */
function withoutBlocks(tokens: readonly Token[]): Edit[] {
  const edits: Edit[] = [];
  let from = tokens[0]?.start ?? 0;
  const cut = (to: number): void => {
    edits.push({ start: from, end: to, text: "" }, { start: to, end: to, text: ";" });
  };
  for (const { start, end, head } of findTsqlStatements(tokens)) {
    if (ONLY_CONTROLS.has(head)) continue;
    cut(start);
    from = end;
  }
  cut(tokens.at(-1)?.end ?? from);
  return edits;
}

const ONLY_CONTROLS: ReadonlySet<string> = new Set(
  "if while return break continue goto throw raiserror print waitfor commit rollback".split(" "),
);

function tableVariables(tokens: readonly Token[]): Edit[] {
  return tokens.flatMap((token, at): Edit[] => {
    const name = tokens[at + 1];
    const as = tokens[at + 2]?.lower === "as" ? 1 : 0;
    const table = tokens[at + 2 + as];
    const isTable = table?.lower === "table" && tokens[at + 3 + as]?.text === "(";
    if (token.lower !== "declare" || !name?.text.startsWith("@") || !isTable) return [];
    return [{ start: token.start, end: table.end, text: `create table ${name.text}` }];
  });
}

/** `delete top (100) from t`: how many rows a statement takes at a time. */
function withoutTop(tokens: readonly Token[], at: number): Edit[] | undefined {
  const [top, open, close] = [tokens[at + 1], tokens[at + 2], tokens[at + 4]];
  if (!/^(?:delete|update|insert)$/.test(tokens[at]?.lower ?? "") || top?.lower !== "top")
    return undefined;
  if (open?.text !== "(" || close?.text !== ")") return undefined;
  const last = tokens[at + 5]?.lower === "percent" ? tokens[at + 5] : close;
  return [{ start: top.start, end: last?.end ?? close.end, text: "" }];
}

/** `exec('create table t (…)')`: a text that is run as it stands. */
function writtenOut(tokens: readonly Token[], at: number): Edit[] | undefined {
  const [run, open, text, close] = tokens.slice(at, at + 4);
  if (!/^exec(?:ute)?$/.test(run?.lower ?? "") || open?.text !== "(" || close?.text !== ")")
    return undefined;
  if (text?.kind !== "string" || run === undefined) return undefined;
  const sql = text.text.slice(1, -1).replaceAll("''", "'");
  return [{ start: run.start, end: close.end, text: `;${sql};` }];
}

const CLAUSES: ReadonlySet<string> = new Set(
  "from where group order having set values on when into union".split(" "),
);

function namesInTexts(tokens: readonly Token[]): Edit[] {
  const edits: Edit[] = [];
  const clauses = [""];
  for (const [at, token] of tokens.entries()) {
    if (token.text === "(") clauses.push("");
    else if (token.text === ")") clauses.pop();
    else if (token.lower === "select") clauses[clauses.length - 1] = "select";
    else if (CLAUSES.has(token.lower)) clauses[clauses.length - 1] = token.lower;
    const isFirst = /^(?:select|distinct|all|,)$/.test(tokens[at - 1]?.lower ?? "");
    const isName = token.kind === "string" && tokens[at + 1]?.text === "=" && isFirst;
    if (!isName || clauses.at(-1) !== "select") continue;
    const name = token.text.slice(1, -1).replaceAll("''", "'").replaceAll("]", "]]");
    edits.push({ start: token.start, end: token.end, text: `[${name}]` });
  }
  return edits;
}
