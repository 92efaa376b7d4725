import type { Column } from "#lib/model/asset.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LostData } from "./lost-data.ts";
import type { StatementText } from "./split-statements.ts";
import type { Writes } from "./writes.ts";

export interface DeclaredTable {
  readonly path: readonly string[];
  /** In order, after every ALTER of the text. */
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  /** The tables that its rows must have a row in, as they are written. */
  readonly refersTo: readonly (readonly string[])[];
  /** The tables that it is a partition of, or inherits from: from its making on, or since it was attached with columns of its own. */
  readonly partOf?: readonly {
    readonly path: readonly string[];
    readonly how: "declared" | "attached";
  }[];
  /** It has columns that are not listed: those of a table which the text does not create. */
  readonly isOpen?: true;
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
  /** As in QueryFact. */
  readonly adds?: "rows" | "nothing";
  /** As in QueryFact: where the session looks first for names that are not written whole. */
  readonly defaultPath?: readonly string[];
  /** 1-based, of the statement's first line in the text. */
  readonly line: number;
}

export interface UnreadStatement extends StatementText {
  /** The one table that it is about, where it says so. */
  readonly relation?: readonly string[];
  /** What is not known of it, where that is not what the statement does. */
  readonly why?: string;
  /** Nothing can come of it but that the statement fails, or has run before. */
  readonly isNote?: true;
}

/** A table or view that two statements create, each in its own way. */
export interface TwiceDeclared {
  readonly path: readonly string[];
  /** 1-based, of the earlier statement. */
  readonly firstLine: number;
  /** 1-based, of the later one, which `sql` is. */
  readonly line: number;
  readonly sql: string;
  readonly what: "other columns" | "another query" | "as a table and as a view";
}

export interface MovedRelation {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export interface ReadStatements {
  readonly tables: readonly DeclaredTable[];
  readonly statements: readonly WritingStatement[];
  /** Tables, views that the text drops, renames or moves, and does not create again. */
  readonly gone: readonly (readonly string[])[];
  /** Tables and views that got another name, in order. */
  readonly moved: readonly MovedRelation[];
  /** Tables and views that are dropped at some time together with the views that are made of them. */
  readonly tookViews: readonly (readonly string[])[];
  /** Rows and values that the text takes out of tables that stay. */
  readonly losses: readonly LostData[];
  /** Statements that are not followed and may take away or change a table, or who may read it. */
  readonly unread: readonly UnreadStatement[];
  readonly twice: readonly TwiceDeclared[];
  readonly problems: readonly Problem[];
}
