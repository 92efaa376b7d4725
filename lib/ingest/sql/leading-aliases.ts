import { applyEdits, type Edit, findClauseEnd } from "./token-edits.ts";
import { matchParentheses, type Token, tokenizeSql } from "./tokenize.ts";

/** What an alias in front may stand behind: the beginning of an item of SELECT or of FROM. */
const BEFORE: ReadonlySet<string> = new Set(["select", "distinct", "all", "from", "join", ","]);

/** Where an item ends that has its alias in front. */
const AFTER = new Set([
  ...[",", "from", "where", "group", "having", "qualify", "window", "order", "limit", "offset"],
  ...["union", "except", "intersect", "join", "left", "right", "full", "inner", "cross", "natural"],
  ...["semi", "anti", "asof", "positional", "on", "using", "tablesample", "sample"],
]);

const MAYBE = /[\w"]\s*:(?!:)/;

/**
 * DuckDB lets people write `total: sum(x)` and `from o: orders`. Every parser that does not know it would take the alias
 * for a column, so it is moved to where SQL has it. The braces of structs have colons of their own.
 */
export function moveAliasesBehind(sql: string): string {
  if (!MAYBE.test(sql)) return sql;
  const tokens = tokenizeSql(sql);
  const partner = matchParentheses(tokens);
  const edits: Edit[] = [];
  const braces: boolean[] = [];
  for (const [index, token] of tokens.entries()) {
    if ("([{".includes(token.text)) braces.push(token.text !== "(");
    if (")]}".includes(token.text)) braces.pop();
    if (braces.at(-1) === true || !isLeadingAlias(tokens, index)) continue;
    const name = sql.slice(token.start, token.end);
    const end = findClauseEnd({ sql, tokens, partner, index: index + 2, dialect: "duckdb" }, AFTER);
    const last = tokens[end - 1];
    const colon = tokens[index + 1];
    if (!last || !colon || end <= index + 2) continue;
    edits.push({ start: token.start, end: colon.end, text: "" });
    edits.push({ start: last.end, end: last.end, text: ` as ${name}` });
  }
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

function isLeadingAlias(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  const isName = token?.kind === "word" || token?.kind === "quoted";
  const before = tokens[index - 1];
  const isColon = tokens[index + 1]?.text === ":" && tokens[index + 2]?.text !== "=";
  return isName && isColon && BEFORE.has(before?.lower ?? "");
}
