import { makeTable } from "#lib/kit/make-table.ts";
import type { Use } from "#lib/model/use.ts";
import { type Assignment, analyseChange, type Branch } from "./analyze-change.ts";
import { tableSource } from "./analyze-from.ts";
import { analyseQueryBody, NO_CTES, passTable } from "./analyze-query-body.ts";
import { passOpen } from "./analyze-select.ts";
import {
  type Expr,
  type Ident,
  identsOf,
  type ObjectName,
  type Query,
  type Statement,
  type TableFactor,
  type TableWithJoins,
  tagOf,
} from "./ast.ts";
import { type Analysis, reportProblem } from "./expression-context.ts";
import { BY_NAME, MERGE_STAR } from "./normalise-sql.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { nameOf } from "./scope.ts";
import type { Writes } from "./writes.ts";

export interface StatementInput {
  readonly analysis: Analysis;
  readonly statement: Statement;
  readonly noteCte: (relation: RelationBuilder) => void;
}

export interface AnalysedStatement {
  readonly relation?: RelationBuilder;
  readonly writes?: Writes;
  /** Why it is known no further than to the tables. */
  readonly notFollowed?: string;
}

/** One statement of any kind that moves data; its outputs are the columns that it writes. */
export function analyseStatement(input: StatementInput): AnalysedStatement {
  const { tag, payload } = tagOf(input.statement);
  const handler = STATEMENTS[tag];
  if (handler) return handler(payload as never, input);
  if (movesData(input.statement))
    return { notFollowed: `a statement of a kind that is not followed: ${tag}` };
  reportProblem(input, {
    code: "sql-not-understood",
    message: `a statement that moves no data: ${tag}`,
  });
  return {};
}

/** Whether a statement may read or write rows; one that is not known counts as one that does. */
export function movesData(statement: Statement): boolean {
  const { tag, payload } = tagOf(statement);
  // `begin … end` of a script.
  if (tag === "StartTransaction") return isBlock(payload);
  return !MOVES_NO_DATA.test(tag);
}

function isBlock(payload: unknown): boolean {
  const { statements } = payload as { readonly statements?: readonly unknown[] | null };
  return (statements ?? []).length > 0;
}

/** Statements about sessions, rights and definitions. */
const MOVES_NO_DATA =
  /^(Set|Use|Grant|Revoke|Deny|Comment|Drop|Alter(?!View)|Create(Index|Schema|Database|Role|User|Sequence|Type|Extension|Stage|Secret|Connector|Policy|Domain|Operator|Server)|StartTransaction|Commit|Rollback|Savepoint|ReleaseSavepoint|Truncate|Analyze|Vacuum|Optimize|Show|Explain|Describe|Cache|UNCache|Msck|Lock|Unlock|Kill|Flush|Discard|Pragma|Declare|Print|Reset|Return|RaisError|Load|Install|Attach|Detach|Deallocate|Fetch|Close|Open|Listen|Notify|Unlisten|List|Remove)/;

export function pathOf(name: ObjectName, analysis: Analysis): string[] {
  return identsOf(name).map((ident) => nameOf(ident, analysis.dialect).text);
}

function analyseTop({ analysis, noteCte }: StatementInput, query: Query): RelationBuilder {
  return analyseQueryBody({
    analysis,
    query,
    parent: undefined,
    ctes: analysis.session ?? NO_CTES,
    label: "result",
    noteCte,
  });
}

/** `with x as (…) insert …`: the CTEs belong to the statement inside. */
function readQuery(query: Query, input: StatementInput): AnalysedStatement {
  const { tag, payload } = tagOf(query.body);
  const inner =
    tag === "Insert" || tag === "Update" || tag === "Merge" || tag === "Delete"
      ? tagOf(payload)
      : undefined;
  if (!inner) {
    const writes = intoOf(query, input.analysis);
    return { relation: analyseTop(input, query), ...(writes ? { writes } : {}) };
  }
  const handler = STATEMENTS[inner.tag];
  const carried = carryCtes(inner.payload, query);
  return handler ? handler(carried as never, input) : { notFollowed: `with … ${inner.tag}` };
}

function carryCtes(statement: unknown, query: Query): unknown {
  const { source } = statement as { readonly source?: Query };
  return source && "body" in source
    ? { ...(statement as object), source: { ...source, with: source.with ?? query.with } }
    : { ...(statement as object), with: query.with };
}

/** `select … into t`. */
function intoOf(query: Query, analysis: Analysis): Writes | undefined {
  const { tag, payload } = tagOf(query.body);
  const into =
    tag === "Select"
      ? (payload as { readonly into?: { readonly name: ObjectName } | null }).into
      : undefined;
  return into ? { path: pathOf(into.name, analysis), kind: "table" } : undefined;
}

interface Create {
  readonly clone?: ObjectName | null;
  readonly name: ObjectName;
  readonly query?: Query | null;
  readonly columns?: readonly { readonly name: Ident }[];
}

const create =
  (kind: "table" | "view") =>
  ({ name, query, columns, clone }: Create, input: StatementInput): AnalysedStatement => {
    const writes: Writes = { path: pathOf(name, input.analysis), kind };
    if (clone) return { relation: copyOf(clone, input.analysis), writes };
    if (!query) return { writes };
    const { dialect } = input.analysis;
    const names = (columns ?? []).map((column) => nameOf(column.name, dialect).text);
    const relation = analyseTop(input, query);
    // MySQL puts what the query gives beside the columns that are listed, where they are not called alike.
    const isByName = dialect === "mysql" && kind === "table";
    return {
      relation: isByName ? putBeside(relation, names) : renameOutputs(relation, names),
      writes,
    };
  };

/** `create table t clone s`: the columns of `s` as they are. */
function copyOf(name: ObjectName, analysis: Analysis): RelationBuilder {
  const relation = new RelationBuilder("clone");
  const names = identsOf(name).map((ident) => nameOf(ident, analysis.dialect));
  passTable(relation, tableSource({ analysis, names, alias: null }));
  return relation;
}

/** A statement that carries a query to somewhere that is no table of ours. */
const carryQuery = ({ query }: { readonly query: Query }, input: StatementInput) =>
  readQuery(query, input);

/** `copy (select …) to 'file'`, or a table; what is copied out of a file is not known. */
function readCopy(
  { source, to }: { readonly source: unknown; readonly to: boolean },
  input: StatementInput,
): AnalysedStatement {
  const { tag, payload } = tagOf(source);
  if (tag === "Query") return readQuery(payload as Query, input);
  const { table_name: table, columns } = payload as {
    readonly table_name: ObjectName;
    readonly columns: readonly Ident[];
  };
  if (to && columns.length === 0) return { relation: copyOf(table, input.analysis) };
  return { notFollowed: "a statement of a kind that is not followed: Copy" };
}

interface CopyInto {
  readonly kind: string;
  readonly into: ObjectName;
  readonly into_columns?: readonly Ident[] | null;
  readonly from_obj?: ObjectName | null;
  readonly from_query?: Query | null;
}

/** Snowflake's COPY INTO: out of files into a table, or out of a table or query into files. */
function readCopyInto(copy: CopyInto, input: StatementInput): AnalysedStatement {
  const { analysis } = input;
  if (copy.kind !== "Table") {
    if (copy.from_query) return readQuery(copy.from_query, input);
    return copy.from_obj
      ? { relation: copyOf(copy.from_obj, analysis) }
      : { notFollowed: "a COPY INTO without a source" };
  }
  const writes: Writes = { path: pathOf(copy.into, analysis), kind: "insert" };
  if (!copy.from_query)
    return { notFollowed: "COPY INTO loads files, whose columns are not known", writes };
  const names = (copy.into_columns ?? []).map((ident) => nameOf(ident, analysis.dialect).text);
  return { relation: renameOutputs(analyseTop(input, copy.from_query), names), writes };
}

function putBeside(relation: RelationBuilder, names: readonly string[]): RelationBuilder {
  const own = new Set(relation.columns.map(({ name }) => name.toLowerCase()));
  const further = names.filter((name) => !own.has(name.toLowerCase()));
  if (further.length === 0) return relation;
  const all = new RelationBuilder("result");
  const input = all.inputFor({ relation }, "each");
  for (const name of further) all.addColumn({ name });
  for (const column of relation.columns) {
    const to = all.addColumn(column);
    all.addEdge({ input, column: column.name, to, use: "IDENTITY" });
  }
  return all;
}

/** `create view v(a, b) as …` and `insert into t(a, b) …`: outputs by position under other names. */
function renameOutputs(
  relation: RelationBuilder,
  names: readonly string[],
  { use, detail }: { readonly use: Use; readonly detail?: string } = { use: "IDENTITY" },
): RelationBuilder {
  if (names.length === 0) return relation;
  const renamed = new RelationBuilder("result");
  const input = renamed.inputFor({ relation }, "each");
  for (const [i, name] of names.entries()) {
    const column = relation.columns[i];
    const to = renamed.addColumn({ name, type: column?.type, nullable: column?.nullable });
    if (column) renamed.addEdge({ input, column: column.name, to, use, detail });
  }
  // A column more or less is a column too many or too few.
  if (use === "POSITIONAL") renamed.addEdge({ input, use });
  if (relation.ensure) {
    renamed.addEdge({ input, use: "UNKNOWN", detail: "star" });
    passOpen(relation, renamed, input);
  }
  return renamed;
}

interface Insert {
  readonly table: unknown;
  readonly columns: readonly (Ident | ObjectName)[];
  readonly source?: Query | null;
  readonly partitioned?: readonly Expr[] | null;
  readonly assignments?: readonly AssignmentNode[];
  readonly multi_table_into_clauses?: readonly unknown[] | null;
  readonly multi_table_insert_type?: string | null;
}

/** INSERT … SELECT: by position into the named columns, else into those of the table. */
function readInsert(insert: Insert, input: StatementInput): AnalysedStatement {
  const { analysis } = input;
  const target = tagOf(insert.table);
  if (insert.multi_table_insert_type)
    return { notFollowed: "an INSERT into several tables is followed to the tables only" };
  if (target.tag !== "TableName") return { notFollowed: `INSERT into a ${target.tag}` };
  const writes: Writes = { path: pathOf(target.payload as ObjectName, analysis), kind: "insert" };
  if (!insert.source) return { ...settingOf(insert, input), writes };
  const listed = insert.columns.flatMap((column) =>
    Array.isArray(column) ? identsOf(column).slice(-1) : [column as Ident],
  );
  const names = listed.map((ident) => nameOf(ident, analysis.dialect).text);
  const relation = analyseTop(input, insert.source);
  if (names[0]?.toLowerCase() === BY_NAME) return { relation, writes };
  const schema = names.length === 0 ? analysis.lookup(writes.path) : undefined;
  const known = schema?.complete
    ? partitionsLast(
        schema.columns.map((column) => column.name),
        partitionsOf(insert, analysis),
      )
    : [];
  const byPosition =
    names.length > 0
      ? names
      : known.slice(0, Math.max(relation.columns.length, relation.ensure ? known.length : 0));
  const isStar = relation.edges.some((edge) => edge.use === "STAR" && edge.column === undefined);
  return {
    relation: renameOutputs(
      relation,
      byPosition,
      isStar ? { use: "POSITIONAL" } : { use: "IDENTITY", detail: "into" },
    ),
    writes,
  };
}

/** MySQL: `insert into t set a = (select …)`: one row, of values that may come from queries. */
function settingOf({ assignments }: Insert, input: StatementInput): AnalysedStatement {
  if (!assignments || assignments.length === 0) return {};
  const branch = {
    assignments: assignmentsOf(assignments, input.analysis),
    condition: undefined,
  };
  return {
    relation: analyseChange({
      ...input,
      items: [],
      condition: undefined,
      conditionUse: "FILTER",
      branches: [branch],
      label: "insert",
      ctes: null,
    }),
  };
}

interface Partition {
  readonly name: string;
  /** `partition (day = '2026-01-01')`: no column of the query fills it. */
  readonly isFixed: boolean;
}

function partitionsOf({ partitioned }: Insert, { dialect }: Analysis): Partition[] {
  return (partitioned ?? []).flatMap((expr): Partition[] => {
    const { tag, payload } = tagOf(expr);
    const isFixed = tag === "BinaryOp";
    const named = isFixed ? tagOf((payload as { readonly left: Expr }).left) : { tag, payload };
    if (named.tag !== "Identifier") return [];
    return [{ name: nameOf(named.payload as Ident, dialect).text.toLowerCase(), isFixed }];
  });
}

/** `insert … partition (p) select a, b, p`: the columns that part the table are filled by the last ones. */
function partitionsLast(columns: readonly string[], partitions: readonly Partition[]): string[] {
  const names = new Set(partitions.map(({ name }) => name));
  const last = partitions.flatMap(({ name, isFixed }) =>
    isFixed ? [] : columns.filter((column) => column.toLowerCase() === name),
  );
  return [...columns.filter((column) => !names.has(column.toLowerCase())), ...last];
}

interface AssignmentNode {
  readonly target: { readonly ColumnName: ObjectName } | { readonly Tuple: readonly ObjectName[] };
  readonly value: Expr;
}

function assignmentsOf(nodes: readonly AssignmentNode[], analysis: Analysis): Assignment[] {
  return nodes.flatMap(({ target, value }) => {
    const names = "ColumnName" in target ? [target.ColumnName] : target.Tuple;
    return names.flatMap((name, position): Assignment[] => {
      const ident = identsOf(name).at(-1);
      if (!ident) return [];
      const column = nameOf(ident, analysis.dialect).text;
      return [names.length > 1 ? partOf({ column, value, position }) : { column, value }];
    });
  });
}

/** `set (a, b) = (x, y)` and `set (a, b) = (select x, y …)`: by position. */
function partOf({ column, value, position }: Required<Assignment>): Assignment {
  const { tag, payload } = tagOf(value);
  const listed = tag === "Tuple" ? (payload as readonly Expr[])[position] : undefined;
  return listed === undefined ? { column, value, position } : { column, value: listed };
}

interface Update {
  readonly table: TableWithJoins;
  readonly assignments: readonly AssignmentNode[];
  readonly from?: unknown;
  readonly selection?: Expr | null;
  readonly with?: Query["with"];
}

function readUpdate(update: Update, input: StatementInput): AnalysedStatement {
  const { analysis } = input;
  const from = tagOf(update.from).payload;
  const branch: Branch = {
    assignments: assignmentsOf(update.assignments, analysis),
    condition: undefined,
  };
  const further = (Array.isArray(from) ? from : []) as readonly TableWithJoins[];
  const named = aliasedTable(update.table, further);
  const items = named ? further : [update.table, ...further];
  const target = targetPath(named ?? update.table.relation, analysis);
  return {
    relation: analyseChange({
      ...input,
      items,
      condition: update.selection ?? undefined,
      conditionUse: "FILTER",
      branches: [branch],
      label: "update",
      ctes: update.with ?? null,
    }),
    ...(target ? { writes: { path: target, kind: "update" } as const } : {}),
  };
}

/** T-SQL: `update c … from customers c`: the target is a table of FROM, called by its alias. */
function aliasedTable(
  table: TableWithJoins,
  further: readonly TableWithJoins[],
): TableFactor | undefined {
  const name = "Table" in table.relation ? table.relation.Table.name : undefined;
  const ident = name?.length === 1 ? identsOf(name)[0] : undefined;
  if (!ident) return undefined;
  const factors = further.flatMap((item) => [
    item.relation,
    ...item.joins.map((join) => join.relation),
  ]);
  return factors.find(
    (factor) =>
      "Table" in factor &&
      factor.Table.alias?.name.value.toLowerCase() === ident.value.toLowerCase(),
  );
}

function targetPath(factor: TableFactor, analysis: Analysis): string[] | undefined {
  return "Table" in factor ? pathOf(factor.Table.name, analysis) : undefined;
}

interface MergeClause {
  readonly clause_kind?: string;
  readonly predicate?: Expr | null;
  readonly action: unknown;
}

interface Merge {
  readonly table: TableFactor;
  readonly source: TableFactor;
  readonly on: Expr;
  readonly clauses: readonly MergeClause[];
  readonly with?: Query["with"];
}

function readMerge(merge: Merge, input: StatementInput): AnalysedStatement {
  const { analysis } = input;
  const target = targetPath(merge.table, analysis);
  const targetColumns = target
    ? (analysis.lookup(target)?.columns ?? []).map((column) => column.name)
    : [];
  const branches = merge.clauses.map((clause) => ({
    ...branchOf(clause, { analysis, targetColumns }),
    sees: SIDE_OF[clause.clause_kind ?? ""],
  }));
  const table = (relation: TableFactor): TableWithJoins => ({ relation, joins: [] });
  return {
    relation: analyseChange({
      ...input,
      items: [table(merge.table), table(merge.source)],
      condition: merge.on,
      conditionUse: "KEY_MERGE",
      branches,
      label: "merge",
      ctes: merge.with ?? null,
    }),
    ...(target ? { writes: { path: target, kind: "merge" } as const } : {}),
  };
}

/** Of a row that is on one side only, no clause can name columns of the other. */
const SIDE_OF: Readonly<Record<string, Branch["sees"]>> = {
  NotMatched: "source",
  NotMatchedByTarget: "source",
  NotMatchedBySource: "target",
};

interface BranchInput {
  readonly analysis: Analysis;
  readonly targetColumns: readonly string[];
}

function branchOf(
  { predicate, action }: MergeClause,
  { analysis, targetColumns }: BranchInput,
): Branch {
  const { tag, payload } = tagOf(action);
  const condition = predicate ?? undefined;
  if (tag === "Update") {
    const nodes = (payload as { readonly assignments: readonly AssignmentNode[] }).assignments;
    const assignments = assignmentsOf(nodes, analysis);
    return isStar(assignments[0]?.column)
      ? { assignments: [], condition, takesAll: true }
      : { assignments, condition };
  }
  if (tag !== "Insert") return { assignments: [], condition };
  const { columns, kind } = payload as {
    readonly columns: readonly (Ident | ObjectName)[];
    readonly kind: unknown;
  };
  if (tagOf(kind).tag === "Row") return { assignments: [], condition, takesAll: true };
  const rows = (
    tagOf(kind).payload as
      | { readonly rows?: readonly { readonly content?: readonly Expr[] }[] }
      | undefined
  )?.rows;
  const values = rows?.[0]?.content ?? (rows?.[0] as unknown as readonly Expr[] | undefined) ?? [];
  const listed = columns.flatMap((column) =>
    Array.isArray(column) ? identsOf(column).slice(-1) : [column as Ident],
  );
  const names =
    listed.length > 0 ? listed.map((ident) => nameOf(ident, analysis.dialect).text) : targetColumns;
  if (isStar(names[0])) return { assignments: [], condition, takesAll: true };
  return {
    assignments: names.flatMap((column, i) => {
      const value = values[i];
      return value === undefined ? [] : [{ column, value }];
    }),
    condition,
  };
}

const isStar = (name: string | undefined): boolean => name?.toLowerCase() === MERGE_STAR;

interface Delete {
  readonly from: unknown;
  readonly using?: readonly TableWithJoins[] | null;
  readonly selection?: Expr | null;
  readonly with?: Query["with"];
}

/** DELETE writes no column; what it reads decides which rows are left. */
function readDelete(statement: Delete, input: StatementInput): AnalysedStatement {
  const from = tagOf(statement.from).payload as readonly TableWithJoins[];
  const [first] = from;
  const target = first ? targetPath(first.relation, input.analysis) : undefined;
  return {
    relation: analyseChange({
      ...input,
      items: [...from, ...(statement.using ?? [])],
      condition: statement.selection ?? undefined,
      conditionUse: "FILTER",
      branches: [],
      label: "delete",
      ctes: statement.with ?? null,
    }),
    ...(target ? { writes: { path: target, kind: "delete" } as const } : {}),
  };
}

const STATEMENTS: Readonly<
  Record<string, (payload: never, input: StatementInput) => AnalysedStatement>
> = makeTable({
  Query: readQuery,
  ExportData: carryQuery,
  AlterView: create("view"),
  Copy: readCopy,
  CopyIntoSnowflake: readCopyInto,
  CreateView: create("view"),
  CreateTable: create("table"),
  Insert: readInsert,
  Update: readUpdate,
  Merge: readMerge,
  Delete: readDelete,
});
