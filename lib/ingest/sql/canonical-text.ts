import {
  type CaseExpression,
  type DataType,
  type Expr,
  type Ident,
  isObject,
  type Query,
  tagOf,
} from "./ast.ts";
import { canonicalType } from "./canonical-type.ts";
import { type ConditionPart, chainOf, exprOf, partsOf } from "./condition-parts.ts";
import type { Dialect } from "./dialect.ts";
import { dateUnitAt, functionName } from "./function-spelling.ts";
import { type Branch, sortBranches } from "./sort-branches.ts";
import { argumentsOf } from "./text-arguments.ts";

/** What the names inside an expression mean. */
export interface CanonicalNames {
  /** A column reference, told apart from every other column that the query may mean. */
  readonly columnOf: (idents: readonly Ident[]) => string;
  /** A query inside an expression. */
  readonly queryOf: (query: Query) => string;
  /** A query of which only matters whether it gives a row. */
  readonly existsOf: (query: Query) => string;
  /** Whether nulls come first in an order that says nothing of them; undefined where that is not known. */
  readonly nullsFirst: (isDescending: boolean) => boolean | undefined;
  readonly dialect: Dialect;
  /** `+` adds and never joins texts, so that its sides may change places. */
  readonly plusAdds: boolean;
}

/**
 * An expression as a text that is the same for all ways of writing it that mean the same: parentheses, letter case,
 * comments, spellings of types and casts, the order of conditions and of the two sides of an equality, the ways to write
 * a comparison, a default for nulls or a choice. Every other part of the tree goes into the text as it is, so that two
 * texts are alike only where nothing else differs.
 */
export function canonicalText(node: unknown, names: CanonicalNames): string {
  if (node === null || node === undefined) return "";
  if (Array.isArray(node)) return `[${node.map((each) => canonicalText(each, names)).join(",")}]`;
  if (!isObject(node)) return JSON.stringify(node);
  const special = variantText(node, names);
  if (special !== undefined) return special;
  if (isQuery(node)) return `(${names.queryOf(node as unknown as Query)})`;
  const parts: string[] = [];
  const entries = Object.entries(node);
  for (const [key, value] of entries) {
    if (value === null || value === undefined || isPlace(key)) {
      // A variant that holds nothing is told apart by its name.
      if (entries.length === 1 && !isPlace(key)) parts.push(key);
      continue;
    }
    if (key === "window_frame" && isDefaultFrame(value)) continue;
    parts.push(`${key}:${partText(key, value, names)}`);
  }
  return `{${parts.join(",")}}`;
}

function partText(key: string, value: unknown, names: CanonicalNames): string {
  if (key === "data_type") return typeText(value, names);
  // `rows unbounded preceding` ends with the current row.
  if (key === "window_frame" && isObject(value))
    return canonicalText({ ...value, end_bound: value["end_bound"] ?? "CurrentRow" }, names);
  if (key === "partition_by" && Array.isArray(value)) return sortedTexts(value, names).join(",");
  if (key === "order_by" && Array.isArray(value)) return orderText(value, names);
  return canonicalText(value, names);
}

/** What a window is over where it does not say: from its start to the current row and those that are level with it. */
function isDefaultFrame(frame: unknown): boolean {
  const {
    units,
    start_bound: start,
    end_bound: end,
  } = frame as {
    readonly units: string;
    readonly start_bound: unknown;
    readonly end_bound?: unknown;
  };
  const { tag, payload } = tagOf(start);
  return (
    units === "Range" &&
    tag === "Preceding" &&
    (payload === null || payload === undefined) &&
    (end ?? "CurrentRow") === "CurrentRow"
  );
}

interface OrderParts {
  readonly expr?: Expr;
  readonly options?: { readonly asc?: boolean | null; readonly nulls_first?: boolean | null };
}

/** Keys of an order: `asc` and where nulls stand by themselves need not be said, and a constant puts nothing in order. */
function orderText(keys: readonly OrderParts[], names: CanonicalNames): string {
  const texts = keys.flatMap(({ expr, options, ...rest }) => {
    const text = canonicalText(expr, names);
    if (/^\{Value:\{value:[^{}]*\}\}$/.test(text) || expr === undefined) return [];
    const isDescending = options?.asc === false;
    const first = options?.nulls_first ?? names.nullsFirst(isDescending) ?? "?";
    return [`${text} ${isDescending ? "desc" : "asc"} ${first}${canonicalText(rest, names)}`];
  });
  return [...new Set(texts)].join(",");
}

const sortedTexts = (nodes: readonly unknown[], names: CanonicalNames): readonly string[] =>
  [...new Set(nodes.map((node) => canonicalText(node, names)))].sort();

const isPlace = (key: string): boolean => key === "span" || key.endsWith("_token");

const isQuery = (node: object): boolean =>
  "body" in node && "with" in node && "limit_clause" in node;

const typeText = (type: unknown, { dialect }: CanonicalNames): string =>
  canonicalType(type as DataType, dialect);

type Variant = (payload: never, names: CanonicalNames) => string | undefined;

/** The variants of an enum: objects with one key. */
function variantText(
  node: { readonly [key: string]: unknown },
  names: CanonicalNames,
): string | undefined {
  const { tag, payload } = tagOf(node);
  const write = VARIANTS[tag];
  return write === undefined ? undefined : write(payload as never, names);
}

const not = (text: string): string => (text.startsWith("not ") ? text.slice(4) : `not ${text}`);

/** A row of several values is neither null nor not null where only some are null. */
const notNullText = (text: string): string =>
  /^(?:\{?Tuple|name \[)/.test(text) ? `known?(${text})` : not(`null?(${text})`);

const nameless = (tag: string) => (payload: object, names: CanonicalNames) => {
  const { negated, ...rest } = payload as { readonly negated?: boolean };
  const text = `${tag}${canonicalText(rest, names)}`;
  return negated === true ? not(text) : text;
};

const VARIANTS: Readonly<Record<string, Variant>> = {
  Nested: (inner: Expr, names) => canonicalText(inner, names),
  Identifier: (ident: Ident, names) => names.columnOf([ident]),
  CompoundIdentifier: (idents: readonly Ident[], names) => names.columnOf(idents),
  Cast: castText,
  TypedString: (typed: { readonly data_type: unknown; readonly value: unknown }, names) =>
    `cast(${canonicalText({ Value: typed.value }, names)} as ${typeText(typed.data_type, names)})`,
  BinaryOp: binaryText,
  UnaryOp: ({ op, expr }: { readonly op: unknown; readonly expr: Expr }, names) =>
    op === "Not"
      ? truthText(conditionText({ UnaryOp: { op, expr } }, names))
      : `${canonicalText(op, names)}(${canonicalText(expr, names)})`,
  IsNull: (expr: Expr, names) => `null?(${canonicalText(expr, names)})`,
  IsNotNull: (expr: Expr, names) => notNullText(canonicalText(expr, names)),
  InList: inListText,
  InSubquery: nameless("in_query"),
  Exists: (
    { subquery, negated }: { readonly subquery: Query; readonly negated?: boolean },
    names,
  ) => {
    const text = `exists(${names.existsOf(subquery)})`;
    return negated === true ? not(text) : text;
  },
  Between: betweenText,
  Case: caseText,
  Unnamed: (argument: unknown, names) => canonicalText(argument, names),
  Expr: (expr: unknown, names) => canonicalText(expr, names),
  Like: nameless("like"),
  ILike: nameless("ilike"),
  Interval: intervalText,
  Lambda: ({ params, body }: { readonly params: unknown; readonly body: Expr }, names) =>
    `lambda(${canonicalText(params, names)},${canonicalText(body, names)})`,
  Named: namedText,
  Substring: ({ special: _comma, shorthand: _short, ...parts }: SubstringParts, names) =>
    `substring${canonicalText(parts, names)}`,
  Function: functionText,
  Number: ([text, isLong]: readonly [string, unknown]) =>
    isLong === true ? `${numberText(text)}L` : numberText(text),
};

interface CastParts {
  readonly kind: string;
  readonly expr: Expr;
  readonly data_type: unknown;
  readonly format?: unknown;
}

/** How `cast` starts where it raises an error, and where it gives null instead. */
function castText({ kind, expr, data_type: type, format }: CastParts, names: CanonicalNames) {
  const word = kind === "TryCast" || kind === "SafeCast" ? "try_cast" : "cast";
  const as = format ? ` format ${canonicalText(format, names)}` : "";
  const text = canonicalText(expr, names);
  const target = typeText(type, names);
  if (/^bool/i.test(target) && TRUTH.test(text)) return text;
  return `${word}(${text} as ${target}${as})`;
}

/** How it is spelled stands beside what it is. */
interface SubstringParts {
  readonly special?: boolean;
  readonly shorthand?: boolean;
}

/** A comparison is a truth value already. */
const TRUTH = /^(?:not )*(?:Eq|Lt|LtEq|null\?|in|And|Or)\(/;

/** Of `a and true` and `not not a` only the truth of `a` is left: 1 of the number 5. */
const truthText = (text: string): string =>
  TRUTH.test(text) || OTHER_TRUTH.test(text) ? text : `truth(${text})`;

/** `+` puts one list behind the other. */
const isList = (text: string): boolean => /^(?:\{?Array|array_agg\(|list_\w+\()/.test(text);

const OTHER_TRUTH =
  /^(?:not |truth\(|like\{|ilike\{|between\{|in_query\{|exists\(|\{Value:\{value:\{Boolean:)/;

interface BinaryParts {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

/** A comparison as the one that says the same with its sides changed. */
const TURNED: ReadonlyMap<string, string> = new Map([
  ["Gt", "Lt"],
  ["GtEq", "LtEq"],
]);

export const TRUE_TEXT = "{Value:{value:{Boolean:true}}}";
export const NULL_TEXT = '{Value:{value:"Null"}}';

function binaryText({ left, op, right }: BinaryParts, names: CanonicalNames): string {
  const word = typeof op === "string" ? op : canonicalText(op, names);
  if (word === "And" || word === "Or")
    return truthText(conditionText({ BinaryOp: { left, op, right } }, names));
  const sides = [canonicalText(left, names), canonicalText(right, names)] as const;
  if (word === "Eq") return equalText(...sides);
  if (word === "NotEq") return not(equalText(...sides));
  const turned = TURNED.get(word);
  if (turned !== undefined) return `${turned}(${sides[1]},${sides[0]})`;
  const commutes =
    word === "Multiply" || (word === "Plus" && names.plusAdds && !sides.some(isList));
  return `${word}(${(commutes ? [...sides].sort() : sides).join(",")})`;
}

/** A value that is known to be there; what is filled in for `?` may be null. */
const isConstant = (text: string): boolean =>
  text.startsWith("{Value:") && text !== NULL_TEXT && !text.includes("Placeholder:");

/** `a = b` and `b = a`; a constant is equal to itself. */
export function equalText(one: string, other: string): string {
  if (one === other && isConstant(one)) return TRUE_TEXT;
  return `Eq(${[one, other].sort().join(",")})`;
}

/** A condition with its negations carried inwards; of those that must all hold, one that always does says nothing. */
function conditionText(expr: Expr, names: CanonicalNames): string {
  const chain = chainOf(expr);
  if (chain === undefined) {
    const [only] = partsOf(expr, "And");
    return only === undefined ? "" : partOfCondition(only, names);
  }
  const parts = partsOf(expr, chain).map((part) => partOfCondition(part, names));
  const texts = parts.some(isVolatile) ? [...parts].sort() : [...new Set(parts)].sort();
  const said = chain === "And" ? texts.filter((text) => text !== TRUE_TEXT) : texts;
  const [only = TRUE_TEXT] = said;
  return said.length < 2 ? only : `${chain}(${said.join(",")})`;
}

/** A part that is a chain of the other kind is negated part by part. */
function partOfCondition({ expr, negated }: ConditionPart, names: CanonicalNames): string {
  if (chainOf(expr) !== undefined) return conditionText(exprOf({ expr, negated }), names);
  const text = canonicalText(expr, names);
  return negated ? not(text) : text;
}

function inListText(
  parts: { readonly expr: Expr; readonly list: readonly Expr[]; readonly negated?: boolean },
  names: CanonicalNames,
): string {
  if (chainOf({ InList: parts }) !== undefined) return conditionText({ InList: parts }, names);
  const expr = canonicalText(parts.expr, names);
  const values = sortedTexts(parts.list, names);
  const [only] = values;
  const isOne = values.length === 1 && only !== undefined;
  const text = isOne ? equalText(expr, only) : `in(${expr},[${values.join(",")}])`;
  return parts.negated === true ? not(text) : text;
}

function betweenText(payload: object, names: CanonicalNames): string {
  const expr = { Between: payload } as unknown as Expr;
  return chainOf(expr) === undefined
    ? nameless("between")(payload, names)
    : conditionText(expr, names);
}

/** What a choice is made by is written once for each branch, up to this length. */
const LONG = 1000;

/** A default for nulls, a value that becomes null, and a choice among values, however they are written. */
function caseText(
  { operand, conditions, else_result: last }: CaseExpression,
  names: CanonicalNames,
): string {
  const otherwise = last ? canonicalText(last, names) : NULL_TEXT;
  const subject = operand ? canonicalText(operand, names) : undefined;
  const isRepeated = subject !== undefined && !isVolatile(subject) && subject.length < LONG;
  const found = conditions.map(({ condition, result }): Branch => {
    const said = canonicalText(condition, names);
    const when = isRepeated ? equalText(subject, said) : said;
    const either =
      subject === undefined && chainOf(condition) === "Or"
        ? partsOf(condition, "Or").map((part) => partOfCondition(part, names))
        : [when];
    return { when, value: canonicalText(result, names), either };
  });
  const isUnsorted =
    (subject !== undefined && !isRepeated) || found.some(({ when }) => isVolatile(when));
  const branches = isUnsorted
    ? [...(subject === undefined || isRepeated ? [] : [{ when: "of", value: subject }]), ...found]
    : sortBranches(found).map(({ when, value }) => ({ when, value }));
  const [first, ...more] = branches;
  if (first && more.length === 0) {
    const known = choiceText(first, otherwise);
    if (known !== undefined) return known;
  }
  return `case(${branches.map(({ when, value }) => `${when}=>${value}`).join(",")},${otherwise})`;
}

function choiceText(
  { when, value }: { readonly when: string; readonly value: string },
  otherwise: string,
): string | undefined {
  if (isVolatile(when)) return undefined;
  if (when === `null?(${otherwise})`) return `coalesce(${otherwise},${value})`;
  if (when === `not null?(${value})`) return `coalesce(${value},${otherwise})`;
  return undefined;
}

/** Asked twice, it may answer with another value. */
export const isVolatile = (text: string): boolean =>
  BY_CHANCE.test(text) || UNKNOWN_CALL.test(text);

const BY_CHANCE =
  /\b(?:rand\w*|uniform|normal|gen_random_\w+|generate_?uuid\w*|uuid\w*|newid|newsequentialid|nextval|currval|seq\d|clock_timestamp|timeofday|monotonically_increasing_id|sys_guid|crypt_gen_random|shuffle)\s*\(|\.(?:nextval|currval)\b/i;

/** What is called without anything may be a counter; these say one thing for all of a statement. */
const UNKNOWN_CALL =
  /\b(?!(?:now|today|current_\w+|getdate|getutcdate|sysdate|sysdatetime|systimestamp|localtime\w*|utc_\w+|unix_timestamp|curdate|curtime|transaction_timestamp|statement_timestamp|row_number|rank|dense_rank|percent_rank|cume_dist|count|pi|version|database|schema|user|session_user)\s*\()[a-z_]\w*\s*\(\s*\)/i;

/** `interval 1 day`, `interval '1' day` and `interval '1 day'`. */
function intervalText(
  parts: { readonly value: Expr; readonly leading_field?: unknown },
  names: CanonicalNames,
): string {
  const { value, leading_field: unit, ...rest } = parts;
  const text = canonicalText(value, names);
  const [, number, written] = AMOUNT.exec(text) ?? [];
  const said = number ?? written;
  const { tag, payload } = tagOf(unit);
  const field = unit ? `${tag.toLowerCase()}${canonicalText(payload, names)}` : "";
  // What is computed says its amount in an expression.
  const amount =
    said === undefined ? [text] : said.trim().toLowerCase().split(/\s+/).map(withoutPlural);
  return `interval(${[...amount, withoutPlural(field)].join(" ").trim()}${canonicalText(rest, names)})`;
}

const AMOUNT = /^\{Value:\{value:(?:([\d.]+)|\{(?:Single|Double)QuotedString:"([^"\\]*)"\})\}\}$/;

/** `days`, not `ms`. */
const withoutPlural = (word: string): string => word.replace(/(?<=[a-z]{2})s$/, "");

const numberText = (text: string): string => {
  const value = Number(text);
  const isExact = /^\d{1,15}$/.test(text);
  // The scale of a decimal literal can decide the type of the result, so 1.0 is not 1.
  return isExact ? String(value) : text.replace(/^\./, "0.");
};

function functionText(
  call: {
    readonly name: readonly { readonly Identifier?: Ident }[];
    readonly args: unknown;
    readonly [key: string]: unknown;
  },
  names: CanonicalNames,
): string | undefined {
  const { name, args, uses_odbc_syntax: _odbc, filter, ...others } = call;
  // The moment of a table is a call in another form.
  if (!Array.isArray(name)) return undefined;
  const written = name.map((part) => part.Identifier?.value.toLowerCase() ?? "?").join(".");
  const { tag, payload } = tagOf(args);
  const list = tag === "List" ? (payload as FunctionArgs) : undefined;
  if (CHOICES.has(written) && list?.args.length === 3 && list.clauses?.length === 0) {
    const [condition, result, last] = list.args.map(plainArgument);
    if (condition && result && last)
      return caseText(
        { operand: null, conditions: [{ condition, result }], else_result: last },
        names,
      );
  }
  const chosen = filter && list ? filteredArgument(written, list, filter as Expr) : undefined;
  const rest = chosen === undefined ? { ...others, filter } : others;
  const given =
    chosen === undefined
      ? list?.args.map((arg, at) => argumentText(arg, names, dateUnitAt(written, at)))
      : [caseText(chosen, names)];
  const clauses = list ? canonicalText({ ...list, args: null }, names) : "";
  if (
    functionName(written) === "coalesce" &&
    given &&
    clauses === "{clauses:[]}" &&
    !restText(rest, names)
  )
    return coalesceText(given);
  const hasAll = written === "count" && clauses === "{clauses:[]}" && countsAll(given);
  const inner = hasAll
    ? ALL_ROWS
    : given
      ? given.join(",")
      : tag === "None"
        ? ""
        : canonicalText(args, names);
  return `${functionName(written)}(${inner})${clauses === "{clauses:[]}" ? "" : clauses}${restText(rest, names)}`;
}

/** Aggregates that pass over nulls: what a FILTER leaves out is a null for them. */
const PASS_OVER_NULLS: ReadonlySet<string> = new Set([
  ...["sum", "avg", "mean", "min", "max", "count", "median", "bool_and", "bool_or"],
  ...["stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop"],
]);

/** `sum(a) filter (where b)` as `sum(case when b then a end)`; `count(*)` counts any constant. */
function filteredArgument(
  name: string,
  { args }: FunctionArgs,
  condition: Expr,
): CaseExpression | undefined {
  const [only, second] = args;
  if (!PASS_OVER_NULLS.has(name) || only === undefined || second !== undefined) return undefined;
  const isRow = tagOf(only).payload === "Wildcard";
  const result = isRow && name === "count" ? ONE : plainArgument(only);
  if (result === undefined) return undefined;
  return { operand: null, conditions: [{ condition, result }], else_result: null };
}

const ONE: Expr = { Value: { value: { Number: ["1", false] } } };

/** The first value that is there: one that stands there before, and all that follows what is never missing, says nothing. */
function coalesceText(given: readonly string[]): string {
  const flat = given.flatMap((text) => argumentsOf(text, "coalesce") ?? [text]);
  const values = [...new Set(flat)];
  const [first = "", ...others] = values;
  // A number beside it may not change its type.
  const isCount = /^(?:count|row_number)\(/.test(first) && others.every((text) => WHOLE.test(text));
  return values.length === 1 || isCount ? first : `coalesce(${values.join(",")})`;
}

const WHOLE = /^\{Value:\{value:\d+\}\}$/;

interface FunctionArgs {
  readonly args: readonly unknown[];
  readonly clauses?: readonly unknown[];
}

/** Functions of a condition and the two values to choose from. */
const CHOICES: ReadonlySet<string> = new Set(["if", "iff"]);

const plainArgument = (arg: unknown): Expr | undefined => {
  const { tag, payload } = tagOf(arg);
  const inner = tagOf(payload);
  return tag === "Unnamed" && inner.tag === "Expr" ? (inner.payload as Expr) : undefined;
};

const ALL_ROWS = '"Wildcard"';

/** `count(1)` is `count(*)`. */
const countsAll = (given: readonly string[] | undefined): boolean =>
  given?.length === 1 && given[0] !== undefined && isConstant(given[0]);

/** In a call, `a = 1` reads as an argument of that name as well as a comparison. */
function namedText(
  argument: { readonly name: Ident; readonly arg: unknown; readonly operator?: unknown },
  names: CanonicalNames,
): string | undefined {
  if (argument.operator !== "Equals") return undefined;
  const { name } = argument;
  // A text at the left is taken for a name in quotes.
  const left =
    name.quote_style === "'"
      ? canonicalText({ Value: { value: { SingleQuotedString: name.value } } }, names)
      : names.columnOf([name]);
  return equalText(left, canonicalText(argument.arg, names));
}

/** A unit of time is a word, however it is written: 'day', 'DAY', day. */
function argumentText(arg: unknown, names: CanonicalNames, isUnit: boolean): string {
  const text = canonicalText(arg, names);
  if (!isUnit) return text;
  const literal = UNIT_TEXT.exec(text)?.[1];
  const { tag, payload } = tagOf(plainArgument(arg));
  const bare = tag === "Identifier" ? (payload as Ident).value : undefined;
  const word = (literal ?? bare ?? "").toLowerCase();
  return TIME_UNIT.test(word) ? word.replace(/s$/, "") : text;
}

const UNIT_TEXT = /^\{Value:\{value:\{(?:Single|Double)QuotedString:"(\w+)"\}\}\}$/;

const TIME_UNIT =
  /^(?:microsecond|millisecond|second|minute|hour|day|isoweek|week|month|quarter|year|decade|century|dayofweek|dayofyear|doy|dow|epoch)s?$/;

const EMPTY_PARTS: ReadonlySet<string> = new Set(["", "[]", '"None"', "false"]);

function restText(rest: object, names: CanonicalNames): string {
  const parts = Object.entries(rest).flatMap(([key, value]) => {
    const text = isPlace(key) ? "" : canonicalText(value, names);
    return EMPTY_PARTS.has(text) ? [] : [`${key}:${text}`];
  });
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
