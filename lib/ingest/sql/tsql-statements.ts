import { applyEdits, type Edit } from "./token-edits.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";

/**
 * T-SQL as the parser takes it: a sign between statements that stand one after the other without one, names of columns out
 * of texts (`select 'Total' = sum(x)`), and table variables as the tables that they are (`declare @t table (…)`).
 */
export function spellTsql(sql: string): string {
  if (sql.length > MAX_LENGTH) return sql;
  if (!/\b(?:declare|set|select|insert|update|delete|drop|truncate)\b/i.test(sql)) return sql;
  const tokens = tokenizeSql(sql);
  const edits = [...separators(tokens), ...tableVariables(tokens), ...namesInTexts(tokens)];
  return edits.length === 0 ? sql : applyEdits(sql, edits);
}

/** Characters of a text that is taken apart: a longer one is data, and its tokens would not fit the memory. */
const MAX_LENGTH = 2_000_000;

export const STARTERS: ReadonlySet<string> = new Set(
  "select insert update delete merge declare set exec execute create alter drop truncate print use if".split(
    " ",
  ),
);

/** Which words belong to a statement that has begun with another, or behind a word that leaves it unfinished. */
const HOLDS: Readonly<Record<string, RegExp>> = {
  merge: /^(?:insert|update|delete|set|select)$/,
  update: /^set$/,
  alter: /^(?:drop|set|alter|select)$/,
};
const UNFINISHED =
  /^(?:union|all|except|intersect|as|for|on|then|else|begin|or|after|of|not|with|\(|,|=|\.)$/;
/** Of these the body follows: one statement that belongs to them. */
const LEADS: ReadonlySet<string> = new Set(["with", "insert", "if"]);
/** What is made by these holds statements: it is left as it is. */
const HAS_BODY = /^(?:procedure|proc|function|trigger|view)$/;
const BLOCKS: ReadonlySet<string> = new Set(["begin", "while", "try", "cursor"]);

/** The statement that a text is in. */
export interface Current {
  readonly head: string;
  /** The head waits for the statement that it leads to. */
  readonly waits: boolean;
}

export const NONE: Current = { head: "", waits: false };

const beginWith = (word: string): Current => ({ head: word, waits: LEADS.has(word) });

function separators(tokens: readonly Token[]): Edit[] {
  if (tokens.some((token, at) => isBlock(tokens, token, at))) return [];
  const edits: Edit[] = [];
  let depth = 0;
  let current = NONE;
  for (const [at, token] of tokens.entries()) {
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    if (isEnd(tokens, at)) current = NONE;
    else if (depth === 0 && token.kind === "word" && !isOfName(tokens, at)) {
      const next = step(current, token.lower, tokens[at - 1]?.lower ?? "");
      const isAnother = next !== current && STARTERS.has(token.lower);
      if (isAnother && current.head !== "" && !current.waits)
        edits.push({ start: token.start, end: token.start, text: ";" });
      current = next;
    }
  }
  return edits;
}

/** The statement that a word belongs to: the same one, or another. `with x as (…) insert …`, `insert … select`: what was waited for may wait itself. */
export function step(current: Current, word: string, before: string): Current {
  const { head, waits } = current;
  if (head === "") return beginWith(word);
  // `grant select on t`, `bulk insert t`: words of statements that are not taken apart.
  if (!STARTERS.has(head) && head !== "with") return current;
  if (!STARTERS.has(word))
    return head === "insert" && word === "values" ? { head, waits: false } : current;
  const isOpen = UNFINISHED.test(before) && !(head === "set" && before === "on");
  const isHeld = isOpen || HOLDS[head]?.test(word) || (word === "set" && waits);
  return isHeld ? current : beginWith(word);
}

/** `drop table if exists t`: the condition of a name, not `if exists (…)`. */
export const isOfName = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.lower === "if" && tokens[at + 1]?.lower === "exists" && tokens[at + 2]?.text !== "(";

export const isEnd = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.text === ";" || (tokens[at]?.lower === "go" && isAlone(tokens, at));

const isBlock = (tokens: readonly Token[], { lower, kind }: Token, at: number): boolean =>
  kind === "word" &&
  (BLOCKS.has(lower) ||
    (HAS_BODY.test(lower) && /^(?:create|alter)$/.test(tokens[at - 1]?.lower ?? "")));

/** GO on a line of its own. */
const isAlone = (tokens: readonly Token[], at: number): boolean =>
  tokens[at - 1]?.text !== "." && tokens[at + 1]?.text !== ".";

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
