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

const SPACE = /(?:\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const WORD = /[\p{L}_#@][\p{L}\p{N}_$#@]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /'(?:[^'\\]|''|\\[\s\S])*'/y;
const DOLLAR = /\$(\w*)\$[\s\S]*?\$\1\$/y;
const DOUBLE = /"(?:[^"]|"")*"/y;
const BACKTICK = /`[^`]*`/y;
const BRACKET = /\[[A-Za-z_#@][^\]\n[']{0,200}\]/y;
const LONG_SYMBOL = /::|\|\||->>|->|=>|<=|>=|<>|!=/y;

interface Piece {
  readonly kind: Token["kind"];
  readonly pattern: RegExp;
}

const symbol: Piece = { kind: "symbol", pattern: LONG_SYMBOL };
const word: Piece = { kind: "word", pattern: WORD };

const BY_FIRST: Readonly<Record<string, Piece>> = {
  "'": { kind: "string", pattern: STRING },
  '"': { kind: "quoted", pattern: DOUBLE },
  "`": { kind: "quoted", pattern: BACKTICK },
  "[": { kind: "quoted", pattern: BRACKET },
  $: { kind: "string", pattern: DOLLAR },
};

function pieceFor(code: number, first: string): Piece {
  if (code > 127 || code === 95 || code === 35 || code === 64) return word;
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return word;
  if (code >= 48 && code <= 57) return { kind: "number", pattern: NUMBER };
  return BY_FIRST[first] ?? symbol;
}

const LONGEST_WORD = 300;

/** Cuts SQL text into tokens, in one pass; bad text gives symbols, never an error. */
export function tokenizeSql(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    SPACE.lastIndex = at;
    if (SPACE.test(sql)) {
      at = SPACE.lastIndex;
      continue;
    }
    const { kind, pattern } = pieceFor(sql.charCodeAt(at), sql.charAt(at));
    pattern.lastIndex = at;
    const found = pattern.test(sql);
    const end = found ? pattern.lastIndex : at + 1;
    const text = sql.slice(at, end);
    const isWord = found && kind === "word" && text.length <= LONGEST_WORD;
    tokens.push({
      kind: found ? kind : "symbol",
      text,
      lower: isWord ? text.toLowerCase() : text,
      start: at,
      end,
    });
    at = end;
  }
  return tokens;
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
