import { analyseExpression } from "./analyze-expression.ts";
import { columnsOfRelation, renameColumns, tableSource } from "./analyze-from.ts";
import { analyseSelect, type OrderKeys } from "./analyze-select.ts";
import {
  type Cte,
  type Expr,
  isObject,
  positionOf,
  type Query,
  type Select,
  type SelectItem,
  type SetExpr,
  type SetOperation,
  tagOf,
  type With,
} from "./ast.ts";
import { rulesOf } from "./dialect.ts";
import {
  type Analysis,
  BARE,
  type ExpressionContext,
  reportProblem,
} from "./expression-context.ts";
import { foldRecursion } from "./fold-recursion.ts";
import { unfoldPipe } from "./pipe-operators.ts";
import { RelationBuilder } from "./plan-builder.ts";
import {
  ColumnIndex,
  type CteEntry,
  type CteScope,
  createScope,
  nameOf,
  type Scope,
  type Source,
} from "./scope.ts";
import { analyseSetOperation } from "./set-operation.ts";
import { tablesIn } from "./tables-in.ts";

export interface QueryInput {
  readonly analysis: Analysis;
  readonly query: Query;
  /** The block that this query stands in; its columns may be named. */
  readonly parent: Scope | undefined;
  readonly ctes: CteScope;
  readonly label: string;
  /** CTEs are noted here: one that nothing reads stays in the plan. */
  readonly noteCte: (relation: RelationBuilder) => void;
}

export const NO_CTES: CteScope = { find: () => undefined };

/** A query with its CTEs; gives the relation whose columns are its outputs. */
export function analyseQueryBody(input: QueryInput): RelationBuilder {
  const { query, label } = input;
  if ((query.pipe_operators ?? []).length > 0) return analysePipe(input);
  const ctes = query.with ? addCtes(input, query.with) : input.ctes;
  const order = orderOf(query);
  const relation = analyseSetExpr({ ...input, ctes, body: query.body, order, label });
  limitRows({ ...input, ctes }, relation);
  if (hasLimit(query)) keepSome(relation, keepsOne(query) ? "first" : "limited");
  return relation;
}

/** `from t |> where … |> select …`; after an operator that is not followed its columns are not known. */
function analysePipe(input: QueryInput): RelationBuilder {
  const { query, stoppedAt } = unfoldPipe(input.query);
  const relation = analyseQueryBody({ ...input, query });
  if (stoppedAt === undefined) return relation;
  reportProblem(input, {
    code: "sql-not-understood",
    message: `the pipe operator ${stoppedAt.toUpperCase()} is not followed`,
  });
  const after = new RelationBuilder("pipe");
  const from = after.addInput({ relation }, "each");
  after.addEdge({ input: from, use: "UNKNOWN" });
  after.ensure = (name) => after.nameAt(after.indexOf(name) ?? after.addColumn({ name }));
  return after;
}

function orderOf(query: Query): OrderKeys {
  const kind = query.order_by?.kind;
  if (kind && "All" in kind) return { keys: [], all: true, limited: hasLimit(query) };
  const keys =
    kind && "Expressions" in kind ? (kind.Expressions as readonly { readonly expr: Expr }[]) : [];
  return { keys: keys.map((key) => key.expr), limited: hasLimit(query) };
}

function hasLimit(query: Query): boolean {
  if (query.fetch) return true;
  const { tag, payload } = tagOf(query.limit_clause);
  if (tag === "OffsetCommaLimit") return true;
  return isObject(payload) && Boolean(payload["limit"] ?? payload["offset"]);
}

/** `limit 1`, without an offset, which asks for a second row. */
function keepsOne(query: Query): boolean {
  const { tag, payload } = tagOf(query.limit_clause);
  if (tag !== "LimitOffset" || !isObject(payload) || payload["offset"]) return false;
  const limit = payload["limit"] as Expr | null | undefined;
  return limit ? positionOf(limit) === 1 : false;
}

/** So many rows, however often they stand there: for each row of the query around it, where that is lateral. */
function keepSome(relation: RelationBuilder, rows: "first" | "limited"): void {
  for (const input of relation.inputs.keys()) relation.keepSome(input, rows);
}

/** `limit (select …)`, `offset (select …)`: what the query inside finds decides how many rows there are. */
function limitRows({ analysis, query, parent, ctes }: QueryInput, relation: RelationBuilder): void {
  const clause = tagOf(query.limit_clause).payload;
  const parts: unknown[] = [query.fetch, ...(isObject(clause) ? Object.values(clause) : [])];
  const context = bareContext(analysis, relation, createScope(parent, ctes));
  for (const expr of parts.flatMap((part) => expressionsIn(part))) {
    analyseExpression(expr, {
      wrap: { use: "FILTER", detail: "limit", fixed: true },
      context,
      sink: ({ cell, line }) => relation.addEdge({ ...cell, use: "FILTER", detail: "limit", line }),
    });
  }
}

/** The queries in parentheses of a clause; plain numbers are none. */
function expressionsIn(part: unknown): Expr[] {
  if (Array.isArray(part)) return part.flatMap(expressionsIn);
  if (!isObject(part)) return [];
  if ("Subquery" in part) return [part as unknown as Expr];
  return Object.values(part).flatMap(expressionsIn);
}

interface CteChain extends CteScope {
  readonly entries: Map<string, CteEntry>;
}

/** The CTEs of a WITH clause, each seeing those before it. */
export function addCtes(
  input: Omit<QueryInput, "query">,
  { cte_tables: tables, recursive }: With,
): CteScope {
  const entries = new Map<string, CteEntry>();
  const chain: CteChain = { entries, find: (key) => entries.get(key) ?? input.ctes.find(key) };
  for (const cte of tables) {
    const name = nameOf(cte.alias.name, input.analysis.dialect);
    const isSelfReading = recursive || input.analysis.dialect === "tsql";
    const relation =
      (isSelfReading ? analyseRecursive(input, cte, chain) : undefined) ??
      analyseQueryBody({ ...input, query: cte.query, ctes: chain, label: `cte ${name.text}` });
    entries.set(name.key, entryOf(relation, cte, input.analysis));
    input.noteCte(relation);
  }
  return chain;
}

function entryOf(relation: RelationBuilder, cte: Cte, analysis: Analysis): CteEntry {
  return {
    relation,
    columns: renameColumns(columnsOfRelation(relation), cte.alias, analysis),
    passesNew: relation.edges.some((edge) => edge.use === "STAR" && edge.column === undefined),
  };
}

/** `anchor union recursive part`: the part reads the CTE itself, so its steps are folded into one relation that does. */
function analyseRecursive(
  input: Omit<QueryInput, "query">,
  cte: Cte,
  chain: CteChain,
): RelationBuilder | undefined {
  const { analysis } = input;
  const name = nameOf(cte.alias.name, analysis.dialect);
  const { body } = cte.query;
  const operation =
    isObject(body) && "SetOperation" in body ? (body["SetOperation"] as SetOperation) : undefined;
  if (operation?.op !== "Union" || !mentions(operation.right, cte.alias.name.value))
    return undefined;
  const ctes = cte.query.with ? addCtes({ ...input, ctes: chain }, cte.query.with) : chain;
  const none: OrderKeys = { keys: [], limited: false };
  const anchor = analyseSetExpr({
    ...input,
    ctes,
    body: operation.left,
    order: none,
    label: `${name.text} start`,
  });
  const relation = new RelationBuilder(`cte ${name.text}`, name.line || undefined);
  const distinct = operation.set_quantifier === "None" || operation.set_quantifier === "Distinct";
  const start = relation.addInput({ relation: anchor }, distinct ? "distinct" : "each");
  for (const column of [...anchor.columns]) {
    const to = relation.addColumn({ name: column.name, type: column.type });
    relation.addEdge({ input: start, column: column.name, to, use: "IDENTITY" });
  }
  const entry = entryOf(relation, cte, analysis);
  const inner: CteScope = { find: (key) => (key === name.key ? entry : ctes.find(key)) };
  const step = analyseSetExpr({
    ...input,
    ctes: inner,
    body: operation.right,
    order: none,
    label: `${name.text} step`,
  });
  const folded = foldRecursion(relation, step);
  analysis.trace?.noteFolded(folded, { into: relation, step });
  analysis.trace?.noteSet(operation, relation);
  return relation;
}

function mentions(node: unknown, name: string): boolean {
  const pending: unknown[] = [node];
  const wanted = name.toLowerCase();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === null || typeof next !== "object") continue;
    const { value } = next as { readonly value?: unknown };
    if (typeof value === "string" && value.toLowerCase() === wanted) return true;
    for (const child of Object.values(next)) if (child !== undefined) pending.push(child);
  }
  return false;
}

export interface SetExprInput extends Omit<QueryInput, "query"> {
  readonly body: SetExpr;
  readonly order: OrderKeys;
}

/** SELECT, a query in parentheses, a set operation or VALUES. */
export function analyseSetExpr(input: SetExprInput): RelationBuilder {
  const { analysis, body, ctes, parent, order, label } = input;
  const { tag, payload } = tagOf(body);
  switch (tag) {
    case "Select": {
      const select = payload as Select;
      const scope = createScope(parent, ctes);
      const limited = order.limited || Boolean(select.top);
      return analyseSelect({ analysis, select, scope, order: { ...order, limited }, label });
    }
    case "Query": {
      const relation = analyseQueryBody({ ...input, query: payload as Query });
      sortOutputs(input, relation);
      return relation;
    }
    case "SetOperation": {
      const relation = analyseSetOperation({
        operation: payload as SetOperation,
        analysis,
        analyseBranch: (branch, branchLabel) =>
          analyseSetExpr({
            ...input,
            body: branch,
            order: { keys: [], limited: false },
            label: branchLabel,
          }),
      });
      sortOutputs(input, relation);
      return relation;
    }
    case "Values":
      return analyseValues(input, (payload as { readonly rows: readonly ValuesRow[] }).rows);
    case "Table":
      return analyseTableExpression(input, payload as NamedTable);
    case "Delete":
    case "Update": {
      const returned = returningAsSelect(tagOf(payload).payload);
      if (returned) return analyseSetExpr({ ...input, body: returned });
      break;
    }
    default:
  }
  reportProblem(input, {
    code: "sql-not-understood",
    message: `a query of a kind that is not read: ${tag}`,
  });
  return unknownOf(input, payload);
}

/** What is not understood may hand on anything of the tables that it names. */
function unknownOf({ analysis, label }: SetExprInput, node: unknown): RelationBuilder {
  const relation = new RelationBuilder(label);
  for (const names of tablesIn(node, analysis.dialect)) {
    const { target } = tableSource({ analysis, names, alias: null });
    if (target) relation.addEdge({ input: relation.inputFor(target, "each"), use: "UNKNOWN" });
  }
  relation.ensure = (name) =>
    relation.nameAt(relation.indexOf(name) ?? relation.addColumn({ name }));
  return relation;
}

interface Returning {
  readonly returning?: readonly SelectItem[] | null;
  readonly from?: unknown;
  readonly using?: readonly unknown[] | null;
  readonly table?: unknown;
  readonly selection?: unknown;
}

/** `delete from t where … returning a`, `update t … returning a`: the rows that are touched, as a query. */
function returningAsSelect(statement: unknown): SetExpr | undefined {
  const { returning, from, using, table, selection } = statement as Returning;
  if (!returning || returning.length === 0) return undefined;
  const listed: unknown = tagOf(from).payload;
  const items = [
    ...(table ? [table] : []),
    ...(Array.isArray(listed) ? listed : []),
    ...(using ?? []),
  ];
  const select = {
    ...EMPTY_SELECT,
    projection: returning,
    from: items,
    selection: selection ?? null,
  };
  return { Select: select } as unknown as SetExpr;
}

const EMPTY_SELECT = {
  distinct: null,
  lateral_views: [],
  group_by: { Expressions: [[], []] },
  named_window: [],
  having: null,
  qualify: null,
  flavor: "Standard",
};

interface ValuesRow {
  readonly content?: readonly Expr[];
}

function analyseValues(
  input: SetExprInput,
  rows: readonly (ValuesRow | readonly Expr[])[],
): RelationBuilder {
  const { analysis, parent, ctes } = input;
  const relation = new RelationBuilder("values");
  const context = bareContext(analysis, relation, createScope(parent, ctes));
  const { valuesColumn } = rulesOf(analysis.dialect);
  for (const row of rows) {
    const cells = Array.isArray(row)
      ? (row as readonly Expr[])
      : ((row as ValuesRow).content ?? []);
    for (const [i, cell] of cells.entries()) {
      const to =
        i < relation.columns.length ? i : relation.addColumn({ name: valuesColumn(i + 1) });
      const type = analyseExpression(cell, {
        wrap: BARE,
        context,
        sink: (flow) =>
          relation.addEdge({
            ...flow.cell,
            to,
            use: flow.use,
            detail: flow.detail,
            line: flow.line,
          }),
      });
      if (
        relation.columns[to]?.type === undefined &&
        type.type !== undefined &&
        type.type !== "NULL"
      ) {
        relation.setType(to, { type: type.type });
      }
    }
  }
  return relation;
}

export function bareContext(
  analysis: Analysis,
  relation: RelationBuilder,
  scope: Scope,
): ExpressionContext {
  return {
    analysis,
    relation,
    scope,
    cellOf: () => undefined,
    mergedCells: () => [],
    rowsCell: () => undefined,
    windows: new Map(),
  };
}

interface NamedTable {
  readonly table_name: string;
  readonly schema_name?: string | null;
}

/** `table t` is `select * from t`. */
function analyseTableExpression(
  input: SetExprInput,
  { table_name, schema_name }: NamedTable,
): RelationBuilder {
  const { analysis, label } = input;
  const names = [schema_name, table_name].flatMap((value) =>
    value ? [nameOf({ value, quote_style: null }, analysis.dialect)] : [],
  );
  const source = tableSource({ analysis, names, alias: null });
  const relation = new RelationBuilder(label);
  passTable(relation, source);
  return relation;
}

/** Every column of a table as it is, those that are not there yet too; of an open table it is not known which. */
export function passTable(relation: RelationBuilder, source: Source): void {
  if (!source.target) return;
  const from = relation.addInput(source.target, "each");
  for (const column of source.columns.columns) {
    const to = relation.addColumn(column);
    relation.addEdge({ input: from, column: column.column, to, use: "STAR" });
  }
  relation.addEdge({ input: from, use: "STAR" });
  if (source.open) relation.addEdge({ input: from, use: "UNKNOWN", detail: "star" });
}

/** ORDER BY over a set operation or a query in parentheses: by the names and positions of its outputs. */
function sortOutputs({ analysis, order }: SetExprInput, relation: RelationBuilder): void {
  const detail = order.limited ? "limit" : "plain";
  const index = new ColumnIndex(
    relation.columns.map((column) => ({ ...column, column: column.name })),
  );
  const sort = (at: number): void => {
    for (const edge of [...relation.edges]) {
      if (edge.to === at && edge.column !== undefined) {
        relation.addEdge({
          input: edge.input,
          column: edge.column,
          use: "SORT",
          detail,
          line: edge.line,
        });
      }
    }
  };
  if (order.all) for (const at of relation.columns.keys()) sort(at);
  for (const key of order.keys) {
    const position = positionOf(key);
    if (position !== undefined) sort(position - 1);
    for (const name of position === undefined ? namesIn(key) : []) {
      const found = index.find(nameOf(name, analysis.dialect));
      const at = found ? relation.indexOf(found.column) : undefined;
      if (at !== undefined) sort(at);
    }
  }
}

interface NamedNode {
  readonly value: string;
  readonly quote_style: string | null;
}

function namesIn(expr: Expr): NamedNode[] {
  const found: NamedNode[] = [];
  const pending: unknown[] = [expr];
  for (let steps = 0; pending.length > 0 && steps < 1000; steps++) {
    const next = pending.pop();
    if (next === null || typeof next !== "object") continue;
    const { tag, payload } = tagOf(next);
    if (tag === "Identifier") found.push(payload as NamedNode);
    else pending.push(...Object.values(next));
  }
  return found;
}
