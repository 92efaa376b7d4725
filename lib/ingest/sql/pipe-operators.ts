import {
  type Expr,
  type Ident,
  identsOf,
  type OrderByItem,
  type PivotFactor,
  type Query,
  type RenamedColumn,
  type Select,
  type SelectItem,
  type SetExpr,
  type TableAlias,
  type TableFactor,
  type TableWithJoins,
  tagOf,
  type WildcardOptions,
} from "./ast.ts";
import { PIPE_DISTINCT } from "./normalise-sql.ts";

/** What a pipe has come to: a FROM with conditions, whose tables can still be named. */
interface Stage {
  readonly from: readonly TableWithJoins[];
  readonly selection: Expr | null;
  /** An ORDER BY that a LIMIT may follow. */
  readonly order: readonly OrderByItem[];
}

export interface UnfoldedPipe {
  /** The same without pipes, up to the first operator that is not followed. */
  readonly query: Query;
  /** Its name; undefined: all of them are followed. */
  readonly stoppedAt: string | undefined;
}

/**
 * `from t |> where … |> aggregate … group by …` as queries inside each other, which is what it means: each operator
 * reads the table that the ones before it give.
 */
export function unfoldPipe(query: Query): UnfoldedPipe {
  let stage = firstStage(query);
  for (const operator of query.pipe_operators ?? []) {
    const { tag, payload } = tagOf(operator);
    const next = OPERATORS[tag]?.(payload as never, stage);
    if (next === undefined)
      return { query: { ...asQuery(stage), with: query.with }, stoppedAt: tag };
    stage = next;
  }
  return { query: { ...asQuery(stage), with: query.with }, stoppedAt: undefined };
}

function firstStage(query: Query): Stage {
  const { tag, payload } = tagOf(query.body);
  const select = tag === "Select" ? (payload as Select) : undefined;
  const isPlain = select?.flavor === "FromFirstNoSelect" && !query.order_by && !query.limit_clause;
  if (select && isPlain) return { from: select.from, selection: select.selection, order: [] };
  return stageOf({ ...query, with: null, pipe_operators: [] }, null);
}

const stageOf = (subquery: Query, alias: TableAlias | null): Stage => ({
  from: [{ relation: { Derived: { lateral: false, subquery, alias } }, joins: [] }],
  selection: null,
  order: [],
});

const NOTHING = {
  distinct: null,
  top: null,
  into: null,
  lateral_views: [],
  selection: null,
  group_by: { Expressions: [[], []] },
  sort_by: [],
  having: null,
  named_window: [],
  qualify: null,
  value_table_mode: null,
  flavor: "Standard",
} as const;

const STAR: SelectItem = { Wildcard: {} };

function queryOf(body: SetExpr): Query {
  return { with: null, body, order_by: null, limit_clause: null, fetch: null };
}

function select(stage: Stage, parts: Partial<Select> & Pick<Select, "projection">): Query {
  const body: Select = { ...NOTHING, from: stage.from, selection: stage.selection, ...parts };
  const query = queryOf({ Select: body });
  return stage.order.length > 0
    ? { ...query, order_by: { kind: { Expressions: stage.order } } }
    : query;
}

const asQuery = (stage: Stage): Query => select(stage, { projection: [STAR] });

/** The name that the columns of a stage's only table go by: it stays after operators that keep the rows' columns. */
function aliasOf({ from }: Stage): TableAlias | null {
  const [only, second] = from;
  if (!only || second || only.joins.length > 0) return null;
  const { tag, payload } = tagOf(only.relation);
  const table = payload as { readonly alias?: TableAlias | null; readonly name?: never };
  if (table.alias) return { ...table.alias, columns: [] };
  const name = tag === "Table" && table.name ? identsOf(table.name).at(-1) : undefined;
  return name ? { name, columns: [] } : null;
}

const starWith = (stage: Stage, options: WildcardOptions): Stage =>
  stageOf(select(stage, { projection: [{ Wildcard: options }] }), aliasOf(stage));

interface Aggregated {
  readonly expr: { readonly expr: Expr; readonly alias?: Ident | null };
}

const itemOf = ({ expr: { expr, alias } }: Aggregated): SelectItem =>
  alias ? { ExprWithAlias: { expr, alias } } : { UnnamedExpr: expr };

const bothHold = (left: Expr | null, right: Expr): Expr =>
  left ? { BinaryOp: { left, op: "And", right } } : right;

const KEEPS_LEFT = new Set(["Join", "Inner", "Left", "LeftOuter", "CrossJoin"]);

function join(added: TableWithJoins["joins"][number], stage: Stage): Stage {
  const keeps = KEEPS_LEFT.has(tagOf(added.join_operator).tag);
  const isOpen = keeps || stage.selection === null;
  const open = isOpen ? stage : stageOf(asQuery(stage), aliasOf(stage));
  const last = open.from.at(-1);
  if (!last) return open;
  const joined = { ...last, joins: [...last.joins, added] };
  return { ...open, order: [], from: [...open.from.slice(0, -1), joined] };
}

const combine =
  (op: "Union" | "Except" | "Intersect") =>
  (
    {
      set_quantifier,
      queries,
    }: { readonly set_quantifier: string; readonly queries: readonly Query[] },
    stage: Stage,
  ): Stage => {
    let body: SetExpr = { Query: asQuery(stage) };
    for (const right of queries)
      body = { SetOperation: { op, set_quantifier, left: body, right: { Query: right } } };
    return stageOf(queryOf(body), null);
  };

const asFactor = (stage: Stage): TableFactor => ({
  Derived: { lateral: false, subquery: asQuery(stage), alias: aliasOf(stage) },
});

const factorStage = (relation: TableFactor): Stage => ({
  from: [{ relation, joins: [] }],
  selection: null,
  order: [],
});

interface AssignmentNode {
  readonly target: { readonly ColumnName?: Parameters<typeof identsOf>[0] };
  readonly value: Expr;
}

function isDistinctMark(item: SelectItem | undefined): boolean {
  const { tag, payload } = tagOf(item);
  const inner = tag === "UnnamedExpr" ? tagOf(payload) : undefined;
  return inner?.tag === "Identifier" && (inner.payload as Ident).value === PIPE_DISTINCT;
}

const OPERATORS: Readonly<Record<string, (payload: never, stage: Stage) => Stage | undefined>> = {
  Where: ({ expr }: { readonly expr: Expr }, stage) => ({
    ...stage,
    selection: bothHold(stage.selection, expr),
  }),
  Select: ({ exprs }: { readonly exprs: readonly SelectItem[] }, stage) => {
    const isDistinct = isDistinctMark(exprs[0]);
    const projection = isDistinct ? exprs.slice(1) : exprs;
    return stageOf(select(stage, { projection, distinct: isDistinct ? "Distinct" : null }), null);
  },
  Extend: ({ exprs }: { readonly exprs: readonly SelectItem[] }, stage) =>
    stageOf(select(stage, { projection: [STAR, ...exprs] }), aliasOf(stage)),
  Set: ({ assignments }: { readonly assignments: readonly AssignmentNode[] }, stage) => {
    const items = assignments.flatMap(({ target, value }) => {
      const column_name = target.ColumnName && identsOf(target.ColumnName).at(-1);
      return column_name ? [{ expr: value, column_name }] : [];
    });
    return starWith(stage, { opt_replace: { items } });
  },
  Drop: ({ columns }: { readonly columns: readonly Ident[] }, stage) => {
    const [first_element, ...additional_elements] = columns;
    return first_element && starWith(stage, { opt_except: { first_element, additional_elements } });
  },
  Rename: ({ mappings }: { readonly mappings: readonly RenamedColumn[] }, stage) =>
    starWith(stage, { opt_rename: { Multiple: mappings } }),
  As: ({ alias }: { readonly alias: Ident }, stage) =>
    stageOf(asQuery(stage), { name: alias, columns: [] }),
  Aggregate: (
    {
      full_table_exprs: aggregates,
      group_by_expr: keys,
    }: {
      readonly full_table_exprs: readonly Aggregated[];
      readonly group_by_expr: readonly Aggregated[];
    },
    stage,
  ) =>
    stageOf(
      select(stage, {
        projection: [...keys, ...aggregates].map(itemOf),
        group_by: { Expressions: [keys.map(({ expr }) => expr.expr), []] },
      }),
      null,
    ),
  OrderBy: ({ exprs }: { readonly exprs: readonly OrderByItem[] }, stage) => ({
    ...stage,
    order: exprs,
  }),
  Limit: (limit: { readonly expr: Expr; readonly offset: unknown }, stage) => {
    const limit_clause = { LimitOffset: { limit: limit.expr, offset: limit.offset } };
    return stageOf({ ...asQuery(stage), limit_clause }, aliasOf(stage));
  },
  Join: join,
  Union: combine("Union"),
  Except: combine("Except"),
  Intersect: combine("Intersect"),
  TableSample: (_payload: unknown, stage) => stage,
  Pivot: (
    pivot: Omit<PivotFactor, "table" | "value_column" | "alias"> & {
      readonly value_column: readonly Ident[];
      readonly alias: Ident | null;
    },
    stage,
  ) =>
    factorStage({
      Pivot: {
        ...pivot,
        table: asFactor(stage),
        value_column: [{ CompoundIdentifier: pivot.value_column }],
        alias: pivot.alias ? { name: pivot.alias, columns: [] } : null,
      },
    }),
  Unpivot: (
    unpivot: {
      readonly value_column: Ident;
      readonly name_column: Ident;
      readonly unpivot_columns: readonly Ident[];
      readonly alias: Ident | null;
    },
    stage,
  ) =>
    factorStage({
      Unpivot: {
        table: asFactor(stage),
        value: unpivot.value_column,
        name: unpivot.name_column,
        columns: unpivot.unpivot_columns.map((ident) => ({
          expr: { Identifier: ident },
          alias: null,
        })),
        alias: unpivot.alias ? { name: unpivot.alias, columns: [] } : null,
      },
    }),
};
