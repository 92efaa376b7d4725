import type { Column } from "#lib/model/asset.ts";
import type { Problem } from "#lib/model/problem.ts";
import { movesData } from "./analyze-statement.ts";
import {
  type DataType,
  type Expr,
  findPosition,
  type Ident,
  identsOf,
  isObject,
  type ObjectName,
  type Query,
  type Statement,
  tagOf,
} from "./ast.ts";
import { readBlock } from "./block-statements.ts";
import { type Dialect, findDialect } from "./dialect.ts";
import { typeText } from "./expression-type.ts";
import { fillOf, type LossKind, LossRecord, type LostData } from "./lost-data.ts";
import { type RightsStatement, readLostPart, readRightsStatement } from "./rights-statement.ts";
import { scanTables } from "./scan-tables.ts";
import { mayChangeSchema, readSchemaStatement, type SchemaStatement } from "./schema-statement.ts";
import { nameOf } from "./scope.ts";
import { createsTemporary, targetName } from "./session-tables.ts";
import { type StatementText, splitStatements } from "./split-statements.ts";
import { parseSql, type SqlParser } from "./sql-parser.ts";
import { findDropped, makeKey, type TableKey } from "./table-keys.ts";
import { tablesIn } from "./tables-in.ts";
import { tokenizeSql } from "./tokenize.ts";
import { keepCommitted } from "./undone-statements.ts";
import type { Writes } from "./writes.ts";

export interface DeclaredTable {
  readonly path: readonly string[];
  /** In order, after every ALTER of the text. */
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly description?: string;
  /** 1-based, of the CREATE. */
  readonly line: number;
}

/** A statement that moves data, to be analysed as a query of its target. */
export interface WritingStatement {
  readonly sql: string;
  readonly kind: Writes["kind"] | "query";
  /** Absent for a bare query. */
  readonly target?: readonly string[];
  readonly columns?: readonly string[];
  /** 1-based, of the statement's first line in the text. */
  readonly line: number;
}

export interface UnreadStatement extends StatementText {
  /** The one table that it is about, where it says so. */
  readonly relation?: readonly string[];
}

export interface ReadStatements {
  readonly tables: readonly DeclaredTable[];
  readonly statements: readonly WritingStatement[];
  /** Tables, views that the text drops, renames or moves, and does not create again. */
  readonly gone: readonly (readonly string[])[];
  /** Rows and values that the text takes out of tables that stay. */
  readonly losses: readonly LostData[];
  /** Statements that are not followed and may take away or change a table, or who may read it. */
  readonly unread: readonly UnreadStatement[];
  readonly problems: readonly Problem[];
}

export interface ReadStatementsInput {
  readonly sql: string;
  readonly dialect: string;
  readonly parser: SqlParser;
}

/** Reads a file of statements: declared tables with later ALTERs folded in, and the statements that write. */
export function readStatements({
  sql,
  dialect: name,
  parser,
}: ReadStatementsInput): ReadStatements {
  const dialect = findDialect(name) ?? "generic";
  const fold = new Fold(dialect);
  for (const piece of keepCommitted(splitStatements(sql), dialect)) {
    const block = readBlock(piece);
    if (block === undefined) addPiece(fold, piece, { dialect, parser });
    else {
      for (const inner of block.statements) addPiece(fold, inner, { dialect, parser });
      for (const inner of block.unread) fold.addUnread(inner);
    }
  }
  return fold.result();
}

function addPiece(
  fold: Fold,
  piece: StatementText,
  { dialect, parser }: { readonly dialect: Dialect; readonly parser: SqlParser },
): void {
  const bare = piece.sql.replace(LEADING, "");
  const part = readLostPart(bare);
  const rights = readRightsStatement(bare);
  if (part !== undefined) fold.losePart(part, piece);
  if (rights !== undefined) fold.addRights(rights, piece);
  if (part !== undefined || rights !== undefined || HOUSEKEEPING.test(bare)) return;
  const schema = readSchemaStatement(piece.sql);
  if (schema !== undefined) {
    fold.change(schema, piece);
    return;
  }
  const parsed = parseSql({ sql: piece.sql, dialect, parser });
  if (!parsed.ok) fold.addUnparsed(piece, parsed.error);
  else for (const statement of parsed.value.statements) fold.add(statement, piece);
}

const LEADING = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
/** Sequences, types, owners, rights and partitions of a dump: nothing of them reads a table or names a column. */
const HOUSEKEEPING =
  /^(?:(?:create|alter|drop)\s+(?:sequence|extension|role|user|policy|publication|subscription|operator|aggregate|domain|collation|text\s+search|default\s+privileges|tablespace)\b|(?:create|alter|drop)\s+type\b|alter\s+[^;]*\bowner\s+to\s+[^;]*$|alter\s+(?:table|index)\s+[^;]*\b(?:attach|detach)\s+partition\b|alter\s+table\s+[^;]*\balter\s+column\s+[^;]*\b(?:add\s+generated|set\s+statistics|set\s+storage)\b|grant\b|revoke\b)/i;

type Piece = StatementText;

interface TableDraft {
  path: readonly string[];
  columns: Column[];
  primaryKey: string[];
  uniqueKeys: string[][];
  keys: TableKey[];
  /** Names of constraints that make no rows unique, in lower case. */
  readonly others: Set<string>;
  description?: string;
  readonly line: number;
}

type Handler = (payload: never, piece: Piece, statement: Statement) => void;

class Fold {
  readonly #dialect: Dialect;
  readonly #tables = new Map<string, TableDraft>();
  readonly #statements: WritingStatement[] = [];
  /** By name in lower case: the statements that filled it, each on one line. */
  readonly #temporary = new Map<string, readonly string[]>();
  readonly #gone = new Map<string, readonly string[]>();
  readonly #losses = new LossRecord<TableDraft>();
  readonly #unread: UnreadStatement[] = [];
  readonly #problems: Problem[] = [];
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
    this.#handlers = {
      CreateTable: this.#createTable,
      CreateView: this.#createView,
      AlterView: this.#createView,
      AlterTable: this.#alterTable,
      Drop: ({ object_type: type }: { readonly object_type: string }, piece) => {
        if (type === "Database") this.#unread.push(piece);
      },
      Call: (_payload: unknown, piece) => this.addUnread(piece),
      RenameTable: (
        payload: readonly { readonly old_name: ObjectName; readonly new_name: ObjectName }[],
      ) => {
        for (const { old_name: from, new_name: to } of payload)
          this.#relocate(this.#path(from), (path) => renamed(path, this.#path(to)));
      },
      Comment: this.#comment,
      Query: this.#query,
      Insert: (payload: { readonly table: unknown }, piece) => {
        const { tag, payload: name } = tagOf(payload.table);
        if (tag === "TableName" && Array.isArray(name) && name.length > 0)
          this.#write("insert", name, piece);
        else this.#pushScanned(piece);
      },
      CopyIntoSnowflake: (payload: { readonly kind: string; readonly into: ObjectName }, piece) =>
        payload.kind === "Table"
          ? this.#write("insert", payload.into, piece)
          : this.#pushScanned(piece),
      ExportData: (_payload: unknown, piece) => this.#pushScanned(piece),
      Copy: (_payload: unknown, piece) => this.#pushScanned(piece),
      Merge: (payload: { readonly table: unknown }, piece) =>
        this.#write("merge", nameInFactor(payload.table), piece),
      Update: (payload: { readonly table: { readonly relation: unknown } }, piece) =>
        this.#write("update", nameInFactor(payload.table.relation), piece),
      Delete: this.#delete,
      Truncate: (
        payload: { readonly table_names: readonly { readonly name: ObjectName }[] },
        piece,
      ) => {
        for (const { name } of payload.table_names) this.#lose("all rows", this.#path(name), piece);
      },
    };
  }

  result(): ReadStatements {
    return {
      tables: [...this.#tables.values()].map(finishTable),
      statements: this.#statements,
      gone: [...this.#gone.values()],
      losses: this.#losses.list(this.#tables.values(), (path, at) =>
        this.#statements.some(
          ({ target, kind }, index) =>
            index >= at && kind !== "delete" && target && keyOf(target) === keyOf(path),
        ),
      ),
      unread: this.#unread,
      problems: this.#problems,
    };
  }

  add(statement: Statement, piece: Piece): void {
    const { tag, payload } = tagOf(statement);
    const handler = this.#handlers[tag];
    if (this.#staysInScript(statement, piece)) return;
    if (handler) handler(payload as never, piece, statement);
    else if (movesData(statement)) this.#addUnfollowed(piece, tag);
  }

  /** Temporary tables are no assets: the statements that read them carry what filled them. */
  #staysInScript(statement: Statement, piece: Piece): boolean {
    const name = targetName(statement);
    if (name === undefined || !(createsTemporary(statement) || this.#temporary.has(name)))
      return false;
    const before = this.#temporary.get(name) ?? [];
    const text = onOneLine(piece.sql);
    this.#temporary.set(name, [...new Set([...this.#needed(piece.sql, name), ...before, text])]);
    return true;
  }

  /** The statements that filled the temporary tables a text names, in order. */
  #needed(sql: string, except?: string): string[] {
    if (this.#temporary.size === 0) return [];
    const words = new Set(
      tokenizeSql(sql).map((token) => token.lower.replace(/^[["`]|[\]"`]$/g, "")),
    );
    const found = [...this.#temporary].flatMap(([name, texts]) =>
      name !== except && words.has(name) ? texts : [],
    );
    return [...new Set(found)];
  }

  #push(statement: WritingStatement): void {
    const needed = this.#needed(statement.sql);
    const sql = [...needed, statement.sql].join("; ");
    if (statement.target && (statement.kind === "table" || statement.kind === "view"))
      this.#gone.delete(keyOf(statement.target));
    this.#statements.push({ ...statement, sql });
  }

  /** What may run anything: no table of it is known. */
  addUnread(piece: Piece): void {
    this.#unread.push(piece);
    this.#problems.push({
      code: "sql-not-understood",
      message: "a statement that runs what its text does not show",
      next: "Write out what it does to tables, or look at it yourself.",
      line: piece.line,
      severity: "warning",
    });
  }

  #addUnfollowed(piece: Piece, tag: string): void {
    this.#pushScanned(piece);
    if (mayChangeSchema(piece.sql)) this.#unread.push(piece);
    this.#problems.push({
      code: "sql-not-understood",
      message: `a statement of a kind that is not followed: ${tag}`,
      next: "Only the tables that its text names are known.",
      line: piece.line,
      severity: "warning",
    });
  }

  /** One statement for every table that a text writes; one that only reads is a query. */
  #pushScanned(piece: Piece): void {
    const { reads, targets } = scanTables(piece.sql, this.#dialect);
    for (const { path, kind } of targets)
      this.#push({ sql: piece.sql, kind, target: path, line: piece.line });
    if (targets.length === 0 && reads.length > 0)
      this.#push({ sql: piece.sql, kind: "query", line: piece.line });
  }

  /** What does not parse may still read and write tables: it stays as a statement, and the analysis says what is lost. */
  addUnparsed(piece: Piece, problem: Problem): void {
    this.#pushScanned(piece);
    if (mayChangeSchema(piece.sql)) this.#unread.push(piece);
    this.#problems.push({ ...problem, line: piece.line + (problem.line ?? 1) - 1 });
  }

  #path(name: ObjectName): string[] {
    return identsOf(name).map((ident) => nameOf(ident, this.#dialect).text);
  }

  #text(ident: Ident): string {
    return nameOf(ident, this.#dialect).text;
  }

  #find(name: ObjectName): TableDraft | undefined {
    return this.#findPath(this.#path(name));
  }

  /** By its whole name, by the end that is written, by its last part: the one table that fits first. */
  #findPath(path: readonly string[]): TableDraft | undefined {
    const exact = this.#tables.get(keyOf(path));
    if (exact) return exact;
    for (const length of new Set([path.length, 1])) {
      const tail = keyOf(path.slice(-length));
      const loose = [...this.#tables.values()].filter(
        (table) => keyOf(table.path.slice(-length)) === tail,
      );
      if (loose.length === 1) return loose[0];
    }
    return undefined;
  }

  #write(kind: Writes["kind"], name: unknown, piece: Piece): void {
    if (!Array.isArray(name)) return;
    this.#push({
      sql: piece.sql,
      kind,
      target: this.#path(name as ObjectName),
      line: piece.line,
    });
  }

  /** A query may write as well: `select … into t`, `with x as (…) insert into t …`. */
  readonly #query = (payload: Query, piece: Piece): void => {
    const { tag, payload: body } = tagOf(payload.body);
    const inner = tagOf(body);
    const handler = ["Insert", "Update", "Merge", "Delete"].includes(tag)
      ? this.#handlers[inner.tag]
      : undefined;
    const into =
      tag === "Select"
        ? (body as { readonly into?: { readonly name: unknown } | null }).into
        : undefined;
    if (handler) handler(inner.payload as never, piece, body as Statement);
    else if (into) this.#write("table", into.name, piece);
    else this.#push({ sql: piece.sql, kind: "query", line: piece.line });
  };

  /** Which rows are left hangs on other tables only where it names some. */
  readonly #delete = (
    payload: { readonly from: unknown; readonly selection?: unknown },
    piece: Piece,
  ): void => {
    const listed: unknown = tagOf(payload.from).payload;
    const first: unknown = Array.isArray(listed) ? listed[0] : undefined;
    const relation = isObject(first) ? first["relation"] : undefined;
    const name = nameInFactor(relation);
    if (tablesIn(payload, this.#dialect).length > 1) this.#write("delete", name, piece);
    else if (Array.isArray(name)) {
      const kind = payload.selection ? "some rows" : "all rows";
      this.#lose(kind, this.#path(name as ObjectName), piece);
    }
  };

  losePart(path: readonly string[], piece: Piece): void {
    this.#lose("some rows", path, piece);
  }

  /** Nothing of a table is other than it was; who reads it may get less all the same. */
  addRights({ relation }: RightsStatement, piece: Piece): void {
    if (relation === undefined) this.#unread.push(piece);
    else this.#unread.push({ ...piece, relation: this.#known(relation) ?? relation });
  }

  #lose(kind: LossKind, path: readonly string[], piece: Piece): void {
    const known = this.#known(path);
    if (known) this.#losses.rows({ path: known, kind, piece, at: this.#statements.length });
  }

  readonly #createTable = (payload: CreateTable, piece: Piece): void => {
    const path = this.#path(payload.name);
    if (payload.if_not_exists && this.#isThere(path)) return;
    this.#gone.delete(keyOf(path));
    if (payload.query || payload.clone) {
      this.#push({ sql: piece.sql, kind: "table", target: path, line: piece.line });
      if (payload.columns.length === 0) return;
    }
    const draft: TableDraft = {
      path,
      columns: [],
      primaryKey: [],
      uniqueKeys: [],
      keys: [],
      others: new Set(),
      line: piece.line,
    };
    const known = this.#tables.get(keyOf(path));
    const at = this.#statements.length;
    this.#losses.created(draft, { piece, at, instead: payload.or_replace ? undefined : known });
    for (const column of payload.columns) this.#addColumn(draft, column, piece);
    for (const constraint of payload.constraints) this.#addConstraint(draft, constraint);
    if (payload.like) this.#takeColumns(draft, payload.like);
    this.#tables.set(keyOf(path), draft);
  };

  /** A table or view of that very name: `if not exists` does nothing then. */
  #isThere(path: readonly string[]): boolean {
    const key = keyOf(path);
    if (this.#gone.has(key)) return false;
    return (
      this.#tables.has(key) ||
      this.#statements.some(
        ({ kind, target }) =>
          (kind === "table" || kind === "view") && target !== undefined && keyOf(target) === key,
      )
    );
  }

  /** `create table t (like s)`: the columns of `s` as they are now. */
  #takeColumns(draft: TableDraft, like: unknown): void {
    const columns = this.#likeColumns(like);
    if (columns) for (const one of columns) draft.columns.push(one);
    else {
      this.#problems.push({
        code: "unresolved-name",
        message: `CREATE TABLE ${draft.path.join(".")}: the table that it is like is not created in the text`,
        next: "Its columns are not known; declare them, or add the file that creates the other table.",
        line: draft.line,
        severity: "warning",
      });
    }
  }

  #likeColumns(like: unknown): readonly Column[] | undefined {
    const { tag, payload } = tagOf(like);
    const name = Array.isArray(like)
      ? like
      : ((payload as { readonly name?: ObjectName } | undefined)?.name ?? undefined);
    return tag !== "" && name ? this.#find(name as ObjectName)?.columns : undefined;
  }

  readonly #createView = (
    payload: {
      readonly name: ObjectName;
      readonly columns: readonly { readonly name: Ident }[];
      readonly if_not_exists?: boolean;
    },
    piece: Piece,
  ): void => {
    if (payload.if_not_exists && this.#isThere(this.#path(payload.name))) return;
    const columns = payload.columns.map((column) => this.#text(column.name));
    this.#push({
      sql: piece.sql,
      kind: "view",
      target: this.#path(payload.name),
      ...(columns.length > 0 ? { columns } : {}),
      line: piece.line,
    });
  };

  #addColumn(draft: TableDraft, { name, data_type: type, options }: ColumnDef, piece: Piece): void {
    const text = this.#text(name);
    const at = this.#statements.length;
    this.#losses.column(draft, text, { how: fillOf(options), piece, at });
    const column: { -readonly [Key in keyof Column]: Column[Key] } = { name: text };
    if (type && tagOf(type).tag !== "Unspecified") column.type = typeText(type);
    for (const option of options ?? []) this.#applyOption({ draft, column, option });
    draft.columns = [...draft.columns.filter((each) => each.name !== text), column];
  }

  #applyOption({ draft, column, option }: OptionInput): void {
    const { tag, payload } = tagOf(
      isObject(option) && "option" in option ? option["option"] : option,
    );
    const named = isObject(option) ? option["name"] : undefined;
    const key = { name: this.#constraintName(named), columns: [column.name] };
    if (tag === "NotNull") column.nullable = false;
    if (tag === "Null") column.nullable = true;
    if (tag === "Comment" && typeof payload === "string") column.description = payload;
    if (
      tag === "PrimaryKey" ||
      (tag === "Unique" && isObject(payload) && payload["is_primary"] === true)
    ) {
      column.nullable = false;
      column.unique = true;
      draft.primaryKey.push(column.name);
      draft.keys.push(makeKey({ ...key, table: draft.path, isPrimary: true }));
    } else if (tag === "Unique") {
      column.unique = true;
      draft.uniqueKeys.push([column.name]);
      draft.keys.push(makeKey({ ...key, table: draft.path, isPrimary: false }));
    } else if (tag === "Check")
      column.allowedValues = allowedValues(payload) ?? column.allowedValues ?? [];
    if (column.allowedValues?.length === 0) delete column.allowedValues;
  }

  #addConstraint(draft: TableDraft, constraint: unknown): void {
    const { tag, payload } = tagOf(constraint);
    const name = this.#constraintName(isObject(payload) ? payload["name"] : undefined);
    if (tag !== "PrimaryKey" && tag !== "Unique") {
      if (name !== undefined) draft.others.add(name.toLowerCase());
      return;
    }
    const listed = (payload as { readonly columns: readonly unknown[] }).columns.flatMap(
      indexedIdent,
    );
    const names = listed.map((ident) => this.#text(ident));
    if (tag === "PrimaryKey") draft.primaryKey = names;
    else draft.uniqueKeys.push(names);
    const isPrimary = tag === "PrimaryKey";
    draft.keys.push(makeKey({ name, table: draft.path, columns: names, isPrimary }));
    const lone = names.length === 1;
    draft.columns = draft.columns.map((column) =>
      names.includes(column.name)
        ? {
            ...column,
            ...(tag === "PrimaryKey" ? { nullable: false } : {}),
            ...(lone ? { unique: true } : {}),
          }
        : column,
    );
  }

  #constraintName(name: unknown): string | undefined {
    return isObject(name) && typeof name["value"] === "string" ? name["value"] : undefined;
  }

  /** What nobody can say may have taken a key; one of several columns is told by no column. */
  #dropConstraint(draft: TableDraft, name: string, piece: Piece): void {
    const found = findDropped(draft.keys, { name, others: draft.others });
    if (found === "no key") return;
    if (found === "unknown" || found.columns.length > 1)
      this.#unread.push({ ...piece, relation: draft.path });
    if (found !== "unknown") this.#dropKey(draft, found);
  }

  #dropKey(draft: TableDraft, key: TableKey): void {
    draft.keys = draft.keys.filter((one) => one !== key);
    if (key.isPrimary) draft.primaryKey = [];
    else draft.uniqueKeys = draft.uniqueKeys.filter((one) => !sameNames(one, key.columns));
    const [only, second] = key.columns;
    const isKept = draft.keys.some(({ columns }) => sameNames(columns, key.columns));
    if (only === undefined || second !== undefined || isKept) return;
    draft.columns = draft.columns.map(({ unique, ...column }) => {
      const isUnique = unique !== undefined && column.name !== only;
      return isUnique ? { ...column, unique } : column;
    });
  }

  readonly #alterTable = (
    payload: { readonly name: ObjectName; readonly operations: readonly unknown[] },
    piece: Piece,
  ): void => {
    if (this.#swap(payload, piece)) return;
    const draft = this.#find(payload.name);
    if (!draft) {
      const line = piece.line + (findPosition(payload.name)?.line ?? 1) - 1;
      const message = `ALTER TABLE ${this.#path(payload.name).join(".")}: the text does not create this table`;
      this.#problems.push({ code: "unresolved-name", message, line, severity: "warning" });
      return;
    }
    for (const operation of payload.operations) this.#alter(draft, operation, piece);
  };

  /** Snowflake's `alter table a swap with b`: from then on `a` holds what was put into `b`. */
  #swap(
    payload: { readonly name: ObjectName; readonly operations: readonly unknown[] },
    { line }: Piece,
  ): boolean {
    const { tag, payload: swap } = tagOf(payload.operations[0]);
    if (tag !== "SwapWith") return false;
    const source = this.#path((swap as { readonly table_name: ObjectName }).table_name);
    const target = this.#path(payload.name);
    const quoted = source.map((part) => `"${part}"`).join(".");
    this.#push({ sql: `select * from ${quoted}`, kind: "table", target, line });
    return true;
  }

  #alter(draft: TableDraft, operation: unknown, piece: Piece): void {
    const { tag, payload } = tagOf(operation);
    const alter = this.#alterations[tag];
    if (alter) alter(draft, payload as never, piece);
  }

  readonly #alterations: Readonly<
    Record<string, (draft: TableDraft, payload: never, piece: Piece) => void>
  > = {
    AddColumn: (
      draft,
      payload: { readonly column_def: ColumnDef; readonly if_not_exists?: boolean },
      piece,
    ) => {
      const name = this.#text(payload.column_def.name).toLowerCase();
      const isThere = draft.columns.some((column) => column.name.toLowerCase() === name);
      if (!(payload.if_not_exists && isThere)) this.#addColumn(draft, payload.column_def, piece);
    },
    DropPartitions: (draft, _payload: unknown, piece) => this.#lose("some rows", draft.path, piece),
    DropColumn: (draft, payload: { readonly column_names: readonly Ident[] }) => {
      const gone = new Set(payload.column_names.map((ident) => this.#text(ident).toLowerCase()));
      draft.columns = draft.columns.filter((column) => !gone.has(column.name.toLowerCase()));
    },
    RenameColumn: (
      draft,
      payload: { readonly old_column_name: Ident; readonly new_column_name: Ident },
      piece,
    ) => {
      const name = this.#text(payload.new_column_name);
      this.#losses.renamedColumn(draft, {
        from: this.#text(payload.old_column_name),
        to: name,
        piece,
        at: this.#statements.length,
      });
      this.#change(draft, payload.old_column_name, () => ({ name }));
    },
    ChangeColumn: (
      draft,
      payload: { readonly old_name: Ident; readonly new_name: Ident; readonly data_type: DataType },
    ) =>
      this.#change(draft, payload.old_name, () => ({
        name: this.#text(payload.new_name),
        type: typeText(payload.data_type),
      })),
    ModifyColumn: (
      draft,
      payload: {
        readonly col_name: Ident;
        readonly data_type: DataType;
        readonly options: readonly unknown[];
      },
    ) =>
      this.#change(draft, payload.col_name, () => ({
        type: typeText(payload.data_type),
        ...(payload.options.includes("NotNull") ? { nullable: false } : {}),
      })),
    AlterColumn: (draft, payload: { readonly column_name: Ident; readonly op: unknown }) =>
      this.#change(draft, payload.column_name, () => alteredColumn(payload.op)),
    DropConstraint: (draft, payload: { readonly name: Ident }, piece) =>
      this.#dropConstraint(draft, payload.name.value, piece),
    DropPrimaryKey: (draft, _payload: unknown, piece) => {
      const key = draft.keys.find(({ isPrimary }) => isPrimary);
      if (key) this.#dropConstraint(draft, key.name, piece);
    },
    AddConstraint: (draft, payload: { readonly constraint: unknown }) =>
      this.#addConstraint(draft, payload.constraint),
  };

  #change(draft: TableDraft, ident: Ident, change: () => Partial<Column>): void {
    const name = this.#text(ident).toLowerCase();
    draft.columns = draft.columns.map((column) =>
      column.name.toLowerCase() === name ? { ...column, ...change() } : column,
    );
  }

  /** What drops, renames or moves tables, views and schemas. */
  change(statement: SchemaStatement, { line }: Piece): void {
    switch (statement.kind) {
      case "drop":
        for (const path of statement.relations) {
          const isTemporary = path.length === 1 && this.#temporary.has(keyOf(path));
          if (!isTemporary) this.#leave(this.#known(path) ?? path);
        }
        return;
      case "drop-schema":
        for (const path of this.#pathsIn(statement.schemas)) this.#leave(path);
        return;
      case "rename-schema":
        for (const path of this.#pathsIn([statement.schema]))
          this.#relocate(path, (old) => inSchema(old, statement.to));
        return;
      default: {
        const { relation } = statement;
        if (this.#known(relation) === undefined) {
          const message = `ALTER ${relation.join(".")}: the text does not create this table`;
          this.#problems.push({ code: "unresolved-name", message, line, severity: "warning" });
        }
        this.#relocate(relation, (old) =>
          statement.kind === "move" ? inSchema(old, statement.schema) : renamed(old, statement.to),
        );
      }
    }
  }

  /** The whole name of a table or view, from what is written of it: the one whose name ends so, or that it ends with. */
  #known(path: readonly string[]): readonly string[] | undefined {
    const fits = (known: readonly string[]): boolean => {
      const length = Math.min(path.length, known.length);
      return keyOf(known.slice(-length)) === keyOf(path.slice(-length));
    };
    const draft = this.#findPath(path)?.path;
    if (draft && fits(draft)) return draft;
    return this.#statements.findLast(({ target }) => target && fits(target))?.target;
  }

  #pathsIn(schemas: readonly (readonly string[])[]): readonly (readonly string[])[] {
    const wanted = new Set(schemas.map((schema) => schema.at(-1)?.toLowerCase()));
    const all = [
      ...[...this.#tables.values()].map(({ path }) => path),
      ...this.#statements.flatMap(({ target }) => (target ? [target] : [])),
    ];
    return all.filter((path) => path.length > 1 && wanted.has(path.at(-2)?.toLowerCase()));
  }

  /** The statements that filled it stay: what read it while it was there still came from them. */
  #leave(path: readonly string[]): void {
    this.#tables.delete(keyOf(path));
    this.#losses.left(path);
    this.#gone.set(keyOf(path), path);
  }

  #relocate(path: readonly string[], place: (old: readonly string[]) => readonly string[]): void {
    const from = this.#known(path);
    if (from === undefined) return;
    const to = place(from);
    const draft = this.#tables.get(keyOf(from));
    this.#losses.relocated(from, to, draft);
    this.#leave(from);
    this.#gone.delete(keyOf(to));
    if (draft) {
      draft.path = to;
      this.#tables.set(keyOf(to), draft);
    }
    for (const [at, statement] of this.#statements.entries()) {
      if (statement.target && keyOf(statement.target) === keyOf(from))
        this.#statements[at] = { ...statement, target: to };
    }
  }

  readonly #comment = (payload: {
    readonly object_type: string;
    readonly object_name: ObjectName;
    readonly comment: string | null;
  }): void => {
    const { comment } = payload;
    if (!comment) return;
    const isColumn = payload.object_type === "Column";
    const draft = this.#find(isColumn ? payload.object_name.slice(0, -1) : payload.object_name);
    const last = identsOf(payload.object_name).at(-1);
    if (!draft || !last) return;
    if (isColumn) this.#change(draft, last, () => ({ description: comment }));
    else draft.description = comment;
  };
}

interface CreateTable {
  readonly name: ObjectName;
  readonly or_replace?: boolean;
  readonly if_not_exists?: boolean;
  readonly columns: readonly ColumnDef[];
  readonly constraints: readonly unknown[];
  readonly query?: unknown;
  readonly clone?: unknown;
  readonly like?: unknown;
}

interface ColumnDef {
  readonly name: Ident;
  readonly data_type?: DataType;
  readonly options?: readonly unknown[];
}

interface OptionInput {
  readonly draft: TableDraft;
  readonly column: { -readonly [Key in keyof Column]: Column[Key] };
  readonly option: unknown;
}

/** Comments go and line breaks with them, so that what follows keeps its lines. */
const onOneLine = (sql: string): string =>
  tokenizeSql(sql)
    .map((token, i, all) =>
      i > 0 && (all[i - 1]?.end ?? 0) < token.start ? ` ${token.text}` : token.text,
    )
    .join("")
    .replace(/\n/g, " ");

/** A name with fewer parts keeps the outer ones of the old one. */
const renamed = (old: readonly string[], to: readonly string[]): readonly string[] =>
  to.length < old.length ? [...old.slice(0, -to.length), ...to] : to;

const inSchema = (old: readonly string[], schema: string): readonly string[] => [
  ...old.slice(0, -2),
  schema,
  ...old.slice(-1),
];

const sameNames = (one: readonly string[], other: readonly string[]): boolean =>
  keyOf(one) === keyOf(other);

const keyOf = (path: readonly string[]): string => path.join("\u0000").toLowerCase();

function finishTable({
  path,
  columns,
  primaryKey,
  uniqueKeys,
  description,
  line,
}: TableDraft): DeclaredTable {
  return {
    path,
    columns,
    primaryKey,
    uniqueKeys,
    line,
    ...(description === undefined ? {} : { description }),
  };
}

function nameInFactor(factor: unknown): unknown {
  const { tag, payload } = tagOf(factor);
  return tag === "Table" ? (payload as { readonly name: ObjectName }).name : undefined;
}

/** A column of a key: bare, or wrapped as an index has it. */
function indexedIdent(column: unknown): Ident[] {
  if (isObject(column) && typeof column["value"] === "string") return [column as unknown as Ident];
  const inner =
    isObject(column) && isObject(column["column"]) ? column["column"]["expr"] : undefined;
  const { tag, payload } = tagOf(inner);
  return tag === "Identifier" ? [payload as Ident] : [];
}

function alteredColumn(op: unknown): Partial<Column> {
  const { tag, payload } = tagOf(op);
  if (tag === "SetNotNull") return { nullable: false };
  if (tag === "DropNotNull") return { nullable: true };
  if (tag === "SetDataType")
    return { type: typeText((payload as { readonly data_type: DataType }).data_type) };
  return {};
}

/** `check (status in ('a', 'b'))`: the values that the column may have. */
function allowedValues(check: unknown): readonly string[] | undefined {
  const expr = isObject(check) && "expr" in check ? (check["expr"] as Expr) : (check as Expr);
  const { tag, payload } = tagOf(expr);
  if (tag !== "InList") return undefined;
  const { list, negated } = payload as {
    readonly list: readonly Expr[];
    readonly negated: boolean;
  };
  if (negated) return undefined;
  const values = list.map((item) => {
    const wrapped = tagOf(item).payload;
    const literal = isObject(wrapped) ? tagOf(wrapped["value"]) : undefined;
    return typeof literal?.payload === "string" ? literal.payload : undefined;
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}
