import { partsOf } from "./analyze-function.ts";
import { type Expr, type FunctionCall, type Ident, stringLiteralOf, tagOf } from "./ast.ts";
import { comparisonsOf } from "./comparisons-of.ts";
import type { Name } from "./scope.ts";

/** What a table has in the place of a wildcard's star. A star at its end is any day, in eight digits. */
type Suffix = string;

/** Texts between two, both included. */
interface TextRange {
  readonly low: string;
  readonly high: string;
}

/**
 * Whether rows of a table can pass a condition on BigQuery's `_TABLE_SUFFIX`. False only where no row can: an
 * expression that is not understood lets the table through.
 */
export function suffixMayPass(
  where: Expr,
  table: { readonly suffix: Suffix; readonly alias: Name | undefined },
): boolean {
  const { tag, payload } = tagOf(where);
  const asked = (expr: Expr): boolean => suffixMayPass(expr, table);
  const isSuffix = (expr: Expr): boolean => namesSuffix(expr, table.alias);
  if (tag === "Nested") return asked(payload as Expr);
  const between = comparisonsOf(where);
  if (between !== undefined) return between.every(asked);
  if (tag === "Like") return likeMayPass(payload as LikeParts, table.suffix, isSuffix);
  if (tag === "InList") {
    const { expr, list, negated } = payload as InListParts;
    return negated || !isSuffix(expr) || list.some((one) => mayCompare("Eq", table.suffix, one));
  }
  if (tag !== "BinaryOp") return true;
  const { left, op, right } = payload as BinaryParts;
  const operator = tagOf(op).tag;
  if (operator === "And") return asked(left) && asked(right);
  if (operator === "Or") return asked(left) || asked(right);
  if (isSuffix(left)) return mayCompare(operator, table.suffix, right);
  return isSuffix(right) ? mayCompare(TURNED[operator] ?? operator, table.suffix, left) : true;
}

interface BinaryParts {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

interface InListParts {
  readonly expr: Expr;
  readonly list: readonly Expr[];
  readonly negated: boolean;
}

interface LikeParts {
  readonly negated: boolean;
  readonly expr: Expr;
  readonly pattern: Expr;
}

const TURNED: Readonly<Partial<Record<string, string>>> = {
  Lt: "Gt",
  LtEq: "GtEq",
  Gt: "Lt",
  GtEq: "LtEq",
};

function namesSuffix(expr: Expr, alias: Name | undefined): boolean {
  const { tag, payload } = tagOf(expr);
  const idents =
    tag === "Identifier"
      ? [payload as Ident]
      : tag === "CompoundIdentifier"
        ? (payload as readonly Ident[])
        : [];
  if (idents.at(-1)?.value.toLowerCase() !== "_table_suffix") return false;
  return idents.length === 1 || idents.at(-2)?.value.toLowerCase() === alias?.text.toLowerCase();
}

function mayCompare(operator: string, suffix: Suffix, expr: Expr): boolean {
  const own = rangeOfSuffix(suffix);
  const other = rangeOf(expr);
  if (other === undefined) return true;
  if (operator === "Eq") return own.low <= other.high && own.high >= other.low;
  if (operator === "Gt") return own.high > other.low;
  if (operator === "GtEq") return own.high >= other.low;
  if (operator === "Lt") return own.low < other.high;
  if (operator === "LtEq") return own.low <= other.high;
  return true;
}

const FIRST_DAY = "19000101";
const LAST_DAY = "21991231";
const isDay = (suffix: Suffix): boolean => suffix.endsWith("*");
const beforeDay = (suffix: Suffix): string => suffix.slice(0, -1);

const rangeOfSuffix = (suffix: Suffix): TextRange =>
  isDay(suffix)
    ? { low: beforeDay(suffix) + FIRST_DAY, high: beforeDay(suffix) + LAST_DAY }
    : { low: suffix, high: suffix };

/** A text as it stands, or a date that a function writes with its year first: digits. */
function rangeOf(expr: Expr): TextRange | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag === "Nested") return rangeOf(payload as Expr);
  const text = stringLiteralOf(expr);
  if (text !== undefined) return { low: text, high: text };
  if (tag !== "Function") return undefined;
  const { name, values } = partsOf(payload as FunctionCall);
  const format = values[0] === undefined ? undefined : stringLiteralOf(values[0]);
  return WRITES_DATE.has(name.toLowerCase()) && format?.startsWith("%Y") === true
    ? { low: "0", high: AFTER_DIGITS }
    : undefined;
}

const WRITES_DATE = new Set(["format_date", "format_datetime", "format_timestamp"]);
/** The character that follows 9. */
const AFTER_DIGITS = ":";

function likeMayPass(
  { negated, expr, pattern }: LikeParts,
  suffix: Suffix,
  isSuffix: (expr: Expr) => boolean,
): boolean {
  const text = stringLiteralOf(pattern);
  if (text === undefined || text.includes("\\") || !isSuffix(expr)) return true;
  return negated ? !isAlwaysLike(suffix, text) : mayBeLike(suffix, text);
}

/** Of a day, what stands before it is known; a pattern with an open end covers whatever follows. */
function isAlwaysLike(suffix: Suffix, pattern: string): boolean {
  if (!isDay(suffix)) return matches(suffix, pattern);
  return pattern.endsWith("%") && matches(beforeDay(suffix), pattern);
}

function mayBeLike(suffix: Suffix, pattern: string): boolean {
  if (!isDay(suffix)) return matches(suffix, pattern);
  const head = pattern.split(/[%_]/, 1)[0] ?? "";
  const known = beforeDay(suffix);
  return [...head].every((letter, at) =>
    at < known.length ? known[at] === letter : /\d/.test(letter) && at < known.length + 8,
  );
}

/** LIKE by hand: a pattern with many signs would make a regular expression slow. */
function matches(text: string, pattern: string): boolean {
  let reached = new Set([0]);
  for (const sign of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (sign === "%") for (let end = at; end <= text.length; end += 1) next.add(end);
      else if (at < text.length && (sign === "_" || text[at] === sign)) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(text.length);
}
