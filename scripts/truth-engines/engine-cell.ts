import type { ChangeInput } from "#lib/impact/change.ts";

/** One change of one table, and one query that reads it afterwards. */
export interface EngineCell {
  readonly change: ChangeInput & { readonly kind: string };
  /** Columns of the changed table after the change, as a select list over `base_t` or `base_u`. */
  readonly list: string;
  /** Read by the query; before it, `into` is filled. */
  readonly sql: string;
  /** A table with columns of its own, that `insert` fills before the query reads it. */
  readonly into?: { readonly columns: string; readonly insert: string };
  /** The table is a Parquet file that is read with the columns that were declared before the change. */
  readonly file?: true;
}
