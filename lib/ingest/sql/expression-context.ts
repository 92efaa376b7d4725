import type { Problem } from "#lib/model/problem.ts";
import { OF_STAR, type PlanEdge } from "#lib/model/query-plan.ts";
import type { RowUse, Use } from "#lib/model/use.ts";
import type { Expr, FunctionCall, Query, WindowSpec } from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import type { Allowance } from "./plan-limit.ts";
import type { QueryTrace } from "./query-trace.ts";
import type {
  CteScope,
  MergedColumn,
  Name,
  Scope,
  Source,
  TableSchema,
  VisibleColumn,
} from "./scope.ts";
import type { SourceText } from "./source-text.ts";
import { strengthOf } from "./use-strength.ts";

/** An input column of the relation that is being built. Without `column`: the input's rows. */
export interface Cell {
  readonly input: number;
  readonly column?: string;
}

export const cellKey = ({ input, column }: Cell): string => `${input}|${column ?? ""}`;

/** One use of one input column. */
export interface Flow {
  readonly cell: Cell;
  readonly use: Use;
  readonly detail?: string | undefined;
  readonly line?: number | undefined;
  readonly takes?: PlanEdge["takes"];
  readonly tried?: PlanEdge["tried"];
  /** Through an alias whose value has another type than the column by itself. */
  readonly carries?: false;
}

export type Sink = (flow: Flow) => void;

/**
 * What has been done to a value on the way from the output down to here. Expressions are walked from the outside in, so
 * that every column is met once; `fixed` says that the role is decided (a condition, a sort key) whatever lies inside.
 */
export interface Wrap {
  readonly use: Use;
  readonly detail?: string | undefined;
  readonly fixed?: boolean;
  /** Around it stands what gives null for what it cannot read. */
  readonly tried?: true;
}

export const BARE: Wrap = { use: "IDENTITY" };

/** The stronger use wins and brings its detail; among equals the outermost, which came first. */
export function enter(wrap: Wrap, use: Use, detail?: string): Wrap {
  if (wrap.fixed || strengthOf(use) <= strengthOf(wrap.use)) return wrap;
  return wrap.tried ? { use, detail, tried: true } : { use, detail };
}

/**
 * The detail of a use of a column that the query does not name, as it takes all columns: where one is missing nothing
 * fails. A condition is left as it is.
 */
export const ofStar = ({ fixed, detail }: Wrap): string | undefined =>
  fixed ? detail : `${detail ?? ""}${OF_STAR}`;

/** Into a part with a role of its own, such as a window's keys; inside a condition it stays a condition. */
export function enterRole(wrap: Wrap, use: Use, detail?: string): Wrap {
  if (wrap.fixed) return DECIDES.has(use) ? whereValueDecides(wrap) : wrap;
  return { use, detail, fixed: true };
}

const DECIDES: ReadonlySet<Use> = new Set(["CONDITIONAL", "CONDITIONAL_NO_ELSE"]);
const ASKS_FOR_A_VALUE: ReadonlySet<string> = new Set(["is_null", "is_not_null"]);

/** Inside `… is null`, where whether there is a value hangs on which one it is: `nullif(status, 'paid') is null`. */
export function whereValueDecides(wrap: Wrap): Wrap {
  const { use, detail, fixed } = wrap;
  if (use === "AGG_COUNT") return { use: "CONDITIONAL_NO_ELSE", detail: "op:=", fixed: true };
  if (detail === undefined || !ASKS_FOR_A_VALUE.has(detail.replace(/^op:/, ""))) return wrap;
  return { ...wrap, detail: "op:=", ...(fixed ? { fixed } : {}) };
}

/** Inside what gives null for what it cannot read. */
export const tries = (wrap: Wrap): Wrap => ({ ...whereValueDecides(wrap), tried: true });

export interface ValueType {
  readonly type?: string | undefined;
  readonly nullable?: boolean | undefined;
}

export const UNTYPED: ValueType = {};

/** An output column that later expressions of the same block may name. */
export interface AliasEntry extends ValueType {
  readonly flows: readonly Flow[];
  /** Of the input columns (`input|column`) those that a day is one of. */
  readonly carriers: ReadonlySet<string>;
}

export interface GroupStage {
  /** Where the keys and aggregates are columns. */
  readonly relation: RelationBuilder;
  /** The column of the group relation that this expression is a key of. */
  readonly findKey: (expr: Expr) => number | undefined;
  readonly findKeyColumn: (source: Source, column: VisibleColumn) => number;
  readonly findMergedKey: (merged: MergedColumn) => number;
  readonly aggregate: (call: FunctionCall, expr: Expr) => number;
  /** A column of the group relation as an input cell of the relation that is being built. */
  readonly cell: (index: number) => Cell;
  readonly columnType: (index: number) => ValueType;
}

export interface SubqueryInput {
  readonly query: Query;
  readonly scope: Scope;
}

/** What holds for the whole statement. */
export interface Analysis {
  readonly dialect: Dialect;
  readonly text: SourceText;
  readonly lookup: (path: readonly string[]) => TableSchema | undefined;
  readonly problems: Problem[];
  readonly starColumns: Allowance;
  /** Temporary tables that the script filled before this statement. */
  readonly session?: CteScope;
  /** Is told what names and blocks came to, where somebody compares two queries. */
  readonly trace?: QueryTrace;
  readonly noteRead: (
    path: readonly string[],
    schema: TableSchema | undefined,
    line: number,
  ) => void;
  /** Analyses a query inside an expression; gives its relation. */
  readonly analyseSubquery: (input: SubqueryInput) => RelationBuilder;
}

export interface ExpressionContext {
  readonly analysis: Analysis;
  /** Where edges go. */
  readonly relation: RelationBuilder;
  readonly scope: Scope;
  /** A column of this block's FROM as an input of `relation`; undefined: it has no asset behind it. */
  readonly cellOf: (source: Source, column: VisibleColumn) => Cell | undefined;
  readonly mergedCells: (merged: MergedColumn) => readonly Cell[];
  /** The rows that aggregates and windows run over. */
  readonly rowsCell: () => Cell | undefined;
  /** Columns that a source does not have yet come as far as `relation`, as those of a star do. */
  readonly passNew?: (source: Source) => void;
  readonly aliases?: {
    readonly find: (name: Name) => AliasEntry | undefined;
    readonly first: boolean;
  };
  readonly groups?: GroupStage;
  readonly windows: ReadonlyMap<string, WindowSpec>;
}

/** Where the walk over an expression stands. */
export interface Visit {
  readonly wrap: Wrap;
  readonly context: ExpressionContext;
  readonly sink: Sink;
}

/** The walk over expressions, as its parts are given it: they call back into it. */
export type AnalyseExpression = (expr: Expr, visit: Visit) => ValueType;

export const within = (visit: Visit, wrap: Wrap): Visit => ({ ...visit, wrap });

/** An input of the current relation for a subquery's relation. */
export const subqueryInput = (
  context: ExpressionContext,
  relation: RelationBuilder,
  rows: RowUse,
): number => context.relation.inputFor({ relation }, rows);

export function reportProblem(
  context: { readonly analysis: Analysis },
  problem: {
    readonly code: Problem["code"];
    readonly message: string;
    readonly at?: Name | undefined;
  },
): void {
  const { problems } = context.analysis;
  const same = problems.some((known) => known.message === problem.message);
  if (same || problems.length >= 200) return;
  problems.push({
    code: problem.code,
    message: problem.message,
    severity: "warning",
    ...(problem.at && problem.at.line > 0
      ? { line: problem.at.line, column: problem.at.column }
      : {}),
  });
}
