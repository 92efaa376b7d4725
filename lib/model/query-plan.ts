import type { ReaderMode } from "./asset.ts";
import type { AssetId } from "./asset-id.ts";
import type { RowUse, Use } from "./use.ts";

/**
 * A query as the engine walks it: its inner relations (CTEs, subqueries, join sides, filters, aggregations) as a small
 * graph of their own. Each relation has a row set and columns exactly as an asset has, so one set of rules serves both:
 * a filter below a left join can only null the columns of that side, a count(*) does not care about a column, and a
 * chain of sixty CTEs stays linear. What people see is the same graph with the inner relations contracted away.
 *
 * `select c.name, sum(p.amount) from customers c left join (select * from payments where ok) p on p.cid = c.id group by 1`
 * is: 0 filter over payments · 1 side p of the join over 0 and customers · 2 join over customers and 1 · 3 aggregate over 2.
 */
export interface QueryPlan {
  /** In order: a relation reads assets and earlier relations only. The last is the result. (A recursive CTE reads itself.) */
  readonly relations: readonly PlanRelation[];
}

export type PlanInput =
  | {
      readonly asset: AssetId;
      readonly rows: RowUse;
      /** The statement says how it meets a schema that differs: an option of the call that reads a file. */
      readonly reader?: ReaderMode;
    }
  | { readonly relation: number; readonly rows: RowUse };

export interface PlanRelation {
  /** For people: `payments where`, `cte paid`, `left join p`, `group by`, `result`. */
  readonly label: string;
  readonly columns: readonly PlanColumn[];
  readonly inputs: readonly PlanInput[];
  readonly edges: readonly PlanEdge[];
  /** 1-based line in the SQL text. */
  readonly line?: number;
}

export interface PlanColumn {
  readonly name: string;
  readonly type?: string;
  readonly nullable?: boolean;
  /** The text that the query writes there, in every row: `select 'US' as entity`. Of NULL the type says so. */
  readonly constant?: string;
}

export interface PlanEdge {
  /** Index into the relation's `inputs`. */
  readonly input: number;
  /** Absent: the input's row set (count(*), exists). */
  readonly column?: string;
  /** Index into the relation's `columns`; absent: the use decides about its rows. */
  readonly to?: number;
  readonly use: Use;
  /**
   * What the expression does with the value, for type rules: a function name in lower case, `cast:BIGINT`, `op:+`. On an
   * IDENTITY, `carry`: an inner relation hands the column to the next stage, and the query does not name it here. Ends
   * in `OF_STAR` where the expression takes all columns there are.
   */
  readonly detail?: string;
  /** The expression as written, shortened. */
  readonly expression?: string;
  readonly line?: number;
  /** A condition that rows must meet, and that asks nothing but this: which texts of the column stay. */
  readonly keeps?: KeptTexts;
  /** The column is named without its table, and a query around this one has a column of that name too. */
  readonly caught?: true;
  /**
   * What happens to a day that comes from the column, wherever it stands in the expression: whole `days` are added to it;
   * it is one end of a `span` to another day, which may go on as a number (`spans`).
   */
  readonly takes?: "days" | "span" | "spans";
  /** Something around it gives null for what it cannot read: `try_cast(replace(phone, '-', '') as bigint)`. */
  readonly tried?: true;
}

/** `in`: one of these; `notIn`: any but these. NULL never stays: with no text to leave out it is `is not null`. */
export type KeptTexts = { readonly in: readonly string[] } | { readonly notIn: readonly string[] };

/** The end of the detail of a column that is used as one of all: `to_json(o)`, `sum(columns(*))`, `count(distinct *)`. */
export const OF_STAR = " of *";

/** The detail of an edge of no column: a row as one value, `to_json(o)`, in which a column that is not there yet shows too. */
export const NEW_IN_ROW = "new_in_row";

/** The end of the detail of a column that a union by name takes where it is there, and fills with nulls where not. */
export const OR_NULL = " or null";

/** The same where no other part of the union gives the column: without it, the union has none. */
export const IF_THERE = " if there";

/** The detail of a key of a window's order behind a moment in time: it tells apart what happened at once. */
export const TIE = "order_tie";

/** The detail of a column in an aggregate's FILTER: by itself, or before how the column is compared there (`filter:op:=`). */
export const AGGREGATE_FILTER = "filter";
export const isOfAggregateFilter = (detail: string | undefined): boolean =>
  detail?.split(":", 1)[0] === AGGREGATE_FILTER;
