import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { EdgeUse } from "./snapshot.ts";

export interface AskedExpression {
  readonly expression: string;
  /** As the expression names it. */
  readonly column: string;
  /** The type of a column by its name in the expression; undefined: not known, or not the same in all that is read. */
  readonly typeOf: (column: string) => string | undefined;
}

type TakesOnly = Pick<EdgeUse, "takes" | "takesAt">;

/**
 * What DuckDB takes at the place of the column and nothing wider: a date beside days, whole numbers of 32 bits in `chr`,
 * a place in a list. Measured there, by binding each of its functions with each of the types.
 */
export function takesOnly({ expression, column, typeOf }: AskedExpression): TakesOnly {
  if (expression.includes("…") || !/[-+([]/.test(expression)) return {};
  const plain = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const name = `(?:[\\w"]+\\.)*"?(?<![\\w.])(?:[\\w"]+\\.)*"?${escapePattern(column)}(?!\\w)"?(?!\\s*(?:::|\\(|\\.))`;
  const asked: Asked = { plain, name, typeOf };
  const type = typeOf(column);
  if (type !== undefined && IS_DATE.test(type)) return ofDate(asked);
  if (type !== undefined && !IS_WHOLE.test(type)) return {};
  return ofNumber(asked, type);
}

interface Asked {
  /** Without what its texts say. */
  readonly plain: string;
  /** Pattern of the column. */
  readonly name: string;
  readonly typeOf: AskedExpression["typeOf"];
}

const IS_DATE = /^date$/i;
const IS_WHOLE = /^u?(?:tiny|small|big|huge)?int(?:eger|1|2|4|8)?$/i;
const IS_SMALLER = /^(?:tinyint|smallint|utinyint|usmallint|int1|int2)$/i;

/** A column, or a date that is written out. */
const TERM = `(?:date\\s*''|current_date(?:\\s*\\(\\s*\\))?|today\\s*\\(\\s*\\)|[\\w".]+(?:\\s*::\\s*date\\b)?)`;
/** Nothing is calculated before the term, so that it is what it says. */
const FIRST = "(?:^|[(,<>=\\[]|\\b(?:and|or|when|then|else|not|by|between|distinct)\\b)\\s*";
/** Nor behind it. */
const LAST = "(?![\\w.]|\\s*[(*/%])";

// By the pattern of the column: one stands in many expressions, and patterns are slow to make.
const keepPattern = (flags: string, make: (name: string) => string) =>
  keepByText((name) => new RegExp(make(name), flags));
const termAfter = keepPattern("gi", (name) => `${name}\\s*([-+])\\s*(${TERM})${LAST}`);
const termBefore = keepPattern("gi", (name) => `${FIRST}(${TERM})\\s*([-+])\\s*${name}`);
const dateBefore = keepPattern("gi", (name) => `${FIRST}(${TERM})\\s*[-+]\\s*${name}`);
const dateAfter = keepPattern("gi", (name) => `${FIRST}${name}\\s*\\+\\s*(${TERM})${LAST}`);
const dateBeforeSum = keepPattern(
  "gi",
  (name) => `${FIRST}(${TERM})\\s*[-+]\\s*\\([^()]*${name}[^()]*\\)`,
);
const wholeOf = keepPattern("i", (name) => `^\\s*(?:distinct\\s+)?${name}\\s*$`);
const sumOf = keepPattern(
  "i",
  (name) =>
    `\\b(?:sum|stddev\\w*|var\\w*)\\s*\\(\\s*(?:distinct\\b)?[\\s(]*(?:${name}\\s*-|${TERM}\\s*-\\s*${name})`,
);

function ofDate(asked: Asked): TakesOnly {
  const { plain, name } = asked;
  const beside = [...plain.matchAll(termAfter(name)), ...plain.matchAll(termBefore(name))].map(
    ([, a = "", b = ""]) => (/^[-+]$/.test(a) ? { sign: a, term: b } : { sign: b, term: a }),
  );
  if (beside.some(({ term }) => isNumber(term, asked))) return { takes: "days" };
  if (!beside.some(({ sign, term }) => sign === "-" && isDate(term, asked))) return {};
  return { takes: adds(asked) ? "spans" : "span" };
}

/** `sum(day - start)`: DuckDB adds up numbers of days, and no intervals. */
const adds = ({ plain, name }: Asked): boolean => sumOf(name).test(plain);

function isNumber(term: string, { typeOf }: Asked): boolean {
  return /^\d+$/.test(term) || IS_WHOLE.test(typeOf(nameIn(term)) ?? "");
}

function isDate(term: string, { typeOf }: Asked): boolean {
  if (/^(?:date\s*''|current_date|today)|::\s*date$/i.test(term)) return true;
  return IS_DATE.test(typeOf(nameIn(term)) ?? "");
}

const nameIn = (term: string): string => (term.split(".").at(-1) ?? "").replaceAll('"', "");

function ofNumber(asked: Asked, type: string | undefined): TakesOnly {
  const small = addedToDate(asked) ?? (isArgument(asked, SMALL) ? "certain" : undefined);
  if (small !== undefined) {
    // A number of fewer bits may grow into one that still fits.
    if (type !== undefined && IS_SMALLER.test(type)) return { takes: "small", takesAt: "possible" };
    const isSure = type !== undefined && small === "certain";
    return isSure ? { takes: "small" } : { takes: "small", takesAt: "likely" };
  }
  if (isArgument(asked, WHOLE)) return { takes: "whole" };
  return asked.plain.includes("][") &&
    new RegExp(`\\[[^[\\]]*${asked.name}[^[\\]]*\\]?$`, "i").test(asked.plain)
    ? { takes: "whole", takesAt: "likely" }
    : {};
}

/** `day + days`, and `day - (days + 1)`, which may make another type of it. */
function addedToDate(asked: Asked): "certain" | "likely" | undefined {
  const { plain, name } = asked;
  if (!/[-+]/.test(plain)) return undefined;
  const dates = (pattern: RegExp): boolean =>
    [...plain.matchAll(pattern)].some(([, term = ""]) => isDate(term, asked));
  if (dates(dateBefore(name))) return "certain";
  if (dates(dateAfter(name))) return "certain";
  return dates(dateBeforeSum(name)) ? "likely" : undefined;
}

/** Functions by the places of their arguments, counted from nothing: a number of 64 bits finds no such function. */
const SMALL: Readonly<Record<string, readonly number[]>> = makeTable({
  chr: [0],
  factorial: [0],
  bitstring: [1],
  get_bit: [1],
  set_bit: [1, 2],
  lpad: [1],
  rpad: [1],
  to_base: [1, 2],
});

/** Here a number of 64 bits does, and none with fractions. */
const WHOLE: Readonly<Record<string, readonly number[]>> = makeTable({
  bit_and: [0],
  bit_or: [0],
  bit_xor: [0],
  bit_count: [0],
  list_extract: [1],
  list_element: [1],
  array_extract: [1],
  make_time: [0, 1],
});

const CALL = /\b(\w+)\s*\(([^()]*)\)/g;

/** Whether the bare column is an argument of such a function. */
function isArgument(
  { plain, name }: Asked,
  places: Readonly<Record<string, readonly number[]>>,
): boolean {
  if (!plain.includes("(")) return false;
  for (const [, called = "", listed = ""] of plain.replaceAll(LIST, "''").matchAll(CALL)) {
    const at = places[called.toLowerCase()];
    if (at === undefined) continue;
    const pattern = wholeOf(name);
    const given = listed.split(",");
    if (at.some((place) => pattern.test(given[place] ?? ""))) return true;
  }
  return false;
}

/** Written out, with commas of its own. */
const LIST = /(?<![\w\])])\[[^[\]]*\]/g;
