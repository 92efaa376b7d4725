import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";

export interface BoundColumn {
  readonly name: string;
  readonly type: string;
}

/** A table on the bench: made here, and gone with the session. */
export interface BenchTable {
  /** As it stands after `from`. */
  readonly from: string;
  readonly columns: readonly BoundColumn[];
  /** It holds a sample. Without one it is empty, and only tells names and types. */
  readonly hasRows: boolean;
}

/** A table as a statement names it. */
export interface NamedTable {
  /** Outermost first, as written. */
  readonly path: readonly string[];
  readonly table: BenchTable;
}

/** What an engine gives, or the first line of its error. */
export type Attempt<T> = Result<T, string>;

/** An engine that statements are tried in. Nothing that is done here stays, and no row leaves the engine. */
export interface Session {
  /** As people call it. */
  readonly engine: string;
  /** Dialects of SQL that it speaks. */
  readonly dialects: ReadonlySet<string>;
  /** Whether tables hold samples. Without, statements are bound and not run. */
  readonly holdsRows: boolean;
  /** An error leaves the session as it was. */
  rows(sql: string): Promise<Attempt<readonly (readonly unknown[])[]>>;
  /** Checks names and types, and reads no row. */
  describe(select: string): Promise<Attempt<readonly BoundColumn[]>>;
  /** Makes the tables answer to their names, and gives the statement as it has to be written for that. */
  place(sql: string, tables: readonly NamedTable[]): Promise<Attempt<string>>;
  /** Fills a new table and says what stands after `from`. */
  make(name: string, select: string): Promise<Attempt<string>>;
  makeEmpty(name: string, columns: readonly BoundColumn[]): Promise<Attempt<string>>;
  /** A query for a sample of a table; undefined: there is none. */
  sampleOf(asset: MergedAsset): Promise<Attempt<string | undefined>>;
  close(): Promise<void>;
}
