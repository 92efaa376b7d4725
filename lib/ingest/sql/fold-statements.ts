import type { Problem } from "#lib/model/problem.ts";
import { alterTable } from "./alter-table.ts";
import { movesData } from "./analyze-statement.ts";
import {
  findPosition,
  type Ident,
  identsOf,
  isObject,
  type ObjectName,
  type Query,
  type Statement,
  tagOf,
} from "./ast.ts";
import { DeclaredRelations, type NewLoss } from "./declared-relations.ts";
import { DeclaredTwice } from "./declared-twice.ts";
import type { Dialect } from "./dialect.ts";
import { MERGE_STAR } from "./normalise-sql.ts";
import { renamedPath } from "./relation-path.ts";
import { remakeTable, remakeView } from "./remake-table.ts";
import type { RightsStatement } from "./rights-statement.ts";
import { scanTables } from "./scan-tables.ts";
import { mayChangeTables, type SchemaStatement } from "./schema-statement.ts";
import { nameOf } from "./scope.ts";
import { ScriptTables } from "./script-tables.ts";
import { readPlace } from "./session-place.ts";
import type { StatementText as Piece } from "./split-statements.ts";
import type { SqlParser } from "./sql-parser.ts";
import type { ReadStatements, UnreadStatement, WritingStatement } from "./statement-facts.ts";
import { type ColumnDef, TableDraft } from "./table-draft.ts";
import { tablesIn } from "./tables-in.ts";
import type { TypeStatement } from "./type-statement.ts";
import type { Writes } from "./writes.ts";

type Handler = (payload: never, piece: Piece, statement: Statement) => void;

/** Takes the statements of a text one after another, and says in the end what they declare, write, take away and leave unclear. */
export class StatementFold {
  readonly #dialect: Dialect;
  readonly #parser: SqlParser;
  readonly #relations = new DeclaredRelations();
  readonly #temporary = new ScriptTables();
  readonly #twice = new DeclaredTwice();
  readonly #unread: UnreadStatement[] = [];
  readonly #problems: Problem[] = [];
  readonly #handlers: Readonly<Record<string, Handler>>;

  constructor({ dialect, parser }: { readonly dialect: Dialect; readonly parser: SqlParser }) {
    this.#dialect = dialect;
    this.#parser = parser;
    this.#handlers = {
      CreateTable: this.#createTable,
      CreateView: this.#createView,
      AlterView: this.#makeView,
      AlterTable: this.#alterTable,
      Drop: ({ object_type: type }: { readonly object_type: string }, piece) => {
        if (type === "Database") this.#unread.push(piece);
      },
      Call: (_payload: unknown, piece) => this.addUnread(piece),
      RenameTable: (
        payload: readonly { readonly old_name: ObjectName; readonly new_name: ObjectName }[],
      ) => {
        for (const { old_name: from, new_name: to } of payload)
          this.#relations.relocate(this.#path(from), (path) => renamedPath(path, this.#path(to)));
      },
      Comment: this.#comment,
      Query: this.#query,
      Insert: (payload: { readonly table: unknown }, piece) => {
        const { tag, payload: name } = tagOf(payload.table);
        if (tag === "TableName" && Array.isArray(name) && name.length > 0)
          this.#write({ kind: "insert", name: name }, piece);
        else this.#pushScanned(piece);
      },
      Explain: ({ analyze, statement: inner }: ExplainStatement, piece) => {
        if (analyze) this.add(inner, piece);
      },
      CopyIntoSnowflake: (payload: { readonly kind: string; readonly into: ObjectName }, piece) =>
        payload.kind === "Table"
          ? this.#write({ kind: "insert", name: payload.into }, piece)
          : this.#pushScanned(piece),
      ExportData: (_payload: unknown, piece) => this.#pushScanned(piece),
      Copy: (_payload: unknown, piece) => this.#pushScanned(piece),
      Merge: (payload: MergeStatement, piece) => {
        const addsRows = payload.clauses.some(({ action }) => tagOf(action).tag === "Insert");
        const adds = addsRows ? "rows" : "nothing";
        this.#write({ kind: "merge", name: nameInFactor(payload.table), adds }, piece);
        this.#noteMerge(payload, piece);
      },
      Update: (payload: UpdateStatement, piece) => {
        this.#write({ kind: "update", name: this.#updated(payload) }, piece);
        this.#noteUpdate(payload, piece);
      },
      Delete: this.#delete,
      Truncate: this.#truncate,
    };
  }

  /** For statements that run some other time: in the same place, and with nothing that the text did before. */
  beside(): StatementFold {
    const fold = new StatementFold({ dialect: this.#dialect, parser: this.#parser });
    fold.#relations.place = this.#relations.place;
    return fold;
  }

  /** What a routine writes when it runs. What it makes and takes away meanwhile is not told: it has not run. */
  addRoutine(routine: StatementFold): void {
    const { statements, problems } = routine.result();
    for (const statement of statements) this.#relations.addPlaced(statement);
    this.#problems.push(...problems);
  }

  /** What is left of a routine when its statements are told: conditions, cursors, text that is put together as it runs. */
  addRest(rest: Piece): void {
    const { reads, targets } = scanTables(rest.sql, this.#dialect);
    const known = this.#relations.written();
    if (reads.length === 0 && targets.length === 0 && !RUNS_TEXT.test(rest.sql)) return;
    this.#warn({
      code: "sql-not-understood",
      message: "a routine with conditions, cursors or text that is run, which are not followed",
      next: "Only the tables that they name are known.",
      line: rest.line,
    });
    for (const { path, kind } of targets)
      this.#push({ sql: rest.sql, kind, target: path, line: rest.line });
    if (reads.length === 0) return;
    for (const target of known)
      this.#push({ sql: rest.sql, kind: "insert", target, line: rest.line });
    if (known.length === 0 && targets.length === 0)
      this.#push({ sql: rest.sql, kind: "query", line: rest.line });
  }

  result(): ReadStatements {
    return {
      ...this.#relations.result(),
      twice: this.#twice.list(),
      unread: this.#unread,
      problems: this.#problems,
    };
  }

  add(statement: Statement, piece: Piece): void {
    const { tag, payload } = tagOf(statement);
    const handler = this.#handlers[tag];
    if (this.#temporary.keep(statement, piece.sql)) return;
    if (handler) handler(payload as never, piece, statement);
    else if (movesData(statement)) this.#addUnfollowed(piece, tag);
    else if (!CHANGES_NO_TABLE.test(tag)) this.#unread.push(piece);
  }

  /** What may run anything: no table of it is known. */
  addUnread(piece: Piece): void {
    this.#unread.push(piece);
    this.#warn({
      code: "sql-not-understood",
      message: "a statement that runs what its text does not show",
      next: "Write out what it does to tables, or look at it yourself.",
      line: piece.line,
    });
  }

  /** What does not parse may still read and write tables: it stays as a statement, and the analysis says what is lost. */
  addUnparsed(piece: Piece, problem: Problem): void {
    this.#pushScanned(piece);
    if (mayChangeTables(piece.sql)) this.#unread.push(piece);
    this.#problems.push({ ...problem, line: piece.line + (problem.line ?? 1) - 1 });
  }

  /** Nothing of a table is other than it was; who reads it may get less all the same. */
  addRights({ relation }: RightsStatement, piece: Piece): void {
    if (relation === undefined) this.#unread.push(piece);
    else this.#unread.push({ ...piece, relation: this.#relations.findPath(relation) ?? relation });
  }

  /** How many rows a part brings, no text says; a new one has none. */
  gainPart(path: readonly string[], piece: Piece): void {
    this.#lose({ kind: "more rows" }, path, piece);
  }

  linkPart({
    whole,
    part,
    joins,
  }: {
    readonly whole: readonly string[];
    readonly part: readonly string[];
    readonly joins: boolean;
  }): void {
    const draft = this.#relations.findTable(part);
    const known = this.#relations.findTable(whole);
    if (joins) draft?.becomePartOf(known ?? whole, "attached");
    else if (known) draft?.leaveWhole(known);
  }

  /** `set search_path`, `use`. */
  moveTo(sql: string): void {
    const place = readPlace(sql, this.#relations.place);
    if (place !== undefined) this.#relations.place = place;
  }

  #lose(loss: NewLoss, path: readonly string[], piece: Piece): void {
    if (this.#relations.lose(loss, path, piece)) return;
    const why = `which table ${path.join(".")} is: it fits several; write more of its name`;
    if (!this.#unread.some((one) => one.line === piece.line)) this.#unread.push({ ...piece, why });
  }

  losePart(path: readonly string[], piece: Piece): void {
    this.#lose({ kind: "some rows" }, path, piece);
  }

  refresh(
    { relation, fills }: { readonly relation: readonly string[]; readonly fills: boolean },
    piece: Piece,
  ): void {
    if (fills) this.#relations.filled(relation);
    else this.#lose({ kind: "cannot be read" }, relation, piece);
  }

  /** Every column of a type hangs on it. */
  changeType(statement: TypeStatement, piece: Piece): void {
    const types = statement.kind === "drop" ? statement.types : [statement.type];
    for (const { draft, name } of types.flatMap((type) => this.#relations.columnsOfType(type))) {
      if (statement.kind === "drop") draft.dropColumn(name);
      else if (statement.kind === "add-value") {
        const loss = { kind: "new value" as const, column: name, value: statement.value };
        this.#lose(loss, draft.path, piece);
      } else {
        const { from: value, to } = statement;
        const loss = { kind: "renamed value" as const, column: name, value, to };
        this.#lose(loss, draft.path, piece);
      }
    }
  }

  /** What drops, renames or moves tables, views and schemas; a temporary table that is dropped was no asset. */
  change(statement: SchemaStatement, { line }: Piece): void {
    const unknown = this.#relations.change(
      statement.kind === "drop"
        ? { ...statement, relations: statement.relations.filter((path) => !this.#isScratch(path)) }
        : statement,
    );
    if (unknown === undefined) return;
    const message = `ALTER ${unknown.join(".")}: the text does not create this table`;
    this.#warn({ code: "unresolved-name", message, line });
  }

  #isScratch(path: readonly string[]): boolean {
    return path.length === 1 && this.#temporary.has(path[0] ?? "");
  }

  #addUnfollowed(piece: Piece, tag: string): void {
    this.#pushScanned(piece);
    if (mayChangeTables(piece.sql)) this.#unread.push(piece);
    this.#warn({
      code: "sql-not-understood",
      message: `a statement of a kind that is not followed: ${tag}`,
      next: "Only the tables that its text names are known.",
      line: piece.line,
    });
  }

  #warn(problem: Omit<Problem, "severity">): void {
    this.#problems.push({ ...problem, severity: "warning" });
  }

  #push(statement: WritingStatement): void {
    this.#relations.addStatement({
      ...statement,
      sql: this.#temporary.withNeeded(statement.sql),
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

  #path(name: ObjectName): string[] {
    return identsOf(name).map((ident) => this.#text(ident));
  }

  readonly #text = (ident: Ident): string => nameOf(ident, this.#dialect).text;

  #write({ kind, name, adds = ADDS[kind] }: Written, piece: Piece): void {
    if (!Array.isArray(name)) return;
    this.#push({
      sql: piece.sql,
      kind,
      target: this.#path(name as ObjectName),
      ...(adds === undefined ? {} : { adds }),
      line: piece.line,
    });
  }

  /** A query may write as well: `select … into t`, `with x as (…) insert into t …`. */
  readonly #query = (payload: Query, piece: Piece): void => {
    const { tag, payload: body } = tagOf(payload.body);
    const inner = tagOf(body);
    this.#noteWithin(payload, piece);
    const handler = WRITES.has(tag) ? this.#handlers[inner.tag] : undefined;
    const into =
      tag === "Select"
        ? (body as { readonly into?: { readonly name: unknown } | null }).into
        : undefined;
    if (handler) handler(inner.payload as never, piece, body as Statement);
    else if (into) this.#write({ kind: "table", name: into.name }, piece);
    else this.#push({ sql: piece.sql, kind: "query", line: piece.line });
  };

  /** Which rows are left hangs on other tables only where it names some. */
  readonly #delete = (payload: DeleteStatement, piece: Piece): void => {
    const listed: unknown = tagOf(payload.from).payload;
    const first: unknown = Array.isArray(listed) ? listed[0] : undefined;
    const relation = isObject(first) ? first["relation"] : undefined;
    const name = nameInFactor(relation);
    const readsOthers = tablesIn(payload, this.#dialect).length > 1;
    if (readsOthers) this.#write({ kind: "delete", name: name }, piece);
    if (!Array.isArray(name)) return;
    const kind = readsOthers || payload.selection ? "some rows" : "all rows";
    this.#lose({ kind }, this.#path(name as ObjectName), piece);
  };

  readonly #truncate = (payload: TruncateStatement, piece: Piece): void => {
    for (const { name } of payload.table_names) {
      const path = this.#path(name);
      this.#lose({ kind: "all rows" }, path, piece);
      if (payload.cascade !== "Cascade") continue;
      for (const child of this.#relations.referringTo(path))
        this.#lose({ kind: "all rows" }, child, piece);
    }
  };

  /** `with gone as (delete from t returning *) …`: parts that write are done, whatever is made of what they return. */
  #noteWithin({ with: before }: Query, piece: Piece): void {
    for (const { query } of before?.cte_tables ?? []) {
      const { tag, payload } = tagOf(query.body);
      if (!WRITES.has(tag)) continue;
      const inner = tagOf(payload);
      if (inner.tag === "Update") this.#noteUpdate(inner.payload as UpdateStatement, piece);
      else if (inner.tag === "Merge") this.#noteMerge(inner.payload as MergeStatement, piece);
      else if (inner.tag === "Delete") this.#delete(inner.payload as DeleteStatement, piece);
      else this.#pushScanned(piece);
    }
  }

  #noteUpdate(payload: UpdateStatement, piece: Piece): void {
    this.#noteValues(this.#updated(payload), payload.assignments, piece);
  }

  /** T-SQL names the table by what FROM calls it: `update o set … from dbo.orders o`. */
  #updated({ table, from }: UpdateStatement): unknown {
    const name = nameInFactor(table.relation);
    const [alias, more] = Array.isArray(name) ? this.#path(name as ObjectName) : [];
    if (alias === undefined || more !== undefined) return name;
    return (
      aliasedIn(from, (ident) => this.#text(ident).toLowerCase() === alias.toLowerCase()) ?? name
    );
  }

  #noteMerge({ table, clauses }: MergeStatement, piece: Piece): void {
    const name = nameInFactor(table);
    for (const { action } of clauses) {
      const { tag, payload } = tagOf(action);
      if (tag === "Update")
        this.#noteValues(
          name,
          (payload as Pick<UpdateStatement, "assignments">).assignments,
          piece,
        );
      else if (tag === "Delete" && Array.isArray(name))
        this.#lose({ kind: "some rows" }, this.#path(name as ObjectName), piece);
    }
  }

  /** The columns that a statement writes into rows which are there. */
  #noteValues(name: unknown, assignments: UpdateStatement["assignments"], piece: Piece): void {
    if (!Array.isArray(name)) return;
    const path = this.#path(name as ObjectName);
    for (const { target } of assignments) {
      const { tag, payload } = tagOf(target);
      const columns =
        tag === "Tuple" ? (payload as readonly ObjectName[]) : [payload as ObjectName];
      for (const column of columns) {
        for (const written of this.#writtenColumns(column, path))
          this.#lose({ kind: "other values", column: written }, path, piece);
      }
    }
  }

  /** `o.note` is a column of `o`, `addr.city` a part of the column `addr`. */
  #writtenColumns(column: ObjectName, table: readonly string[]): readonly string[] {
    const idents = identsOf(column);
    const draft = this.#relations.findTable(table);
    if (draft && idents.some(({ value }) => value === MERGE_STAR))
      return draft.columns.map(({ name }) => name);
    const own = idents.find((ident) => draft?.has(ident)) ?? idents.at(-1);
    return own === undefined ? [] : [this.#text(own)];
  }

  readonly #createTable = (payload: CreateTable, piece: Piece): void => {
    const path = this.#path(payload.name);
    if (payload.if_not_exists && this.#relations.isThere(path)) return;
    if (this.#remake(payload, piece)) return;
    const isThere = this.#twice.knows(path) && this.#relations.isThere(path);
    this.#relations.comesBack(path);
    if (payload.query || payload.clone) {
      this.#push({ sql: piece.sql, kind: "table", target: path, line: piece.line });
      if (payload.columns.length === 0) return;
    }
    const draft = new TableDraft({ path, line: piece.line, dialect: this.#dialect });
    const isMeant = payload.or_replace === true || payload.if_not_exists === true;
    this.#twice.note(path, { piece, draft, isThere, isMeant });
    this.#relations.create(draft, { piece, replaces: payload.or_replace ?? false });
    for (const def of payload.columns) {
      const like = likeAmongColumns(def);
      if (like) this.#takeColumns(draft, like);
      else {
        this.#relations.columnAdded(draft, this.#text(def.name), { def, piece });
        draft.addColumn(def);
      }
    }
    for (const whole of payload.inherits ?? []) this.#inherit(draft, whole, "inherits");
    if (payload.partition_of) this.#inherit(draft, payload.partition_of, "partition");
    for (const constraint of payload.constraints) draft.addConstraint(constraint);
    if (payload.like) this.#takeColumns(draft, payload.like);
    this.#relations.addTable(draft);
  };

  /** A table that is replaced has the columns of what it is made of now; false: there is none, or it is made of a list. */
  #remake(
    { name, or_replace: replaces, query, clone, ...listed }: CreateTable,
    piece: Piece,
  ): boolean {
    const path = this.#path(name);
    const draft = this.#relations.findTable(path);
    const isListed = listed.columns.length > 0 || Boolean(listed.like);
    if (!draft || !replaces || isListed || draft.columns.length === 0) return false;
    if (this.#relations.findPath(path) !== draft.path) return false;
    const made =
      query || clone
        ? remakeTable({
            sql: piece.sql,
            query: (query ?? undefined) as Query | undefined,
            target: draft,
            dialect: this.#dialect,
            parser: this.#parser,
            findTable: (one) => this.#relations.findTable(one),
          })
        : undefined;
    if (made === undefined) {
      const why = `which columns ${draft.path.join(".")} has when it is made anew`;
      this.#unread.push({ ...piece, relation: draft.path, why: `${why} is not known` });
    } else draft.replaceColumns(made.columns);
    const own = made?.ofItself;
    if (own === undefined)
      this.#push({ sql: piece.sql, kind: "table", target: draft.path, line: piece.line });
    if (own?.losesRows) this.#lose({ kind: "some rows" }, draft.path, piece);
    for (const column of own?.rewritten ?? [])
      this.#lose({ kind: "other values", column }, draft.path, piece);
    return true;
  }

  #takeColumns(draft: TableDraft, like: unknown): void {
    const { tag, payload } = tagOf(like);
    const name = Array.isArray(like)
      ? like
      : ((payload as { readonly name?: ObjectName } | undefined)?.name ?? undefined);
    const source =
      tag !== "" && name ? this.#relations.findTable(this.#path(name as ObjectName)) : undefined;
    if (source) draft.takeColumns(source.columns);
    else {
      draft.isOpen = true;
      this.#warn({
        code: "unresolved-name",
        message: `CREATE TABLE ${draft.path.join(".")}: the table that it is like is not created in the text`,
        next: "Its columns are not known; declare them, or add the file that creates the other table.",
        line: draft.line,
      });
    }
  }

  /** A partition has the keys of its table as well; a child has none of them. */
  #inherit(draft: TableDraft, name: ObjectName, as: "partition" | "inherits"): void {
    const path = this.#path(name);
    const whole = this.#relations.findTable(path);
    draft.becomePartOf(whole ?? path, "declared");
    if (whole === undefined) {
      draft.isOpen = true;
      this.#warn({
        code: "unresolved-name",
        message: `CREATE TABLE ${draft.path.join(".")}: the table ${path.join(".")}, whose columns it has, is not created in the text`,
        next: "Not all of its columns are known; add the file that creates the other table.",
        line: draft.line,
      });
      return;
    }
    draft.isOpen ||= whole.isOpen;
    draft.inheritColumns(
      as === "partition" ? whole.columns : whole.columns.map(({ unique: _, ...column }) => column),
    );
  }

  readonly #createView = (payload: CreateView, piece: Piece): void => {
    const target = this.#path(payload.name);
    if (payload.if_not_exists && this.#relations.isThere(target)) return;
    const isThere = this.#twice.knows(target) && this.#relations.isThere(target);
    const isMeant = [payload.or_replace, payload.or_alter, payload.if_not_exists].includes(true);
    this.#twice.note(target, { piece, isThere, isMeant });
    this.#makeView(payload, piece);
  };

  readonly #makeView = (payload: CreateView, piece: Piece): void => {
    const target = this.#path(payload.name);
    const columns = payload.columns.map((column) => this.#text(column.name));
    this.#replaceByView(target, { columns, piece });
    this.#push({
      sql: piece.sql,
      kind: "view",
      target,
      ...(columns.length > 0 ? { columns } : {}),
      line: piece.line,
    });
  };

  /** A view under the name of what is there has the columns that its query gives, and no others. */
  #replaceByView(
    path: readonly string[],
    { columns: names, piece }: { readonly columns: readonly string[]; readonly piece: Piece },
  ): void {
    const draft = this.#relations.findTable(path);
    const isIts = draft !== undefined && this.#relations.findPath(path) === draft.path;
    if (!isIts || draft.columns.length === 0) return;
    const columns = remakeView({
      sql: piece.sql,
      names,
      target: draft,
      dialect: this.#dialect,
      parser: this.#parser,
      findTable: (one) => this.#relations.findTable(one),
    });
    if (columns) draft.replaceColumns(columns);
    else {
      const why = `which columns ${draft.path.join(".")} has when it is made anew is not known`;
      this.#unread.push({ ...piece, relation: draft.path, why });
    }
  }

  readonly #alterTable = (
    payload: {
      readonly name: ObjectName;
      readonly operations: readonly unknown[];
      readonly only?: boolean;
    },
    piece: Piece,
  ): void => {
    if (this.#swap(payload, piece)) return;
    const path = this.#path(payload.name);
    const draft = this.#relations.findTable(path);
    if (!draft) {
      const line = piece.line + (findPosition(payload.name)?.line ?? 1) - 1;
      const message = `ALTER TABLE ${path.join(".")}: the text does not create this table`;
      this.#warn({ code: "unresolved-name", message, line });
      return;
    }
    const notes = this.#notesOf(draft, piece);
    for (const operation of payload.operations) alterTable(draft, operation, notes);
    if (payload.only) return;
    // What happens to a column of a table happens to it in its parts.
    const ofColumns = payload.operations.filter((one) => OF_COLUMNS.has(tagOf(one).tag));
    for (const part of this.#relations.partsOf(draft)) {
      const itsNotes = this.#notesOf(part, piece);
      for (const operation of ofColumns) alterTable(part, operation, itsNotes);
    }
  };

  #notesOf(draft: TableDraft, piece: Piece): Parameters<typeof alterTable>[2] {
    return {
      columnAdded: (def: ColumnDef) =>
        this.#relations.columnAdded(draft, this.#text(def.name), { def, piece }),
      columnRenamed: (from: Ident, to: Ident) =>
        this.#relations.columnRenamed(draft, { from: this.#text(from), to: this.#text(to), piece }),
      valuesChanged: (column: Ident) =>
        this.#lose({ kind: "other values", column: this.#text(column) }, draft.path, piece),
      rowsLost: () => this.#lose({ kind: "some rows" }, draft.path, piece),
      defaultChanged: (column: Ident) => {
        const loss = { kind: "other default" as const, column: this.#text(column) };
        this.#lose(loss, draft.path, piece);
      },
      notFollowed: () => this.#unread.push({ ...piece, relation: draft.path }),
      notThere: (column: Ident) => {
        if (draft.columns.length === 0) return;
        const why = `${draft.path.join(".")} has no column ${this.#text(column)} that is known here`;
        this.#unread.push({ ...piece, relation: draft.path, why, isNote: true });
      },
      textOf: this.#text,
    };
  }

  /** Snowflake's `alter table a swap with b`: from then on `a` holds what was put into `b`. */
  #swap(
    payload: { readonly name: ObjectName; readonly operations: readonly unknown[] },
    piece: Piece,
  ): boolean {
    const { tag, payload: swap } = tagOf(payload.operations[0]);
    if (tag !== "SwapWith") return false;
    const source = this.#path((swap as { readonly table_name: ObjectName }).table_name);
    const target = this.#path(payload.name);
    const [one, other] = [this.#relations.findTable(target), this.#relations.findTable(source)];
    if (one && other && one.columns.length > 0 && other.columns.length > 0) {
      const { columns } = one;
      one.replaceColumns(other.columns);
      other.replaceColumns(columns);
      for (const { path } of [one, other])
        for (const kind of ["some rows", "more rows"] as const) this.#lose({ kind }, path, piece);
      return true;
    }
    const quoted = source.map((part) => `"${part}"`).join(".");
    this.#push({ sql: `select * from ${quoted}`, kind: "table", target, line: piece.line });
    return true;
  }

  readonly #comment = (payload: {
    readonly object_type: string;
    readonly object_name: ObjectName;
    readonly comment: string | null;
  }): void => {
    const { comment, object_name: name } = payload;
    if (!comment) return;
    const isColumn = payload.object_type === "Column";
    const draft = this.#relations.findTable(this.#path(isColumn ? name.slice(0, -1) : name));
    const last = identsOf(name).at(-1);
    if (!draft || !last) return;
    if (isColumn) draft.changeColumn(last, { description: comment });
    else draft.description = comment;
  };
}

/** Kinds of the parser's that are known to leave every table as it is, or that were read from their words before. */
const CHANGES_NO_TABLE =
  /^(?:Set|Use|Grant|Revoke|Comment|Drop(?!Database)|Alter(?:Index|Role|User|Session|Connector|Type|Operator|Sequence|Function)|Create(?!.*(?:Table|View|Virtual))|StartTransaction|Commit|Rollback|Savepoint|ReleaseSavepoint|Analyze|Vacuum|Optimize|Show|Explain|Describe|Cache|UNCache|Lock|Unlock|Kill|Flush|Discard|Pragma|Declare|Print|Reset|Return|RaisError|Load$|Install|Attach|Detach|Deallocate|Fetch|Close|Open|Listen|Notify|Unlisten|List|Remove|Prepare)/;

/** Of these nobody knows what they run. */
const RUNS_TEXT = /\b(?:execute\s+immediate|sp_executesql|exec(?:ute)?\s*\(|execute\s+[\w'"(]+)/i;

const OF_COLUMNS: ReadonlySet<string> = new Set([
  "AddColumn",
  "DropColumn",
  "RenameColumn",
  "AlterColumn",
]);

const WRITES: ReadonlySet<string> = new Set(["Insert", "Update", "Merge", "Delete"]);

/** What statements add to a table that stays; what they change in it is noted by itself. */
const ADDS: Readonly<Partial<Record<Writes["kind"], "rows" | "nothing">>> = {
  insert: "rows",
  update: "nothing",
  delete: "nothing",
};

interface Written {
  readonly kind: Writes["kind"];
  /** Of the table, as the parser gives it. */
  readonly name: unknown;
  readonly adds?: "rows" | "nothing" | undefined;
}

interface UpdateStatement {
  readonly table: { readonly relation: unknown };
  readonly from?: unknown;
  readonly assignments: readonly { readonly target: unknown }[];
}

interface DeleteStatement {
  readonly from: unknown;
  readonly selection?: unknown;
}

interface MergeStatement {
  readonly table: unknown;
  readonly clauses: readonly { readonly action: unknown }[];
}

interface TruncateStatement {
  readonly table_names: readonly { readonly name: ObjectName }[];
  readonly cascade?: unknown;
}

interface ExplainStatement {
  readonly analyze: boolean;
  readonly statement: Statement;
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
  readonly inherits?: readonly ObjectName[] | null;
  readonly partition_of?: ObjectName | null;
}

interface CreateView {
  readonly name: ObjectName;
  readonly columns: readonly { readonly name: Ident }[];
  readonly or_replace?: boolean;
  readonly or_alter?: boolean;
  readonly if_not_exists?: boolean;
}

/** `create table t (like s including all, more int)`: the parser takes the first for a column of the type `s`. */
function likeAmongColumns({ name, data_type: type }: ColumnDef): ObjectName | undefined {
  if (name.quote_style || name.value.toLowerCase() !== "like") return undefined;
  const { tag, payload } = tagOf(type);
  const table: unknown = tag === "Custom" && Array.isArray(payload) ? payload[0] : undefined;
  return Array.isArray(table) ? (table as ObjectName) : undefined;
}

/** The name of the table that some tree gives another name to. */
function aliasedIn(tree: unknown, isAlias: (ident: Ident) => boolean): unknown {
  const pending: unknown[] = [tree];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next);
    if (!isObject(next)) continue;
    const alias = isObject(next["alias"]) ? next["alias"]["name"] : undefined;
    if (Array.isArray(next["name"]) && isObject(alias) && isAlias(alias as unknown as Ident))
      return next["name"];
    pending.push(...Object.values(next));
  }
  return undefined;
}

function nameInFactor(factor: unknown): unknown {
  const { tag, payload } = tagOf(factor);
  return tag === "Table" ? (payload as { readonly name: ObjectName }).name : undefined;
}
