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

const PIECE =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<quoted>"(?:[^"]|"")*"|`[^`]*`|\[[A-Za-z_#@][^\]\n[']*\])|(?<string>[rRbBeEnN]?'(?:[^'\\]|''|\\[\s\S])*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_#@][\p{L}\p{N}_$#@]*)|(?<symbol>::|\|\||->>|->|=>|<=|>=|<>|!=|[\s\S])/gu;

/** Cuts SQL text into tokens, in one pass; bad text gives symbols, never an error. */
export function tokenizeSql(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(PIECE)) {
    const groups = match.groups;
    if (!groups || groups["space"] !== undefined) continue;
    const text = match[0];
    const kind =
      groups["quoted"] !== undefined
        ? "quoted"
        : groups["string"] !== undefined
          ? "string"
          : groups["number"] !== undefined
            ? "number"
            : groups["word"] !== undefined
              ? "word"
              : "symbol";
    const start = match.index;
    tokens.push({
      kind,
      text,
      lower: kind === "word" ? text.toLowerCase() : text,
      start,
      end: start + text.length,
    });
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
