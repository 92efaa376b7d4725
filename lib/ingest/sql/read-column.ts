import type { AssetId } from "#lib/model/asset-id.ts";
import { NEW_IN_ROW } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import type { Ident } from "./ast.ts";
import {
  type AliasEntry,
  type AnalyseExpression,
  type Cell,
  cellKey,
  type ExpressionContext,
  enter,
  type Flow,
  ofStar,
  reportProblem,
  UNTYPED,
  type ValueType,
  type Visit,
  type Wrap,
} from "./expression-context.ts";
import { isConstantWord } from "./function-uses.ts";
import type { RelationBuilder, Target } from "./plan-builder.ts";
import {
  findQualified,
  type Name,
  nameOf,
  type Resolution,
  resolveName,
  type Scope,
  type Source,
} from "./scope.ts";

interface ReadColumn extends Visit {
  readonly analyse: AnalyseExpression;
  /** The name stands for one of all columns: the query does not say it. */
  readonly starred?: boolean;
}

/** A column reference, in all that it may mean: a column, a merged key, an alias of this block, a whole row, an outer column. */
export function readColumn(idents: readonly Ident[], visit: ReadColumn): ValueType {
  const { context } = visit;
  const names = idents.map((ident) => nameOf(ident, context.analysis.dialect));
  const [first] = names;
  if (!first) return UNTYPED;
  const single = names.length === 1 ? first : undefined;
  const alias = single && context.aliases?.find(single);
  const { trace } = context.analysis;
  if (alias && context.aliases?.first) {
    trace?.noteAlias(idents[0]);
    return readAlias(alias, visit);
  }
  const found = resolveName(context.scope, names);
  if (alias && !isKnownHere(found)) {
    trace?.noteAlias(idents[0]);
    context.scope.borrowed.add(single.text);
    return readAlias(alias, visit);
  }
  trace?.noteName(idents[0], found);
  if (found.kind === "column" && isGuess(found, first)) readOuter(names, found, visit);
  return readResolved({ found, names, visit });
}

type FoundColumn = Resolution & { readonly kind: "column" };

/** Columns of a table that nobody listed: any name may be one of them. */
const isGuess = (found: FoundColumn, name: Name): boolean =>
  found.source.open && found.path.length === 0 && found.source.columns.find(name) === undefined;

/**
 * A bare name that was guessed to be of an inner table, while a query around it knows a column of that name: it may be
 * that one. Over a list of unknown items it counts as both, over a table it is not known.
 */
function readOuter(
  names: readonly Name[],
  guess: FoundColumn,
  { context, sink, wrap }: Visit,
): void {
  let scope: Scope | undefined = context.scope;
  for (let depth = 0; scope && depth <= guess.depth; depth++) scope = scope.parent;
  const outer = scope && names.length === 1 ? resolveName(scope, names) : undefined;
  const [name] = names;
  if (outer?.kind !== "column" || !name || isGuess(outer, name)) return;
  const cell = cellOf(context, { ...outer, depth: outer.depth + guess.depth + 1 });
  if (!cell) return;
  if (guess.source.ensure)
    sink({ cell, use: wrap.use, detail: wrap.detail, line: name.line || undefined });
  else context.relation.addEdge({ ...cell, use: "UNKNOWN" });
}

/** A real column of this block comes before an alias; a guess (an open table, an outer query) comes after it. */
function isKnownHere(found: Resolution): boolean {
  if (found.kind === "merged") return found.depth === 0;
  return (
    found.kind === "column" &&
    found.depth === 0 &&
    found.source.columns.columns.some((column) => column.column === found.column.column)
  );
}

function readAlias(alias: AliasEntry, { wrap, sink }: Visit): ValueType {
  for (const flow of alias.flows) {
    const carries = alias.carriers.has(cellKey(flow.cell));
    sink(carries ? rewrap(flow, wrap) : { ...rewrap(flow, wrap), carries: false });
  }
  return typeOf(alias);
}

/** What the inner expression did, seen from outside: the stronger of both. */
function rewrap(flow: Flow, wrap: Wrap): Flow {
  const isRole = ["CONDITIONAL", "CONDITIONAL_NO_ELSE", "WINDOW", "COUNT_STAR"].includes(flow.use);
  if (isRole && !wrap.fixed) return flow;
  const inner = enter(wrap, flow.use, flow.detail);
  return { ...flow, use: inner.use, detail: inner.detail, ...triedOf(inner) };
}

interface ReadResolved {
  readonly found: Resolution;
  readonly names: readonly Name[];
  readonly visit: ReadColumn;
}

function readResolved({ found, names, visit }: ReadResolved): ValueType {
  const { context } = visit;
  const line = names[0]?.line || undefined;
  switch (found.kind) {
    case "column":
      return readPlain(found, line, visit, visit.starred);
    case "merged":
      return readMerged(found, line, visit);
    case "row":
      return readRow(found.source, found.depth, visit);
    case "ambiguous":
      for (const source of found.sources) markUnknown(context, source, found.depth);
      reportProblem(context, {
        code: "sql-not-understood",
        message: `column "${names.map((name) => name.text).join(".")}" may belong to several tables`,
        at: names[0],
      });
      return UNTYPED;
    case "missing":
      return reportMissing(names, visit);
  }
}

/** The type alone: a column's name must not travel with it. */
const typeOf = ({ type, nullable }: ValueType): ValueType => ({ type, nullable });

const triedOf = ({ tried }: Wrap): Pick<Flow, "tried"> => (tried ? { tried } : {});

function readPlain(
  found: Resolution & { readonly kind: "column" },
  line: number | undefined,
  { context, sink, wrap }: Visit,
  isStarred = false,
): ValueType {
  const path = found.path.map((part) => part.text).join(".");
  const said = wrap.detail ?? (path ? `path:${path}` : undefined);
  const detail = isStarred ? ofStar({ ...wrap, detail: said }) : said;
  if (found.depth === 0 && context.groups) {
    const index = context.groups.findKeyColumn(found.source, found.column);
    sink({ cell: context.groups.cell(index), use: wrap.use, detail, line, ...triedOf(wrap) });
    return path ? UNTYPED : typeOf(context.groups.columnType(index));
  }
  const cell = cellOf(context, found);
  if (cell) sink({ cell, use: wrap.use, detail, line, ...triedOf(wrap) });
  if (path) return UNTYPED;
  // A side that may be missing makes the column nullable on the way here.
  return typeOf((cell && context.relation.inputColumn(cell.input, cell.column)) ?? found.column);
}

/** An outer column is read from its table directly: the inner query sees one row of it at a time. */
function cellOf(
  context: ExpressionContext,
  found: Resolution & { readonly kind: "column" },
): Cell | undefined {
  if (found.depth === 0) return context.cellOf(found.source, found.column);
  noteFromWithin(context.scope, found.depth);
  const { target } = found.source;
  if (!target) return undefined;
  return { input: context.relation.inputFor(target, "exists"), column: found.column.column };
}

function noteFromWithin(scope: Scope, depth: number): void {
  let outer: Scope | undefined = scope;
  for (let step = 0; step < depth; step++) outer = outer?.parent;
  if (outer) outer.fromWithin.count++;
}

function readMerged(
  found: Resolution & { readonly kind: "merged" },
  line: number | undefined,
  { context, sink, wrap }: Visit,
): ValueType {
  if (found.depth === 0 && context.groups) {
    const index = context.groups.findMergedKey(found.merged);
    sink({ cell: context.groups.cell(index), use: wrap.use, detail: wrap.detail, line });
    return typeOf(context.groups.columnType(index));
  }
  if (found.depth > 0) noteFromWithin(context.scope, found.depth);
  const cells =
    found.depth === 0
      ? context.mergedCells(found.merged)
      : found.merged.parts.flatMap(({ source, column }) =>
          source.target
            ? [{ input: context.relation.inputFor(source.target, "exists"), column: column.column }]
            : [],
        );
  for (const cell of cells) sink({ cell, use: wrap.use, detail: wrap.detail, line });
  return typeOf(found.merged.parts[0]?.column ?? UNTYPED);
}

/** `select t from t`: every column of the row at once. */
function readRow(source: Source, depth: number, { context, sink, wrap }: Visit): ValueType {
  if (wrap.use === "AGG_COUNT" && depth === 0) {
    // A row is never null as a whole: `count(o)` counts the rows.
    const rows = context.rowsCell();
    if (rows) sink({ cell: { input: rows.input }, use: "COUNT_STAR", detail: "row" });
    return UNTYPED;
  }
  const inner = enter(wrap, "ARITH", "row");
  for (const column of source.columns.columns) {
    const cell = cellOf(context, { kind: "column", source, column, path: [], depth });
    if (cell) sink({ cell, use: inner.use, detail: ofStar(inner) });
  }
  if (source.open) markUnknown(context, source, depth);
  if (depth === 0) readNewInRow(source, { context, sink, wrap: inner });
  return UNTYPED;
}

const COUNTS_ROWS: ReadonlySet<Use> = new Set(["AGG_COUNT", "AGG_DISTINCT"]);

/** What is made of a whole row is another value once the row has one more column. How many kinds of rows there are is not. */
function readNewInRow(source: Source, { context, sink, wrap }: Visit): void {
  if (!source.passesNew || context.groups || COUNTS_ROWS.has(wrap.use) || !context.passNew) return;
  const rows = context.rowsCell();
  if (!rows) return;
  context.passNew(source);
  sink({ cell: { input: rows.input }, use: "ARITH", detail: NEW_IN_ROW });
}

/** `(t.*)`: the row of a table of this block, or of one around it. */
export function readWholeRow(idents: readonly Ident[], visit: Visit): ValueType {
  const { context } = visit;
  const names = idents.map((ident) => nameOf(ident, context.analysis.dialect));
  let depth = 0;
  for (let scope: Scope | undefined = context.scope; scope; scope = scope.parent, depth++) {
    const source = findQualified(scope, names);
    if (source) return readRow(source, depth, visit);
  }
  return reportMissing(names, visit);
}

/** `$2`, `t.$2`: a column by its place, from 1. */
export function readPositional(
  position: number,
  table: Ident | undefined,
  visit: Visit,
): ValueType {
  const { context } = visit;
  const name = table && nameOf(table, context.analysis.dialect);
  const { sources } = context.scope;
  const source = name ? findQualified(context.scope, [name]) : sources[0];
  const column = source?.open ? undefined : source?.columns.columns[position - 1];
  if (source && column && (name || sources.length === 1))
    return readPlain({ kind: "column", source, column, path: [], depth: 0 }, name?.line, visit);
  const possible = source && name ? [source] : sources;
  for (const each of possible) markUnknown(context, each, 0);
  // Of a file in a stage it is said already that it is no asset.
  if (possible.every((each) => each.target === undefined)) return UNTYPED;
  reportProblem(context, {
    code: "sql-not-understood",
    message: `which column $${position} is cannot be told: the columns of its table are not known`,
    at: name,
  });
  return UNTYPED;
}

/** How this table is used here is not known: the relation's run and rows may depend on any part of it. */
export function markUnknown(context: ExpressionContext, source: Source, depth: number): void {
  if (!source.target) return;
  const cell = depth === 0 && !context.groups ? context.rowsCell() : undefined;
  const input = cell?.input ?? context.relation.inputFor(source.target, "exists");
  context.relation.addEdge({ input, use: "UNKNOWN" });
}

function markAll(context: ExpressionContext): void {
  let scope: Scope | undefined = context.scope;
  for (let depth = 0; scope; scope = scope.parent, depth++) {
    for (const source of scope.sources) markUnknown(context, source, depth);
    if (scope.sources.length > 0) break;
  }
}

/** The one table that a name can only be of: the one it is said with, or the only one that the query reads. */
function tableOfMissing(scope: Scope, names: readonly Name[]): FoundColumn | undefined {
  let at: Scope | undefined = scope;
  for (let depth = 0; at; at = at.parent, depth++) {
    for (let length = Math.min(names.length - 1, 3); length >= 1; length--) {
      const source = findQualified(at, names.slice(0, length));
      const name = names[length];
      if (source && name) return lostColumn(source, { name, depth, path: names.slice(length + 1) });
    }
    if (names.length > 1 || at.sources.length === 0) continue;
    const [only, second] = at.sources;
    const [name] = names;
    const isOnly = only !== undefined && second === undefined && at.parent === undefined;
    return isOnly && name ? lostColumn(only, { name, depth, path: [] }) : undefined;
  }
  return undefined;
}

function lostColumn(
  source: Source,
  { name, depth, path }: Pick<FoundColumn, "depth" | "path"> & { readonly name: Name },
): FoundColumn | undefined {
  if (!source.target || !("asset" in source.target) || source.value) return undefined;
  return { kind: "column", source, column: { name: name.text, column: name.text }, path, depth };
}

/** Where several tables may have had the name, or stars stand between, it may be of any of them. */
function readThroughStars(names: readonly Name[], { context, sink, wrap }: Visit): void {
  const [first] = names;
  const qualifier = names.slice(0, -1);
  const [name] = names.slice(-1);
  const passed = new Set<AssetId>();
  for (let at: Scope | undefined = context.scope; at; at = at.parent) {
    const said = qualifier.length > 0 ? findQualified(at, qualifier) : undefined;
    const sources = qualifier.length > 0 ? (said ? [said] : []) : at.sources;
    for (const { target, value } of sources)
      if (target && !value) for (const asset of passedOn(target)) passed.add(asset);
    if (said) break;
  }
  if (!first || !name) return;
  for (const asset of passed) {
    const input = context.relation.inputFor({ asset }, "exists");
    const cell = { input, column: name.text };
    if (passed.size > 1) context.relation.addEdge({ ...cell, use: "UNKNOWN" });
    else sink({ cell, use: wrap.use, detail: wrap.detail, line: first.line });
  }
}

/** The tables whose columns come through, whatever they are called. */
function passedOn(target: Target, seen = new Set<RelationBuilder>()): readonly AssetId[] {
  if ("asset" in target) return [target.asset];
  const { relation } = target;
  if (seen.has(relation)) return [];
  seen.add(relation);
  return relation.edges.flatMap(({ use, column, input }) => {
    const inner =
      use === "STAR" && column === undefined ? relation.inputs[input]?.target : undefined;
    return inner === undefined ? [] : passedOn(inner, seen);
  });
}

function reportMissing(names: readonly Name[], visit: Visit): ValueType {
  const { context } = visit;
  const [first] = names;
  if (!first || (names.length === 1 && !first.quoted && isConstantWord(first.text))) return UNTYPED;
  if (first.text.startsWith("@") || first.text.startsWith("$")) return UNTYPED;
  const text = names.map((name) => name.text).join(".");
  const lost = tableOfMissing(context.scope, names);
  const cell = lost && cellOf(context, lost);
  // The list of columns may be newer than the query, which then reads what is gone, or older than both.
  if (cell) visit.sink({ cell, use: visit.wrap.use, detail: visit.wrap.detail, line: first.line });
  else readThroughStars(names, visit);
  // A bare name may be something else that is not understood.
  if (!cell || names.length === 1) markAll(context);
  reportProblem(context, {
    code: "unknown-column",
    message: `no table of the query has a column "${text}"`,
    at: first,
  });
  return UNTYPED;
}
