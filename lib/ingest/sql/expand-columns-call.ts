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
  if (body?.tag !== "Like") return undefined;
  const { pattern, negated } = body.payload as {
    readonly pattern: Expr;
    readonly negated: boolean;
  };
  const text = stringLiteralOf(pattern);
  if (text === undefined || negated) return undefined;
  return likePattern(text);
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

/** `min(columns(*))`: the expression once for every column, each called as the column is. Undefined: no such call inside. */
export function expandColumnsItem({ item, scope, analysis }: ItemInput): SelectItem[] | undefined {
  const { tag, payload } = tagOf(item);
  if (!mayChooseColumns(analysis.dialect) || tag !== "UnnamedExpr") return undefined;
  const itself = readColumnsCall(payload, analysis);
  if (itself && !itself.named) return undefined;
  const call = itself ?? findCall(payload, analysis);
  if (!call) return undefined;
  const names =
    call.named?.map((ident) => [ident]) ??
    starNames(call.item, scope, analysis).filter((idents) =>
      (call.matching ?? /^/).test(idents.at(-1)?.value ?? ""),
    );
  return names.flatMap((idents): SelectItem[] => {
    const alias = idents.at(-1);
    const expr = replaceCalls(payload, idents, analysis) as Expr;
    return alias ? [{ ExprWithAlias: { expr, alias } } as SelectItem] : [];
  });
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
