import type { Use } from "#lib/model/use.ts";
import { analyseCondition, conjunctsOf } from "./analyze-condition.ts";
import { analyseExpression } from "./analyze-expression.ts";
import { analyseFrom } from "./analyze-from.ts";
import { addCtes, NO_CTES } from "./analyze-query-body.ts";
import { type Expr, type Query, type TableWithJoins, tagOf } from "./ast.ts";
import {
  type Analysis,
  BARE,
  type ExpressionContext,
  type Flow,
  subqueryInput,
  type ValueType,
  type Visit,
} from "./expression-context.ts";
import { readFrom, readMergedFrom, targetOf } from "./from-tree.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { createScope, type Source } from "./scope.ts";

export interface Assignment {
  readonly column: string;
  readonly value: Expr;
  /** Of several columns set from one query: which of the query's columns, from 0. */
  readonly position?: number;
}

/** A WHEN clause of a merge, or the only one of an update. */
export interface Branch {
  readonly assignments: readonly Assignment[];
  readonly condition: Expr | undefined;
  /** `update set *`, `insert row`: every column of the source under its own name. */
  readonly takesAll?: boolean;
  /** The only side whose columns it can name; absent: both. */
  readonly sees?: "source" | "target" | undefined;
}

export interface ChangeInput {
  readonly analysis: Analysis;
  readonly noteCte: (relation: RelationBuilder) => void;
  /** The target first. */
  readonly items: readonly TableWithJoins[];
  readonly condition: Expr | undefined;
  /** What the condition's columns are to the target's rows: KEY_MERGE for a merge's ON, else FILTER. */
  readonly conditionUse: Use;
  readonly branches: readonly Branch[];
  readonly label: string;
  readonly ctes: Query["with"];
}

/** MERGE, UPDATE and DELETE: one relation whose columns are those of the target that are written. */
export function analyseChange(input: ChangeInput): RelationBuilder {
  const { analysis, items } = input;
  const session = analysis.session ?? NO_CTES;
  const ctes = input.ctes
    ? addCtes({ ...input, parent: undefined, ctes: session, label: input.label }, input.ctes)
    : session;
  const scope = createScope(undefined, ctes);
  const node = analyseFrom({ analysis, scope, select: { from: items, lateral_views: [] } });
  const relation = new RelationBuilder(input.label);
  const context: ExpressionContext = {
    analysis,
    relation,
    scope,
    cellOf: (source, column) => readFrom(relation, node, { source, column }, "each"),
    mergedCells: (merged) => {
      const cell = readMergedFrom(relation, node, merged, "each");
      return cell ? [cell] : [];
    },
    rowsCell: () => {
      const target = node && targetOf(node);
      return target ? { input: relation.inputFor(target, "each") } : undefined;
    },
    windows: new Map(),
  };
  context.rowsCell();
  if (input.condition) addKeys(input.condition, context, input.conditionUse);
  for (const branch of input.branches) {
    const seen = seenBy(branch, context);
    if (branch.condition) addKeys(branch.condition, seen, "FILTER");
    if (branch.takesAll) takeAll(scope.sources.slice(1), context);
    for (const assignment of branch.assignments) assign(assignment, seen);
  }
  return relation;
}

function seenBy({ sees }: Branch, context: ExpressionContext): ExpressionContext {
  if (sees === undefined) return context;
  const { scope } = context;
  const sources = sees === "source" ? scope.sources.slice(1) : scope.sources.slice(0, 1);
  return { ...context, scope: { ...scope, sources } };
}

function addKeys(condition: Expr, context: ExpressionContext, use: Use): void {
  for (const conjunct of conjunctsOf(condition)) {
    const sink = ({ cell, use: found, detail, line }: Flow): void =>
      context.relation.addEdge({ ...cell, use: found === "FILTER" ? use : found, detail, line });
    analyseCondition(
      conjunct,
      { wrap: { use: "FILTER", fixed: true }, context, sink },
      analyseExpression,
    );
  }
}

function assign(assignment: Assignment, context: ExpressionContext): void {
  const { relation, analysis } = context;
  const { column, value } = assignment;
  const flows: Flow[] = [];
  const visit: Visit = { wrap: BARE, context, sink: (flow) => flows.push(flow) };
  const type = readPart(assignment, visit) ?? analyseExpression(value, visit);
  const to = indexOf(column, context) ?? relation.addColumn({ name: column, ...type });
  const expression = analysis.text.excerpt(value);
  for (const { cell, use, detail, line } of flows)
    relation.addEdge({ ...cell, to, use, detail, expression, line });
}

/** A column that another clause has written, letter by letter or as the dialect takes names for one. */
function indexOf(name: string, { relation, analysis }: ExpressionContext): number | undefined {
  const known = relation.indexOf(name);
  if (known !== undefined || analysis.dialect === "postgres") return known;
  const lower = name.toLowerCase();
  const alike = relation.columns.findIndex((column) => column.name.toLowerCase() === lower);
  return alike < 0 ? undefined : alike;
}

function readPart({ value, position }: Assignment, visit: Visit): ValueType | undefined {
  const { tag, payload } = tagOf(value);
  if (position === undefined || tag !== "Subquery") return undefined;
  const { context, sink } = visit;
  const query = payload as Query;
  const relation = context.analysis.analyseSubquery({ query, scope: context.scope });
  const column = relation.columns[position];
  const input = subqueryInput(context, relation, "single");
  if (column) sink({ cell: { input, column: column.name }, use: "IDENTITY" });
  return { type: column?.type, nullable: true };
}

function takeAll(sources: readonly Source[], context: ExpressionContext): void {
  const { relation } = context;
  for (const source of sources) {
    for (const column of source.columns.columns) {
      const cell = context.cellOf(source, column);
      const to = relation.indexOf(column.name) ?? relation.addColumn(column);
      if (cell) relation.addEdge({ ...cell, to, use: "STAR" });
    }
    const rows = context.rowsCell();
    if (rows) relation.addEdge({ input: rows.input, use: source.open ? "UNKNOWN" : "STAR" });
  }
}
