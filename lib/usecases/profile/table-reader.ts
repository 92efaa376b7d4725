import type { Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";

/** A table that can be counted, and its columns in order. */
export interface ReadableTable {
  /** What it is called in the profile. */
  readonly name: string;
  /** What stands after `from`. */
  readonly from: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** A connection that tables are counted over. It only reads. */
export interface TableReader {
  readonly tables: readonly ReadableTable[];
  /** The one row that a counting query gives. */
  count(sql: string): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

export type OpenedReader = Result<TableReader, Failure>;

/** What a driver's error comes to. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
