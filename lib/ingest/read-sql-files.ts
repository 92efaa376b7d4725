import { countLines } from "#lib/kit/count-lines.ts";
import type { Column } from "#lib/model/asset.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { AssetFact, EdgeFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { orderMigrations } from "./migrations/order-migrations.ts";
import { nameBeside } from "./name-beside.ts";
import { joinRelationName } from "./relation-name.ts";
import { readClientCommands } from "./sql/client-commands.ts";
import { findDialect } from "./sql/dialect.ts";
import type { LostData } from "./sql/lost-data.ts";
import { readStatements } from "./sql/read-statements.ts";
import type { StatementText } from "./sql/split-statements.ts";
import type { SqlParser } from "./sql/sql-parser.ts";
import type {
  DeclaredTable,
  MovedRelation,
  TwiceDeclared,
  WritingStatement,
} from "./sql/statement-facts.ts";

export interface ReadSqlOptions {
  readonly files: readonly SourceFile[];
  /** Also the namespace of the tables; absent: they may be any system's. */
  readonly dialect?: string;
  readonly parser: SqlParser;
}

export interface ReadSqlResult extends ReadResult {
  /** Tables and views that the text drops, renames or moves, and does not create again. */
  readonly gone: readonly (readonly string[])[];
  /** Those that got another name, in order. */
  readonly moved: readonly MovedRelation[];
  /** Those that are dropped at some time together with the views that are made of them. */
  readonly tookViews: readonly (readonly string[])[];
  /** Statements that are not followed and may take away or change a table, or who may read it. */
  readonly unread: readonly UnreadPlace[];
}

export interface UnreadPlace {
  readonly file: string;
  readonly line: number;
  readonly sql: string;
  /** The one table that it is about, where it says so. */
  readonly relation?: readonly string[];
  /** What is not known of it, where that is not what the statement does. */
  readonly why?: string;
  /** `file:line` of what it contradicts. */
  readonly beside?: string;
  /** Nothing can come of it but that the statement fails, or has run before. */
  readonly isNote?: true;
}

/**
 * DDL and SQL files, read as one text in the order in which they run, so that a later migration alters what an earlier one
 * created. Tables have the columns that are declared in the end; what writes a table is a query of it; a bare SELECT is a
 * report of its file's name.
 */
export function readSqlFiles({ files, dialect, parser }: ReadSqlOptions): ReadSqlResult {
  const text = joinFiles(orderMigrations(files, engineOf(dialect)));
  const read = readStatements({ sql: text.sql, dialect: dialect ?? "generic", parser });
  const facts = new FactTable(dialect);
  for (const table of read.tables) facts.declare(table, text.placeOf(table.line));
  for (const table of read.tables) facts.joinParts(table, text.placeOf(table.line));
  for (const statement of read.statements)
    facts.addStatement(statement, text.placeOf(statement.line));
  for (const loss of read.losses) facts.addLoss(loss, text.placeOf(loss.piece.line));
  const twice = read.twice.flatMap((one) => twiceIn(text, one));
  return {
    facts: facts.list(),
    gone: read.gone,
    moved: read.moved,
    tookViews: read.tookViews,
    unread: [
      ...[...text.unread, ...withoutLines(read.unread, text.unread)].map(
        ({ line, ...statement }) => ({
          ...statement,
          ...text.placeOf(line),
        }),
      ),
      ...twice,
    ],
    problems: [
      ...read.problems.map((problem) => ({ ...problem, ...text.placeOf(problem.line ?? 1) })),
      ...twice.map(problemOf),
    ],
  };
}

/** Within one file the order says which of the two counts; of two files only their names do. */
function twiceIn(
  text: JoinedText,
  { path, firstLine, line, sql, what }: TwiceDeclared,
): readonly (UnreadPlace & { readonly why: string; readonly beside: string })[] {
  const first = text.placeOf(firstLine);
  const second = text.placeOf(line);
  // What is deployed is put before all files, under no name.
  if (first.file === second.file || first.file === "") return [];
  const said = what === "as a table and as a view" ? what : `with ${what}`;
  const why = `two files create ${joinRelationName(path)}, ${said}, and which of them is so is not known`;
  return [{ ...second, sql, relation: path, why, beside: `${first.file}:${first.line}` }];
}

const problemOf = ({
  file,
  line,
  why,
  beside,
}: UnreadPlace & { readonly why: string; readonly beside: string }): Problem => ({
  code: "duplicate-asset",
  severity: "warning",
  message: `${why}: the other is ${beside}`,
  next: "Leave one of them out, or write `create or replace` where the later one is meant.",
  file,
  line,
});

/** Whether a name that people give an engine is the one of a dialect, where that says which it is. */
function engineOf(dialect: string | undefined): ((name: string) => boolean) | undefined {
  const own = findDialect(dialect ?? "");
  if (own === undefined || own === "generic") return undefined;
  return (name) => findDialect(name) === own;
}

/** What a client runs is no statement as well. */
function withoutLines<One extends StatementText>(
  all: readonly One[],
  known: readonly StatementText[],
): readonly One[] {
  const lines = new Set(known.map(({ line }) => line));
  return all.filter(({ line }) => !lines.has(line));
}

interface JoinedText {
  readonly sql: string;
  readonly unread: readonly StatementText[];
  placeOf(line: number): { readonly file: string; readonly line: number };
}

/** A semicolon after each file ends a last statement that has none, and GO a procedure that ends with its batch. */
function joinFiles(files: readonly SourceFile[]): JoinedText {
  const starts: number[] = [];
  const parts: string[] = [];
  const unread: StatementText[] = [];
  let line = 1;
  for (const { text } of files) {
    starts.push(line);
    const client = readClientCommands(text);
    for (const one of client.unread) unread.push({ ...one, line: line + one.line - 1 });
    const part = `${client.sql}\n;\nGO\n`;
    parts.push(part);
    line += countLines(part);
  }
  return {
    sql: parts.join(""),
    unread,
    placeOf(at) {
      let index = starts.findIndex((start) => start > at);
      index = index < 0 ? starts.length - 1 : index - 1;
      return { file: files[index]?.path ?? "", line: at - (starts[index] ?? 1) + 1 };
    },
  };
}

class FactTable {
  private readonly facts = new Map<string, AssetFact>();
  private readonly dialect: string | undefined;

  constructor(dialect: string | undefined) {
    this.dialect = dialect;
  }

  list(): AssetFact[] {
    return [...this.facts.values()];
  }

  declare(table: DeclaredTable, provenance: Provenance): void {
    const keys = [table.primaryKey, ...table.uniqueKeys].filter((key) => key.length > 0);
    const fact = this.of(table.path, provenance);
    this.put(table.path, {
      ...fact,
      columns: table.columns,
      columnsComplete: table.columns.length > 0 && table.isOpen !== true,
      attributes: {
        ...fact.attributes,
        ...(table.description === undefined ? {} : { description: table.description }),
        ...(keys.length > 0 || table.refersTo.length > 0
          ? {
              extra: {
                ...(keys.length > 0 ? { uniqueKeys: keys } : {}),
                ...(table.refersTo.length > 0 ? { refersTo: table.refersTo } : {}),
              },
            }
          : {}),
      },
      provenance,
    });
  }

  addStatement(
    statement: WritingStatement,
    provenance: Provenance & { readonly file: string },
  ): void {
    const query: QueryFact = {
      name: `${provenance.file}:${provenance.line}`,
      sql: statement.sql,
      dialect: this.dialect ?? "generic",
      ...(statement.adds === undefined ? {} : { adds: statement.adds }),
      ...(statement.defaultPath ? { defaultPath: statement.defaultPath } : {}),
      provenance,
    };
    if (!statement.target) {
      this.addReport(query, provenance);
      return;
    }
    const fact = this.of(statement.target, provenance);
    this.put(statement.target, {
      ...fact,
      ...(statement.kind === "view" ? { kind: "view" as const } : {}),
      attributes: {
        ...fact.attributes,
        ...(statement.kind === "view" ? { materialization: "view" as const } : {}),
      },
      queries: withQuery(fact.queries, query),
    });
  }

  /**
   * The rows of a table are also those of its parts. What is written to it, and what happens to its columns, reaches the
   * parts that were made of it; one that was attached came with its own.
   */
  joinParts(table: DeclaredTable, provenance: Provenance): void {
    for (const { path: whole, how } of table.partOf ?? []) {
      const known = this.facts.get(keyOf(whole));
      const part = this.of(table.path, provenance);
      const names = new Set(known?.columns?.map(({ name }) => name.toLowerCase()));
      const shared = table.columns.filter(({ name }) => names.has(name.toLowerCase()));
      if (how === "declared")
        this.put(table.path, {
          ...part,
          // A column that goes there goes here at once, as in a view; no load stands between.
          attributes: { ...part.attributes, materialization: "view" },
          edges: [
            ...part.edges,
            ...edgesFrom(known ?? this.of(whole, provenance), shared, provenance),
          ],
        });
      if (known !== undefined)
        this.put(whole, {
          ...known,
          edges: [...known.edges, ...edgesFrom(part, shared, provenance)],
        });
    }
  }

  addLoss({ path, piece, ...loss }: LostData, provenance: Provenance): void {
    const fact = this.facts.get(keyOf(path));
    if (fact === undefined) return;
    const losses = [...(fact.losses ?? []), { ...loss, sql: piece.sql, provenance }];
    this.put(path, { ...fact, losses });
  }

  /** What is selected and goes nowhere is looked at by somebody. */
  private addReport(query: QueryFact, provenance: Provenance & { readonly file: string }): void {
    const key = `file ${provenance.file}`;
    const known = this.facts.get(key);
    this.facts.set(key, {
      name: { namespace: "sql", name: provenance.file },
      kind: "report",
      attributes: {},
      edges: [],
      queries: withQuery(known?.queries ?? [], query),
      provenance: { file: provenance.file },
    });
  }

  private of(path: readonly string[], provenance: Provenance): AssetFact {
    return (
      this.facts.get(keyOf(path)) ?? {
        name: { namespace: this.dialect ?? "sql", name: joinRelationName(path) },
        path,
        kind: "table",
        attributes: this.dialect === undefined ? {} : { dialect: this.dialect },
        edges: [],
        queries: [],
        provenance,
      }
    );
  }

  private put(path: readonly string[], fact: AssetFact): void {
    this.facts.set(keyOf(path), fact);
  }
}

const keyOf = (path: readonly string[]): string => `table ${path.join("\u0000").toLowerCase()}`;

/** Column by column; where no column is known to be in both, which are is not known. */
function edgesFrom(
  { name, path = [] }: AssetFact,
  shared: readonly Column[],
  provenance: Provenance,
): readonly EdgeFact[] {
  if (shared.length === 0) return [{ from: { name, path }, use: "UNKNOWN", provenance }];
  return shared.map(({ name: column }) => ({
    from: { name, path, column },
    toColumn: column,
    use: "IDENTITY",
    provenance,
  }));
}

/** Statements of one line are two of that name. */
const withQuery = (known: readonly QueryFact[], query: QueryFact): readonly QueryFact[] => [
  ...known,
  { ...query, name: nameBeside(known, query.name) },
];
