import type { AnalysedStatement, StatementInput } from "./analyze-statement.ts";
import { type Ident, identsOf, type ObjectName, type Statement, tagOf } from "./ast.ts";
import type { Analysis } from "./expression-context.ts";
import { RelationBuilder } from "./plan-builder.ts";
import { ColumnIndex, type CteEntry, type CteScope, nameOf } from "./scope.ts";

/**
 * Temporary tables of a script, and views and tables that it makes and nothing else knows: what later statements read under their names is the query that filled them, so they
 * stand in the plan as CTEs do and are no assets.
 */
export class SessionTables implements CteScope {
  readonly #entries = new Map<string, CteEntry>();

  readonly find = (key: string): CteEntry | undefined => this.#entries.get(key.toLowerCase());

  /** Notes what an earlier statement of the script puts into a temporary table. */
  add(
    input: StatementInput,
    analyse: (input: StatementInput) => AnalysedStatement,
  ): RelationBuilder | undefined {
    const known = this.#written(input.statement);
    if (!known && !createsTemporary(input.statement) && !this.#makes(input)) return undefined;
    const made = analyse(input);
    const name = made.writes?.path.at(-1)?.toLowerCase();
    const relation = made.relation ?? emptyTable(input);
    if (name === undefined || !relation) return undefined;
    const kept = known ? combine(known.relation, relation, made.writes?.kind) : relation;
    this.#entries.set(name, entryOf(kept));
    return kept;
  }

  #written(statement: Statement): CteEntry | undefined {
    const name = targetName(statement);
    return name === undefined ? undefined : this.#entries.get(name);
  }

  /** A view or table of which columns are known is an asset, and read as such: what changes in it reaches its readers. */
  #makes({ statement, analysis }: StatementInput): boolean {
    const ident = madeByQuery(statement);
    if (ident === undefined) return false;
    const known = analysis.lookup([nameOf(ident, analysis.dialect).text]);
    return known === undefined || known.columns.length === 0;
  }

  /** Whether a statement's effect stays inside the script. */
  keeps(statement: Statement): boolean {
    return createsTemporary(statement) || this.#written(statement) !== undefined;
  }
}

function entryOf(relation: RelationBuilder): CteEntry {
  const columns = relation.columns.map((column) => ({ ...column, column: column.name }));
  return { relation, columns: new ColumnIndex(columns), passesNew: relation.ensure !== undefined };
}

/** Rows put in by a further INSERT stand beside the old ones by position; an UPDATE or MERGE adds sources by name. */
function combine(
  before: RelationBuilder,
  change: RelationBuilder,
  kind: string | undefined,
): RelationBuilder {
  const both = new RelationBuilder(before.label);
  const old = both.inputFor({ relation: before }, "each");
  const added = both.inputFor({ relation: change }, kind === "insert" ? "each" : "exists");
  for (const column of before.columns) {
    const to = both.addColumn(column);
    both.addEdge({ input: old, column: column.name, to, use: "IDENTITY" });
  }
  const byName = change.columns.every((column) => both.indexOf(column.name) !== undefined);
  for (const [position, column] of change.columns.entries()) {
    const to = byName ? both.indexOf(column.name) : position;
    if (to !== undefined && to < both.columns.length)
      both.addEdge({ input: added, column: column.name, to, use: "IDENTITY" });
  }
  return both;
}

interface Named {
  readonly name?: unknown;
  readonly table?: unknown;
  readonly temporary?: boolean;
  readonly columns?: readonly { readonly name: { readonly value: string } }[];
  readonly body?: unknown;
  readonly like?: unknown;
}

/** T-SQL's temporary tables and table variables. */
const isScratch = (name: string | undefined): boolean => /^[#@]/.test(name ?? "");

/** `create temp table`, `create table #t`, `select … into #t`. */
export function createsTemporary(statement: Statement): boolean {
  const { tag, payload } = tagOf(statement);
  const node = payload as Named;
  if (tag === "CreateTable" || tag === "CreateView")
    return node.temporary === true || isScratch(lastName(node.name));
  const into = tag === "Query" ? intoOf(node.body) : undefined;
  return into?.temporary === true || isScratch(lastName(into?.name));
}

function intoOf(body: unknown): Named | undefined {
  const { tag, payload } = tagOf(body);
  return tag === "Select"
    ? ((payload as { readonly into?: Named | null }).into ?? undefined)
    : undefined;
}

/** `create view v as …`, `create table t as …`: the name, where it is a single word. */
export function madeByQuery(statement: Statement): Ident | undefined {
  const { tag, payload } = tagOf(statement);
  const node = payload as Named & { readonly query?: unknown };
  if ((tag !== "CreateTable" && tag !== "CreateView") || !node.query) return undefined;
  const parts = Array.isArray(node.name) ? identsOf(node.name as ObjectName) : [];
  return parts.length === 1 ? parts[0] : undefined;
}

/** The last part of the name of the table that a statement writes, in lower case. */
export function targetName(statement: Statement): string | undefined {
  const { tag, payload } = tagOf(statement);
  const node = payload as Named;
  if (tag === "CreateTable" || tag === "CreateView") return lastName(node.name);
  if (tag === "Query") return lastName(intoOf(node.body)?.name);
  if (tag !== "Insert" && tag !== "Update" && tag !== "Merge") return undefined;
  return tableName(node.table);
}

function tableName(table: unknown): string | undefined {
  const { tag, payload } = tagOf(table);
  if (tag === "TableName") return lastName(payload);
  if (tag === "Table") return lastName((payload as Named).name);
  const relation = (table as { readonly relation?: unknown } | undefined)?.relation;
  return relation ? tableName(relation) : undefined;
}

function lastName(name: unknown): string | undefined {
  const part: unknown = Array.isArray(name) ? name.at(-1) : undefined;
  const ident = tagOf(part).payload as { readonly value?: unknown } | undefined;
  return typeof ident?.value === "string" ? ident.value.toLowerCase() : undefined;
}

/** `create temp table t (a int)`: its columns have no source until something is put in. */
function emptyTable({ statement, analysis }: StatementInput): RelationBuilder | undefined {
  const { tag, payload } = tagOf(statement);
  if (tag !== "CreateTable") return undefined;
  const { columns = [], like } = payload as Named;
  const names = [...columns.map(({ name }) => name.value), ...namesLike(like, analysis)];
  if (names.length === 0) return undefined;
  const relation = new RelationBuilder("temporary table");
  for (const name of names) relation.addColumn({ name });
  return relation;
}

/** `create temp table t (like s)`: the names of the columns of `s`. */
function namesLike(like: unknown, analysis: Analysis): string[] {
  const { payload } = tagOf(like);
  const name = (payload as { readonly name?: ObjectName } | undefined)?.name;
  if (!Array.isArray(name)) return [];
  const path = identsOf(name as ObjectName).map((ident) => nameOf(ident, analysis.dialect).text);
  return (analysis.lookup(path)?.columns ?? []).map((column) => column.name);
}
