import type { Token } from "./tokenize.ts";
import { type Current, isEnd, isOfName, NONE, STARTERS, step } from "./tsql-statements.ts";

/** A statement of a text. Offsets in it, end exclusive. */
export interface StatementSpan {
  readonly start: number;
  readonly end: number;
  /** Its first word, in lower case: `if` and `while` of a condition. */
  readonly head: string;
}

/** The simple statements that the blocks of a T-SQL text hold, and each condition for itself. */
export function findTsqlStatements(tokens: readonly Token[]): StatementSpan[] {
  const spans: StatementSpan[] = [];
  const isNested = nestedTokens(tokens);
  let open: { readonly first: number; current: Current } | undefined;
  const closeBefore = (at: number): void => {
    const [from, to] = [tokens[open?.first ?? -1], tokens[at - 1]];
    if (from && to) spans.push({ start: from.start, end: to.end, head: from.lower });
    open = undefined;
  };
  for (let at = 0; at < tokens.length; at++) {
    const marks = isNested[at] ? 0 : marksAt(tokens, at);
    if (marks > 0) {
      closeBefore(at);
      at += marks - 1;
      continue;
    }
    const before = open?.current ?? NONE;
    const next = isNested[at] || !isFreeWord(tokens, at) ? before : moveOn(before, tokens, at);
    if (next !== before && !(before.waits && LEADS_ON.test(before.head))) closeBefore(at);
    open ??= { first: at, current: next };
    open.current = next;
  }
  closeBefore(tokens.length);
  return spans;
}

/** The statement that begins with these goes on with the one that they lead to. */
const LEADS_ON = /^(?:with|insert)$/;

/** What stands in parentheses and in CASE … END holds no statement that could be cut off. */
function nestedTokens(tokens: readonly Token[]): boolean[] {
  let depth = 0;
  return tokens.map(({ text, lower }, at) => {
    const isWord = isFreeWord(tokens, at);
    const opens = text === "(" || (isWord && lower === "case");
    const closes = text === ")" || (isWord && lower === "end" && depth > 0);
    if (opens) depth += 1;
    if (closes) depth = Math.max(0, depth - 1);
    return closes || depth > 0;
  });
}

/** How many tokens part statements here without belonging to one. */
function marksAt(tokens: readonly Token[], at: number): number {
  if (isEnd(tokens, at)) return 1;
  return isFreeWord(tokens, at) ? marksOfBlock(tokens, at) : 0;
}

const isFreeWord = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.kind === "word" && tokens[at - 1]?.text !== "." && tokens[at + 1]?.text !== ".";

function moveOn(current: Current, tokens: readonly Token[], at: number): Current {
  const word = tokens[at]?.lower ?? "";
  const { head } = current;
  // `if update(column)` asks; it changes nothing.
  if (isOfName(tokens, at) || (word === "update" && tokens[at + 1]?.text === "(")) return current;
  if (word === "while") return { head: "if", waits: true };
  if (ALONE.has(word) || isOfCursor(tokens, at, head)) return { head: word, waits: false };
  const isShort = ALONE.has(head) || CURSOR_WORDS.has(head);
  if (isShort) return STARTERS.has(word) || word === "with" ? step(NONE, tokens, at) : current;
  return step(current, tokens, at);
}

/** `open c`, `fetch next from c into @v`: elsewhere these words are names of columns, or part of a query. */
function isOfCursor(tokens: readonly Token[], at: number, head: string): boolean {
  const word = tokens[at]?.lower ?? "";
  if (!CURSOR_WORDS.has(word)) return false;
  if (head === "" || CURSOR_WORDS.has(head)) return true;
  const [before, next, after] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
  if (word === "fetch") return !/^rows?$/.test(before?.lower ?? "");
  const isBehind =
    after === undefined || CURSOR_WORDS.has(after.lower) || BEHIND_CURSOR.has(after.lower);
  return next?.kind === "word" && (isBehind || after.text === ";");
}

const ALONE: ReadonlySet<string> = new Set(
  "return throw raiserror goto break continue commit rollback waitfor".split(" "),
);
const CURSOR_WORDS: ReadonlySet<string> = new Set(["open", "fetch", "close", "deallocate"]);
const BEHIND_CURSOR: ReadonlySet<string> = new Set(["while", "end", "go"]);

/** How many words mark the beginning or the end of a block here: `begin`, `end try`, `begin transaction`, `else`. */
function marksOfBlock(tokens: readonly Token[], at: number): number {
  const word = tokens[at]?.lower ?? "";
  if (word === "else") return 1;
  if (word !== "begin" && word !== "end") return 0;
  return BEHIND_BLOCK.has(tokens[at + 1]?.lower ?? "") ? 2 : 1;
}

const BEHIND_BLOCK: ReadonlySet<string> = new Set(["try", "catch", "tran", "transaction"]);
