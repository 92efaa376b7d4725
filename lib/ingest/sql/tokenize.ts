import { makeTable } from "#lib/kit/make-table.ts";

/** A piece of SQL text. Comments and white space are no tokens. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol";
  /** As written; of a quoted name with its quotes. */
  readonly text: string;
  /** For words: in lower case. */
  readonly lower: string;
  /** Offsets in the text, end exclusive. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /\s{1,10000}/y;
const WORD = /[\p{L}_#@][\p{L}\p{N}_$#@]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const DOLLAR_TAG = /\$\w{0,64}\$/y;
const BACKTICK = /`[^`]*`/y;
const BRACKET = /\[[A-Za-z_#@][^\]\n[']{0,200}\]/y;
const LONG_SYMBOL = /::|\|\||->>|->|=>|<=|>=|<>|!=/y;

interface Piece {
  readonly kind: Token["kind"];
  readonly pattern: RegExp;
}

const symbol: Piece = { kind: "symbol", pattern: LONG_SYMBOL };
const word: Piece = { kind: "word", pattern: WORD };

const BY_FIRST: Readonly<Record<string, Piece>> = makeTable({
  "`": { kind: "quoted", pattern: BACKTICK },
  "[": { kind: "quoted", pattern: BRACKET },
});

function pieceFor(code: number, first: string): Piece {
  if (code > 127 || code === 95 || code === 35 || code === 64) return word;
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return word;
  if (code >= 48 && code <= 57) return { kind: "number", pattern: NUMBER };
  return BY_FIRST[first] ?? symbol;
}

const LONGEST_WORD = 300;

/** Cuts SQL text into tokens, in one pass; bad text gives symbols, never an error. */
export const tokenizeSql = (sql: string): Token[] => [...eachToken(sql)];

/** The tokens one by one, for texts too long to hold all of them. */
export function* eachToken(sql: string): Generator<Token> {
  const unclosed = new Map<string, number>();
  let at = skipBlank(sql, 0);
  while (at < sql.length) {
    const token = tokenAt(sql, at, unclosed);
    yield token;
    at = skipBlank(sql, token.end);
  }
}

/** White space and comments. */
function skipBlank(sql: string, from: number): number {
  let at = from;
  for (;;) {
    SPACE.lastIndex = at;
    if (SPACE.test(sql)) at = SPACE.lastIndex;
    else if (sql.startsWith("--", at)) at = endOf(sql, "\n", at);
    else if (sql.startsWith("/*", at)) at = endOf(sql, "*/", at + 2);
    else return at;
  }
}

function endOf(sql: string, sign: string, from: number): number {
  const found = sql.indexOf(sign, from);
  return found < 0 ? sql.length : found + sign.length;
}

function tokenAt(sql: string, at: number, unclosed: Map<string, number>): Token {
  const first = sql.charAt(at);
  const close = closeOf(sql, at, unclosed);
  if (close !== undefined) {
    const text = sql.slice(at, close);
    return { kind: first === '"' ? "quoted" : "string", text, lower: text, start: at, end: close };
  }
  const { kind, pattern } = pieceFor(sql.charCodeAt(at), first);
  pattern.lastIndex = at;
  const found = pattern.test(sql);
  const end = found ? pattern.lastIndex : at + 1;
  const text = sql.slice(at, end);
  const isWord = found && kind === "word" && text.length <= LONGEST_WORD;
  return {
    kind: found ? kind : "symbol",
    text,
    lower: isWord ? text.toLowerCase() : text,
    start: at,
    end,
  };
}

/** So many quotes without an end are looked at: each costs the rest of the text. */
const MAX_UNCLOSED = 20;

/** Where a text in quotes ends; undefined: none begins here, or it has no end. */
function closeOf(sql: string, at: number, unclosed: Map<string, number>): number | undefined {
  const quote = sql.charAt(at);
  if (quote !== "'" && quote !== '"' && quote !== "$") return undefined;
  const before = unclosed.get(quote) ?? 0;
  if (before >= MAX_UNCLOSED) return undefined;
  const close = quote === "$" ? closeOfDollar(sql, at) : closeOfQuote(sql, at, quote);
  if (close === undefined) unclosed.set(quote, before + 1);
  return close;
}

/** `$$ … $$`, `$tag$ … $tag$`. */
function closeOfDollar(sql: string, at: number): number | undefined {
  DOLLAR_TAG.lastIndex = at;
  if (!DOLLAR_TAG.test(sql)) return undefined;
  const tag = sql.slice(at, DOLLAR_TAG.lastIndex);
  const found = sql.indexOf(tag, at + tag.length);
  return found < 0 ? undefined : found + tag.length;
}

/** A quote twice stands for itself; in a string a backslash takes the sign after it along. */
function closeOfQuote(sql: string, at: number, quote: string): number | undefined {
  let next = at + 1;
  for (;;) {
    const end = sql.indexOf(quote, next);
    if (end < 0) return undefined;
    if (quote === "'" && isEscaped(sql, end, next)) next = end + 1;
    else if (sql.charAt(end + 1) === quote) next = end + 2;
    else return end + 1;
  }
}

/** Whether an odd number of backslashes stands before a place, not counting what is before `from`. */
function isEscaped(sql: string, place: number, from: number): boolean {
  let start = place;
  while (start > from && sql.charAt(start - 1) === "\\") start--;
  return (place - start) % 2 === 1;
}

/** For every opening parenthesis the index of its closing one, and back; -1 where there is none. */
export function matchParentheses(tokens: readonly Token[]): Int32Array {
  const partner = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "symbol") continue;
    if (token.text === "(") open.push(index);
    else if (token.text === ")") {
      const from = open.pop();
      if (from === undefined) continue;
      partner[from] = index;
      partner[index] = from;
    }
  }
  return partner;
}
