import { IF_THERE } from "#lib/model/query-plan.ts";
import type { RowUse } from "#lib/model/use.ts";
import { analyseExpression } from "./analyze-expression.ts";
import { analyseAggregate, isAggregateCall, partsOf } from "./analyze-function.ts";
import {
  type AliasedExpr,
  type Expr,
  type FunctionCall,
  type Ident,
  type PivotFactor,
  stringLiteralOf,
  tagOf,
  type UnpivotFactor,
} from "./ast.ts";
import { childExpressions, isExpression } from "./child-expressions.ts";
import { columnsIn } from "./expand-columns-call.ts";
import {
  type Analysis,
  BARE,
  type ExpressionContext,
  type Flow,
  type Visit,
} from "./expression-context.ts";
import { type FromNode, readFrom, readMergedFrom } from "./from-tree.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { type ColumnPart, nameOf, resolveName, type Scope } from "./scope.ts";

export interface PivotInput {
  readonly analysis: Analysis;
  /** The pivoted table alone. */
  readonly scope: Scope;
  readonly node: FromNode;
}

export function contextOf(
  { analysis, scope, node }: PivotInput,
  relation: RelationBuilder,
  rows: RowUse,
): ExpressionContext {
  return {
    analysis,
    relation,
    scope,
    cellOf: (source, column) => readFrom(relation, node, { source, column }, rows),
    mergedCells: (merged) => {
      const cell = readMergedFrom(relation, node, merged, rows);
      return cell ? [cell] : [];
    },
    rowsCell: () => {
      const [source] = scope.sources;
      return source?.target ? { input: relation.inputFor(source.target, rows) } : undefined;
    },
    windows: new Map(),
  };
}

/**
 * PIVOT: one column for each value and aggregate; the FOR column decides which rows a column folds; every column that
 * is neither is a key.
 */
export function analysePivot(input: PivotInput & { readonly pivot: PivotFactor }): RelationBuilder {
  const { pivot, scope, analysis } = input;
  const relation = new RelationBuilder("pivot");
  const context = contextOf(input, relation, "grouped");
  const aggregates = pivot.aggregate_functions.map((aggregate) =>
    collectAggregate(aggregate, context),
  );
  const forFlows: Flow[] = [];
  for (const column of pivot.value_column) {
    analyseExpression(column, { wrap: BARE, context, sink: (flow) => forFlows.push(flow) });
  }
  const used = new Set(
    [...aggregates.flatMap((each) => each.flows), ...forFlows].map(
      (flow) => `${flow.cell.input}|${flow.cell.column}`,
    ),
  );
  for (const part of allColumns(scope)) {
    const cell = context.cellOf(part.source, part.column);
    if (!cell || used.has(`${cell.input}|${cell.column}`)) continue;
    const to = relation.addColumn(part.column);
    // Nothing names such a key: without it there are fewer of them.
    relation.addEdge({ ...cell, to, use: "IDENTITY", detail: `pivot_key${IF_THERE}` });
    relation.addEdge({ ...cell, to, use: "GROUP_BY", detail: `pivot_key${IF_THERE}` });
  }
  const addValue = (name: string, aggregate: Aggregate, value?: Expr): number => {
    const to = relation.addColumn({ name, nullable: true });
    for (const flow of aggregate.flows)
      relation.addEdge({ ...flow.cell, to, use: flow.use, detail: flow.detail });
    const text = value === undefined ? undefined : stringLiteralOf(value);
    for (const { cell, use } of forFlows)
      relation.addEdge({
        ...cell,
        to,
        use: "CONDITIONAL_NO_ELSE",
        detail: "pivot",
        ...(text === undefined || use !== "IDENTITY" || forFlows.length > 1
          ? {}
          : { expression: `${cell.column} = '${text.replaceAll("'", "''")}'` }),
      });
    return to;
  };
  const values = "List" in pivot.value_source ? pivot.value_source.List : undefined;
  for (const value of values ?? []) {
    for (const aggregate of aggregates)
      addValue(pivotedName({ value, aggregate, aggregates, analysis }), aggregate, value.expr);
  }
  const [first] = aggregates;
  if (!values && first) {
    // Which columns there are hangs on the values that the FOR column has.
    for (const flow of forFlows)
      relation.addEdge({ ...flow.cell, use: "FILTER", detail: "pivot", line: flow.line });
    // The columns that hold the aggregates have no names yet: what happens to those happens to every row.
    for (const flow of aggregates.flatMap((each) => each.flows))
      relation.addEdge({ ...flow.cell, use: flow.use, detail: flow.detail, line: flow.line });
    relation.ensure = (name) => relation.nameAt(relation.indexOf(name) ?? addValue(name, first));
  } else if (scope.sources.some((source) => source.open)) ensureKeys(input, relation, context);
  return relation;
}

/** Over a table whose columns are not known, every further name is a key. */
function ensureKeys(
  { scope }: PivotInput,
  relation: RelationBuilder,
  context: ExpressionContext,
): void {
  const source = scope.sources.find((each) => each.open);
  if (!source) return;
  relation.ensure = (name) => {
    const known = relation.indexOf(name);
    if (known !== undefined) return relation.nameAt(known);
    const column = source.ensure ? source.ensure(name) : name;
    const cell = column === undefined ? undefined : context.cellOf(source, { name, column });
    const to = relation.addColumn({ name });
    if (cell) {
      relation.addEdge({ ...cell, to, use: "IDENTITY" });
      relation.addEdge({ ...cell, to, use: "GROUP_BY", detail: "pivot_key" });
    }
    return relation.nameAt(to);
  };
}

function* allColumns(scope: Scope): Generator<ColumnPart> {
  for (const source of scope.sources) {
    for (const column of source.columns.columns) yield { source, column };
  }
}

interface Aggregate {
  readonly alias: string | undefined;
  readonly text: string;
  readonly flows: readonly Flow[];
}

function collectAggregate({ expr, alias }: AliasedExpr, context: ExpressionContext): Aggregate {
  const flows: Flow[] = [];
  readFolded(expr, { wrap: BARE, context, sink: (flow) => flows.push(flow) });
  return {
    alias: alias ? nameOf(alias, context.analysis.dialect).text : undefined,
    text: context.analysis.text.excerpt(expr) ?? "value",
    flows,
  };
}

/** An expression over several rows, which an aggregate may fold. */
export function readFolded(expr: Expr, visit: Visit): void {
  const { tag, payload } = tagOf(expr);
  if (tag === "Function" && isAggregateCall(payload as FunctionCall)) {
    const call = payload as FunctionCall;
    const input = { call, expr, visit, analyse: analyseExpression, readSubquery: () => ({}) };
    analyseAggregate(input, partsOf(call));
  } else analyseExpression(expr, visit);
}

interface PivotedName {
  readonly value: AliasedExpr;
  readonly aggregate: Aggregate;
  readonly aggregates: readonly Aggregate[];
  readonly analysis: Analysis;
}

/** What engines call a pivoted column: the value, with the aggregate's name where that is given. */
function pivotedName({ value, aggregate, aggregates, analysis }: PivotedName): string {
  const name = value.alias
    ? nameOf(value.alias, analysis.dialect).text
    : valueText(value.expr, analysis);
  const isPlain = aggregates.length === 1 && PLAIN_ALONE.has(analysis.dialect);
  const suffix = isPlain
    ? undefined
    : (aggregate.alias ?? (aggregates.length > 1 ? aggregate.text : undefined));
  if (suffix === undefined) return name;
  return analysis.dialect === "bigquery" ? `${suffix}_${name}` : `${name}_${suffix}`;
}

/** Where a single aggregate gives its columns the names of the values, whatever it is called itself. */
const PLAIN_ALONE: ReadonlySet<string> = new Set(["spark", "databricks"]);

function valueText(expr: Expr, analysis: Analysis): string {
  const text = stringLiteralOf(expr);
  if (text !== undefined) return analysis.dialect === "snowflake" ? `'${text}'` : text;
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return (payload as Ident).value;
  return analysis.text.excerpt(expr) ?? "value";
}

/** UNPIVOT: the value column holds each listed column in turn, the name column their names; the rest passes. */
export function analyseUnpivot(
  input: PivotInput & { readonly unpivot: UnpivotFactor },
): RelationBuilder {
  const { unpivot, scope, analysis } = input;
  const relation = new RelationBuilder("unpivot");
  const context = contextOf(input, relation, "each");
  const listed = unpivot.columns.flatMap(
    ({ expr }) =>
      columnsIn(expr, { scope, analysis })?.map((column) => [column]) ?? [partsIn(expr)],
  );
  const gone = new Set(
    listed
      .flat()
      .flatMap(identsUnder)
      .flatMap((ident) => {
        const found = resolveName(scope, [nameOf(ident, analysis.dialect)]);
        return found.kind === "column" ? [found.column.column] : [];
      }),
  );
  for (const part of allColumns(scope)) {
    if (gone.has(part.column.column)) continue;
    const cell = context.cellOf(part.source, part.column);
    const to = relation.addColumn(part.column);
    // What is not listed passes as under a star: nothing names it here.
    if (cell) relation.addEdge({ ...cell, to, use: "IDENTITY", detail: "carry" });
  }
  // A row whose value is null is left out, unless the query says otherwise.
  const dropsNulls = unpivot.null_inclusion !== "IncludeNulls";
  const valuesFirst = VALUES_FIRST.has(analysis.dialect);
  if (!valuesFirst) addNames(unpivot, relation, analysis);
  const targets = identsIn(unpivot.value as Expr).map((ident) =>
    relation.addColumn({ name: nameOf(ident, analysis.dialect).text }),
  );
  if (valuesFirst) addNames(unpivot, relation, analysis);
  for (const group of listed) {
    for (const [position, expr] of group.entries()) {
      const to = targets[position] ?? targets[0];
      const sink = ({ cell, use, detail, line }: Flow): void => {
        const isBare = use === "IDENTITY" && listed.length > 1;
        relation.addEdge({
          ...cell,
          to,
          use,
          detail: detail ?? (isBare ? UNPIVOTED : undefined),
          line,
        });
        if (dropsNulls) relation.addEdge({ ...cell, use: "FILTER", detail: "unpivot", line });
      };
      analyseExpression(expr, { wrap: BARE, context, sink });
    }
  }
  if (scope.sources.some((source) => source.open)) ensurePassed(input, relation, context);
  return relation;
}

/** One of several columns that become one, and so have to be of one type. */
const UNPIVOTED = "unpivoted";

/** Where a star over UNPIVOT shows the values before their names. */
const VALUES_FIRST: ReadonlySet<string> = new Set(["bigquery", "tsql"]);

function addNames(unpivot: UnpivotFactor, relation: RelationBuilder, analysis: Analysis): void {
  const { text } = nameOf(unpivot.name, analysis.dialect);
  relation.addColumn({ name: text, type: "VARCHAR", nullable: false });
}

export function ensurePassed(
  { scope }: PivotInput,
  relation: RelationBuilder,
  context: ExpressionContext,
): void {
  const source = scope.sources.find((each) => each.open);
  if (!source) return;
  relation.ensure = (name) => {
    const known = relation.indexOf(name);
    if (known !== undefined) return relation.nameAt(known);
    const column = source.ensure ? source.ensure(name) : name;
    const cell = column === undefined ? undefined : context.cellOf(source, { name, column });
    const to = relation.addColumn({ name });
    if (cell) relation.addEdge({ ...cell, to, use: "IDENTITY" });
    return relation.nameAt(to);
  };
}

/** The expressions of `(a, b)`, or the one that stands alone. */
function partsIn(expr: Expr): Expr[] {
  const { tag, payload } = tagOf(expr);
  if (tag === "Tuple") return [...(payload as readonly Expr[])];
  return tag === "Nested" ? partsIn(payload as Expr) : [expr];
}

/** Every column that an expression names, by its last part. */
function identsUnder(expr: Expr): Ident[] {
  const own = identsIn(expr);
  if (own.length > 0) return own;
  const { payload } = tagOf(expr);
  return childExpressions(payload).flatMap((child) =>
    isExpression(child) ? identsUnder(child) : [],
  );
}

/** `a`, or the columns of `(a, b)`. */
function identsIn(expr: Expr | Ident): Ident[] {
  if (typeof expr === "object" && typeof (expr as { readonly value?: unknown }).value === "string")
    return [expr as Ident];
  const { tag, payload } = tagOf(expr);
  if (tag === "Identifier") return [payload as Ident];
  if (tag === "CompoundIdentifier") return [(payload as readonly Ident[]).at(-1) as Ident];
  if (tag === "Tuple") return (payload as readonly Expr[]).flatMap(identsIn);
  if (tag === "Nested") return identsIn(payload as Expr);
  return [];
}
