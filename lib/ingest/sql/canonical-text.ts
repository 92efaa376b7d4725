import { type DataType, type Expr, type Ident, isObject, type Query, tagOf } from "./ast.ts";
import { canonicalType } from "./canonical-type.ts";
import { dateUnitAt, functionName } from "./function-spelling.ts";

/** What the names inside an expression mean. */
export interface CanonicalNames {
  /** A column reference, told apart from every other column that the query may mean. */
  readonly columnOf: (idents: readonly Ident[]) => string;
  /** A query inside an expression. */
  readonly queryOf: (query: Query) => string;
}

/**
 * An expression as a text that is the same for all ways of writing it that mean the same: parentheses, letter case,
 * comments, spellings of types and casts, the order of conditions and of the two sides of an equality. Every other part
 * of the tree goes into the text as it is, so that two texts are alike only where nothing else differs.
 */
export function canonicalText(node: unknown, names: CanonicalNames): string {
  if (node === null || node === undefined) return "";
  if (Array.isArray(node)) return `[${node.map((each) => canonicalText(each, names)).join(",")}]`;
  if (!isObject(node)) return JSON.stringify(node);
  const special = variantText(node, names);
  if (special !== undefined) return special;
  if (isQuery(node)) return `(${names.queryOf(node as unknown as Query)})`;
  const parts: string[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (value === null || value === undefined || isPlace(key)) continue;
    parts.push(`${key}:${partText(key, value, names)}`);
  }
  return `{${parts.join(",")}}`;
}

function partText(key: string, value: unknown, names: CanonicalNames): string {
  if (key === "data_type") return typeText(value);
  // `rows unbounded preceding` ends with the current row.
  if (key === "window_frame" && isObject(value))
    return canonicalText({ ...value, end_bound: value["end_bound"] ?? "CurrentRow" }, names);
  return canonicalText(value, names);
}

const isPlace = (key: string): boolean => key === "span" || key.endsWith("_token");

const isQuery = (node: object): boolean =>
  "body" in node && "with" in node && "limit_clause" in node;

const typeText = (type: unknown): string => canonicalType(type as DataType);

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
    `cast(${canonicalText({ Value: typed.value }, names)} as ${typeText(typed.data_type)})`,
  BinaryOp: binaryText,
  UnaryOp: ({ op, expr }: { readonly op: unknown; readonly expr: Expr }, names) => {
    const inner = canonicalText(expr, names);
    return op === "Not" ? not(inner) : `${canonicalText(op, names)}(${inner})`;
  },
  IsNull: (expr: Expr, names) => `null?(${canonicalText(expr, names)})`,
  IsNotNull: (expr: Expr, names) => not(`null?(${canonicalText(expr, names)})`),
  InList: nameless("in"),
  InSubquery: nameless("in_query"),
  Exists: nameless("exists"),
  Between: nameless("between"),
  Like: nameless("like"),
  ILike: nameless("ilike"),
  Interval: intervalText,
  Function: functionText,
  Number: ([text]: readonly [string, unknown]) => numberText(text),
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
  return `${word}(${canonicalText(expr, names)} as ${typeText(type)}${as})`;
}

interface BinaryParts {
  readonly left: Expr;
  readonly op: unknown;
  readonly right: Expr;
}

const COMMUTES: ReadonlySet<string> = new Set(["Eq", "NotEq"]);
const CHAINS: ReadonlySet<string> = new Set(["And", "Or"]);

function binaryText({ left, op, right }: BinaryParts, names: CanonicalNames): string {
  const word = typeof op === "string" ? op : canonicalText(op, names);
  if (CHAINS.has(word)) {
    const parts = chainOf({ BinaryOp: { left, op, right } }, word);
    const texts = new Set(parts.map((part) => canonicalText(part, names)));
    return `${word}(${[...texts].sort().join(",")})`;
  }
  const sides = [canonicalText(left, names), canonicalText(right, names)];
  return `${word}(${(COMMUTES.has(word) ? sides.sort() : sides).join(",")})`;
}

/** `a and (b and c)` as its parts, without recursion over long chains. */
function chainOf(expr: Expr, op: string): Expr[] {
  const found: Expr[] = [];
  const pending: Expr[] = [expr];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { tag, payload } = tagOf(next);
    const parts = payload as BinaryParts;
    if (tag === "Nested") pending.push(payload as Expr);
    else if (tag === "BinaryOp" && parts.op === op) pending.push(parts.right, parts.left);
    else found.push(next);
  }
  return found;
}

/** `interval 1 day`, `interval '1' day` and `interval '1 day'`. */
function intervalText(
  parts: { readonly value: Expr; readonly leading_field?: unknown },
  names: CanonicalNames,
): string {
  const { value, leading_field: unit, ...rest } = parts;
  const text = canonicalText(value, names);
  const said = /^\{Value:\{value:\{?(?:SingleQuotedString:)?"?([^"}]*)"?/.exec(text)?.[1] ?? text;
  const words = said.trim().toLowerCase().split(/\s+/);
  const field = unit ? tagOf(unit).tag.toLowerCase() : (words[1] ?? "");
  return `interval(${words[0]} ${field.replace(/s$/, "")}${canonicalText(rest, names)})`;
}

const numberText = (text: string): string => {
  const value = Number(text);
  const isExact = Number.isFinite(value) && text.replace(/\D/g, "").length < 16;
  // The scale of a decimal literal can decide the type of the result, so 1.0 is not 1.
  return isExact && !text.includes(".") ? String(value) : text.replace(/^\./, "0.");
};

function functionText(
  call: {
    readonly name: readonly { readonly Identifier?: Ident }[];
    readonly args: unknown;
    readonly [key: string]: unknown;
  },
  names: CanonicalNames,
): string {
  const { name, args, uses_odbc_syntax: _odbc, ...rest } = call;
  const written = name.map((part) => part.Identifier?.value.toLowerCase() ?? "?").join(".");
  const { tag, payload } = tagOf(args);
  const list = tag === "List" ? (payload as { readonly args: readonly unknown[] }) : undefined;
  const given = list?.args.map((arg, at) => argumentText(arg, names, dateUnitAt(written, at)));
  const clauses = list ? canonicalText({ ...list, args: null }, names) : "";
  const inner = given ? given.join(",") : tag === "None" ? "" : canonicalText(args, names);
  return `${functionName(written)}(${inner})${clauses === "{clauses:[]}" ? "" : clauses}${restText(rest, names)}`;
}

/** A unit of time is a word, however it is written: 'day', 'DAY', day. */
function argumentText(arg: unknown, names: CanonicalNames, isUnit: boolean): string {
  const text = canonicalText(arg, names);
  if (!isUnit) return text;
  const literal = /SingleQuotedString:"([^"]+)"/.exec(text)?.[1];
  const bare = /"value":"(\w+)"/.exec(JSON.stringify(arg))?.[1];
  const word = (literal ?? bare ?? "").toLowerCase();
  return TIME_UNIT.test(word) ? word.replace(/s$/, "") : text;
}

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
