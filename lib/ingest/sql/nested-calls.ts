import { eachToken, type Token } from "./tokenize.ts";

/**
 * Two of the parser's dialects read every argument of a call twice, once to see whether it is named: a call in a call in a
 * call doubles the time with each. Measured: 30 ms for eleven, so half a minute for twenty-one.
 */
const READ_TWICE: ReadonlySet<string> = new Set(["postgresql", "mssql"]);

export const readsCallsTwice = (parserDialect: string): boolean => READ_TWICE.has(parserDialect);

/** Calls of this depth and beyond count, each for as often as it would be read. */
const SHALLOW = 6;
const MAX_READINGS = 40_000;

/** Words before a parenthesis that call nothing. */
const NO_CALL: ReadonlySet<string> = new Set([
  ...["select", "from", "where", "and", "or", "not", "in", "exists", "as", "on", "join", "when"],
  ...[
    "then",
    "else",
    "case",
    "over",
    "using",
    "by",
    "having",
    "union",
    "all",
    "with",
    "is",
    "like",
  ],
]);

const isCallOf = (before: Token | undefined): boolean =>
  before?.kind === "quoted" || (before?.kind === "word" && !NO_CALL.has(before.lower));

/** True where a dialect that reads calls twice would take too long with a text. Linear in the text. */
export function nestsCallsDeeply(sql: string): boolean {
  if (!hasDeepParentheses(sql)) return false;
  const open: boolean[] = [];
  let depth = 0;
  let readings = 0;
  let before: Token | undefined;
  for (const token of eachToken(sql)) {
    if (token.text === "(") {
      const isCall = isCallOf(before);
      open.push(isCall);
      if (isCall) depth += 1;
      if (isCall && depth >= SHALLOW) readings += 2 ** Math.min(depth, 30);
      if (readings > MAX_READINGS) return true;
    } else if (token.text === ")" && open.pop() === true) depth -= 1;
    before = token;
  }
  return false;
}

/** Nearly every text is done with here, at the cost of one look at each character; those in strings count too. */
function hasDeepParentheses(sql: string): boolean {
  let depth = 0;
  for (let at = sql.indexOf("("); at >= 0 && at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code === OPEN && ++depth > SHALLOW + 2) return true;
    if (code === CLOSE && depth > 0) depth -= 1;
  }
  return false;
}

const OPEN = 40;
const CLOSE = 41;

const NESTED_INTERVALS = /(?:\binterval\b[\s(]{0,100}){8}/i;

/** An interval of an interval of an interval: nobody writes it, and most dialects take twice as long for each. */
export const hasNestedIntervals = (sql: string): boolean => NESTED_INTERVALS.test(sql);
