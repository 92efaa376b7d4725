import { partsOf } from "./analyze-function.ts";
import {
  type Expr,
  type FunctionArg,
  type FunctionCall,
  type Ident,
  isObject,
  type SelectItem,
  stringLiteralOf,
  tagOf,
  type WildcardOptions,
} from "./ast.ts";
import { SPREAD } from "./choose-by-star.ts";
import { mayChooseColumns } from "./dialect.ts";
import { likePattern, type NameTest, type StarItem, starNames } from "./expand-star.ts";
import type { Analysis } from "./expression-context.ts";
import type { Scope } from "./scope.ts";

export interface ColumnsCall {
  readonly item: StarItem;
  /** Absent: every column. */
  readonly matching: NameTest | undefined;
  /** What `columns(['a', 'b'])` names: like columns that are written out, these fail where there are none. */
  readonly named?: readonly Ident[];
}

/**
 * `columns('amount_.*')`, `columns(['a', 'b'])` and `columns(*)`, which DuckDB has and nobody else means otherwise;
 * undefined: another expression, or a choice that is not understood.
 */
export function readColumnsCall(expr: unknown, { dialect }: Analysis): ColumnsCall | undefined {
  const call = mayChooseColumns(dialect) ? tagOf(expr) : undefined;
  if (call?.tag !== "Function") return undefined;
  const { name, values, args, isStar } = partsOf(call.payload as FunctionCall);
  if (name !== "columns") return undefined;
  const named = listedNames(values[0]);
  if (named) return { item: { Wildcard: {} }, matching: undefined, named };
  const pattern = stringLiteralOf(values[0]);
  const matching = pattern === undefined ? undefined : readPattern(pattern);
  const chosen = matching ?? lambdaPattern(values[0]);
  const options = optionsOf(args[0]);
  return isStar || options || chosen
    ? { item: { Wildcard: options ?? {} }, matching: chosen }
    : undefined;
}

/** `['a', 'b']` */
function listedNames(expr: Expr | undefined): readonly Ident[] | undefined {
  const { tag, payload } = tagOf(expr);
  if (tag !== "Array") return undefined;
  const names = (payload as { readonly elem: readonly Expr[] }).elem.map(stringLiteralOf);
  const idents = names.flatMap((value) =>
    value === undefined ? [] : [{ value, quote_style: null }],
  );
  return idents.length === names.length ? idents : undefined;
}

/** `columns(* exclude (…))`. */
function optionsOf(arg: FunctionArg | undefined): WildcardOptions | undefined {
  const { tag, payload } = tagOf(tagOf(arg).payload);
  return tag === "WildcardWithOptions" ? (payload as WildcardOptions) : undefined;
}

/** `columns(c -> c like 'a%')`. */
function lambdaPattern(expr: Expr | undefined): NameTest | undefined {
  const { tag, payload } = tagOf(expr);
  const body = tag === "Lambda" ? tagOf((payload as { readonly body: Expr }).body) : undefined;
  if (body?.tag !== "Like" && body?.tag !== "ILike") return undefined;
  const { pattern, negated } = body.payload as {
    readonly pattern: Expr;
    readonly negated: boolean;
  };
  const text = stringLiteralOf(pattern);
  if (text === undefined) return undefined;
  const test = likePattern(text);
  return negated ? { test: (name) => !test.test(name) } : test;
}

/** A pattern that is no regular expression here, or a costly one, is left to the general case. */
function readPattern(pattern: string): NameTest | undefined {
  if (pattern.length > 200 || /[*+}]\)?[*+{]/.test(pattern)) return undefined;
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

interface ItemInput {
  readonly item: SelectItem;
  readonly scope: Scope;
  readonly analysis: Analysis;
}

/**
 * `min(columns(*))`: the expression once for every column, each called as the column is, or by the alias with the parts
 * of the name that a pattern found (`as 'min_\\1'`). Undefined: no such call inside.
 */
export function expandColumnsItem({ item, scope, analysis }: ItemInput): SelectItem[] | undefined {
  const { tag, payload } = tagOf(item);
  const isNamed = tag === "ExprWithAlias";
  if (!mayChooseColumns(analysis.dialect) || !(isNamed || tag === "UnnamedExpr")) return undefined;
  const { expr: written, alias } = (isNamed ? payload : { expr: payload }) as NamedExpr;
  const expr = spreadIn(written, { scope, analysis });
  const itself = readColumnsCall(expr, analysis);
  if (itself && !itself.named && !alias) return undefined;
  const call = itself ?? findCall(expr, analysis);
  if (!call) return expr === written ? undefined : [again(expr, alias)];
  return chosenNames(call, { scope, analysis }).flatMap((idents): SelectItem[] => {
    const column = idents.at(-1);
    const each = replaceCalls(expr, idents, analysis) as Expr;
    return column ? [again(each, alias ? aliasOf(alias, column, call) : column)] : [];
  });
}

interface NamedExpr {
  readonly expr: Expr;
  readonly alias?: Ident;
}

const again = (expr: Expr, alias: Ident | undefined): SelectItem =>
  alias ? ({ ExprWithAlias: { expr, alias } } as SelectItem) : { UnnamedExpr: expr };

/** `as 'v_\\1'`: with what the pattern's first parentheses hold of the column's name. */
function aliasOf(alias: Ident, { value: name }: Ident, { matching }: ColumnsCall): Ident {
  if (!alias.value.includes("\\")) return alias;
  const parts = matching instanceof RegExp ? matching.exec(name) : [name];
  return { ...alias, value: alias.value.replace(/\\(\d)/g, (_, digit) => parts?.[digit] ?? "") };
}

interface Place {
  readonly scope: Scope;
  readonly analysis: Analysis;
}

const chosenNames = (call: ColumnsCall, { scope, analysis }: Place): Ident[][] =>
  call.named?.map((ident) => [ident]) ??
  starNames(call.item, scope, analysis).filter((idents) =>
    (call.matching ?? /^/).test(idents.at(-1)?.value ?? ""),
  );

/** The columns of a call that stands by itself, as expressions; undefined: another expression. */
export function columnsIn(expr: Expr, place: Place): Expr[] | undefined {
  const call = readColumnsCall(expr, place.analysis);
  if (!call) return undefined;
  return chosenNames(call, place).flatMap((idents): Expr[] => {
    const column = idents.at(-1);
    return column ? [{ Identifier: column }] : [];
  });
}

/** A condition over `columns(…)` holds where it does for every column. */
export function expandColumnsCondition(condition: Expr, place: Place): Expr {
  const { analysis } = place;
  if (!mayChooseColumns(analysis.dialect)) return condition;
  const expr = spreadIn(condition, place);
  const call = findCall(expr, analysis);
  if (!call) return expr;
  const [first, ...rest] = chosenNames(call, place).map(
    (idents) => replaceCalls(expr, idents, analysis) as Expr,
  );
  return rest.reduce<Expr>(
    (left, right) => ({ BinaryOp: { left, op: "And", right } }),
    first ?? expr,
  );
}

/** `coalesce(*columns(…))`: the columns as so many arguments. The expression itself where it has none such. */
function spreadIn(expr: Expr, place: Place): Expr {
  if (!holdsSpread(expr)) return expr;
  return spread(expr, place) as Expr;
}

function holdsSpread(expr: Expr): boolean {
  const pending: unknown[] = [expr];
  for (let steps = 0; pending.length > 0 && steps < 2000; steps++) {
    const next = pending.pop();
    if (next === SPREAD) return true;
    if (isObject(next) || Array.isArray(next)) pending.push(...Object.values(next));
  }
  return false;
}

function spread(node: unknown, place: Place): unknown {
  if (Array.isArray(node))
    return node.flatMap((each) => spreadArgument(each, place) ?? [spread(each, place)]);
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, spread(value, place)]),
  );
}

function spreadArgument(node: unknown, place: Place): unknown[] | undefined {
  const { tag, payload } = tagOf(node);
  const inner = tag === "Unnamed" ? tagOf(payload) : undefined;
  const called = inner?.tag === "Expr" ? tagOf(inner.payload) : undefined;
  if (called?.tag !== "Function") return undefined;
  const { name, values } = partsOf(called.payload as FunctionCall);
  const call = name === SPREAD ? readColumnsCall(values[0], place.analysis) : undefined;
  return (
    call &&
    chosenNames(call, place).map((idents) => ({
      Unnamed: { Expr: call.named ? { Identifier: idents[0] } : { StarredColumn: idents } },
    }))
  );
}

function findCall(expr: unknown, analysis: Analysis): ColumnsCall | undefined {
  const pending: unknown[] = [expr];
  for (let steps = 0; pending.length > 0 && steps < 2000; steps++) {
    const next = pending.pop();
    if (!isObject(next) && !Array.isArray(next)) continue;
    const found = readColumnsCall(next, analysis);
    if (found) return found;
    pending.push(...Object.values(next));
  }
  return undefined;
}

function replaceCalls(node: unknown, idents: readonly Ident[], analysis: Analysis): unknown {
  if (Array.isArray(node)) return node.map((each) => replaceCalls(each, idents, analysis));
  if (!isObject(node)) return node;
  const call = readColumnsCall(node, analysis);
  if (call?.named) return { Identifier: idents[0] };
  if (call) return { StarredColumn: idents };
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    replaceCalls(value, idents, analysis),
  ]);
  return Object.fromEntries(entries);
}
