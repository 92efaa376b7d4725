import { partsOf } from "./analyze-function.ts";
import {
  type Expr,
  type FunctionArg,
  type FunctionCall,
  type Ident,
  identsOf,
  type ObjectName,
  type Query,
  type Statement,
  stringLiteralOf,
  type TableFactor,
  tagOf,
} from "./ast.ts";
import {
  expressionOf,
  fileInCall,
  identsOfText,
  tableInCall,
  tableOfStream,
  tablesInTexts,
} from "./called-table.ts";
import { type Dialect, findDialect } from "./dialect.ts";
import { normaliseSql } from "./normalise-sql.ts";
import { scanTables } from "./scan-tables.ts";
import { nameOf } from "./scope.ts";
import { MAX_SQL_LENGTH, parseSql, type SqlParser } from "./sql-parser.ts";
import type { Writes } from "./writes.ts";

export interface ListedTables {
  /** Tables that the text reads, each once, in the order of the text; no CTEs. Names folded as the dialect folds. */
  readonly reads: readonly (readonly string[])[];
  readonly writes: readonly Writes[];
}

export interface ListReadsInput {
  readonly sql: string;
  readonly dialect: string;
  readonly parser: SqlParser;
}

/** The tables of a text without any schema: what models are ordered by. Text that does not parse is searched by words. */
export function listReads({ sql, dialect: name, parser }: ListReadsInput): ListedTables {
  const dialect = findDialect(name) ?? "generic";
  const parsed = parseSql({ sql, dialect, parser });
  if (!parsed.ok) {
    const scanned = scanTables(
      sql.length > MAX_SQL_LENGTH ? sql : normaliseSql(sql, dialect),
      dialect,
    );
    return {
      reads: scanned.reads.map((read) => read.path),
      writes: scanned.writes ? [scanned.writes] : [],
    };
  }
  const found = new Map<string, readonly string[]>();
  const writes: Writes[] = [];
  for (const statement of parsed.value.statements) {
    const target = targetOfStatement(statement, dialect);
    if (target) writes.push(target);
    collect({ node: statement, dialect, found, ctes: NO_NAMES });
  }
  return { reads: [...found.values()], writes };
}

const NO_NAMES: ReadonlySet<string> = new Set();

interface Walk {
  readonly node: unknown;
  readonly dialect: Dialect;
  readonly found: Map<string, readonly string[]>;
  readonly ctes: ReadonlySet<string>;
}

/** Walks a tree: a `with` hides its names inside its query, and in the CTEs behind the one that has the name. */
function collect(start: Walk): void {
  const pending: Walk[] = [start];
  for (let at = pending.pop(); at; at = pending.pop()) {
    const { node, dialect, found } = at;
    if (node === null || typeof node !== "object") continue;
    if ("with" in node && node.with) {
      const { with: before, ...rest } = node as Query;
      const { inside, parts } = scopesOf(before, at);
      pending.push({ node: rest, dialect, found, ctes: inside }, ...parts.toReversed());
      continue;
    }
    const { ctes } = at;
    if ("Table" in node)
      addTable((node as TableFactor & { readonly Table: never }).Table, { dialect, found, ctes });
    if ("TableFunction" in node) addNamedByText(node.TableFunction, { dialect, found });
    for (const path of readInTexts(node, dialect))
      if (!found.has(path.join("\u0000"))) found.set(path.join("\u0000"), path);
    for (const child of Object.values(node).reverse())
      pending.push({ node: child, dialect, found, ctes });
  }
}

/** `with orders as (select … from orders)` reads the table: a CTE knows itself only where it is recursive. */
function scopesOf(
  before: Query["with"],
  { ctes, dialect, found }: Walk,
): { readonly inside: ReadonlySet<string>; readonly parts: readonly Walk[] } {
  const tables = before?.cte_tables ?? [];
  const names = tables.map((cte) => nameOf(cte.alias.name, dialect).text.toLowerCase());
  const inside = new Set([...ctes, ...names]);
  const parts = tables.map(({ query }, at): Walk => {
    const isSet = tagOf(query.body).tag === "SetOperation";
    const known = names.slice(0, dialect === "tsql" && isSet ? at + 1 : at);
    const seen = before?.recursive === true ? inside : new Set([...ctes, ...known]);
    return { node: query, dialect, found, ctes: seen };
  });
  return { inside, parts };
}

/** `table s.t` as a query: the parser gives its names as texts. */
function shownTable(table: object): ObjectName | undefined {
  const { table_name: name, schema_name: schema } = table as {
    readonly table_name?: unknown;
    readonly schema_name?: unknown;
  };
  if (typeof name !== "string") return undefined;
  const parts = typeof schema === "string" ? [schema, name] : [name];
  return parts.map((value) => ({ Identifier: { value, quote_style: null } }));
}

/** Snowflake's `from table('db.t')`. */
function addNamedByText(
  factor: unknown,
  { dialect, found }: Pick<Walk, "dialect" | "found">,
): void {
  const { expr } = (factor ?? {}) as { readonly expr?: Expr };
  const text = stringLiteralOf(expr);
  if (text === undefined || text === "") return;
  const path = identsOfText(text).map((ident) => nameOf(ident, dialect).text);
  found.set(path.join("\u0000"), path);
}

function addTable(
  table: { readonly name?: ObjectName; readonly args?: unknown },
  { dialect, found, ctes }: Omit<Walk, "node">,
): void {
  const name = Array.isArray(table.name) ? (table.name as ObjectName) : shownTable(table);
  if (name === undefined) return;
  const called = table.args as { readonly args?: readonly FunctionArg[] } | null | undefined;
  const idents = called
    ? readByCall(name, called.args ?? [])
    : (tableInCall(name, []) ?? identsOf(name));
  if (idents === undefined) return;
  const path = idents.map((ident) => nameOf(ident, dialect).text);
  const [first] = path;
  if (path.length === 1 && first !== undefined && ctes.has(first.toLowerCase())) return;
  const key = path.join("\u0000");
  if (!found.has(key)) found.set(key, path);
}

/** What a call in FROM reads by a query that it is given as a text. */
function readInTexts(node: object, dialect: Dialect): readonly (readonly string[])[] {
  const {
    Table: table,
    Function: lateral,
    TableFunction: called,
  } = node as {
    readonly Table?: { readonly args?: { readonly args?: readonly FunctionArg[] } | null };
    readonly Function?: { readonly lateral?: boolean; readonly args?: unknown };
    readonly TableFunction?: { readonly expr?: unknown };
  };
  const { tag, payload } = tagOf(called?.expr);
  const args =
    table?.args?.args ??
    (lateral?.lateral !== undefined && Array.isArray(lateral.args)
      ? (lateral.args as readonly FunctionArg[])
      : tag === "Function"
        ? partsOf(payload as FunctionCall).args
        : []);
  return tablesInTexts(args.flatMap(expressionOf), dialect);
}

/** The table or file whose rows a call gives. */
function readByCall(name: ObjectName, args: readonly FunctionArg[]): readonly Ident[] | undefined {
  const last = identsOf(name).at(-1)?.value.toLowerCase() ?? "";
  const file = fileInCall(last, args);
  if (file !== undefined) return [{ value: file, quote_style: '"' }];
  return tableInCall(name, args) ?? tableOfStream(last, args);
}

const WRITERS: Readonly<Record<string, Writes["kind"]>> = {
  CreateView: "view",
  CreateTable: "table",
  Insert: "insert",
  Merge: "merge",
  Update: "update",
  Delete: "delete",
};

function targetOfStatement(statement: Statement, dialect: Dialect): Writes | undefined {
  const { tag, payload } = tagOf(statement);
  const kind = WRITERS[tag];
  const node = payload as { readonly name?: ObjectName; readonly table?: unknown };
  const name = kind === undefined ? undefined : (node.name ?? nameIn(node.table));
  return kind && name
    ? { path: identsOf(name).map((ident) => nameOf(ident, dialect).text), kind }
    : undefined;
}

function nameIn(table: unknown): ObjectName | undefined {
  const { tag, payload } = tagOf(table);
  if (tag === "TableName") return payload as ObjectName;
  if (tag === "Table") return (payload as { readonly name: ObjectName }).name;
  const { relation } = (table ?? {}) as { readonly relation?: unknown };
  return relation ? nameIn(relation) : undefined;
}
