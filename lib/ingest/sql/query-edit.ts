import type { ValueEdit } from "./compare-expressions.ts";
import type { OutlineOutput } from "./outline.ts";

/**
 * Which rows a part of a query lets through now, compared with before; `maybe`: the same, unless the other table of a left
 * join has several rows of one key.
 */
export type RowsEdit = "fewer" | "more" | "maybe fewer" | "maybe more" | "other";

interface EditPlace {
  /** The relation of the new query's plan where it happens; absent: at its result. */
  readonly relation?: number;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** 1-based in the new SQL text. */
  readonly line?: number | undefined;
}

/** Columns that hold other values because of it, beside what follows from the rows. */
export interface EditedColumns {
  /** The relation that they are of; absent: the query's result. */
  readonly relation?: number;
  readonly names: readonly string[];
}

/** One difference of meaning between two versions of a query. */
export type QueryEdit =
  | (EditPlace & {
      readonly kind: "expression";
      /** As the relation calls it. */
      readonly column: string;
      readonly value: ValueEdit;
      /** Its types before and after, as far as the analysis knows them. */
      readonly fromType?: string | undefined;
      readonly toType?: string | undefined;
    })
  | (EditPlace & {
      readonly kind: "filter" | "join";
      readonly rows: RowsEdit;
      readonly columns: EditedColumns;
    })
  | (EditPlace & { readonly kind: "grain"; readonly columns: EditedColumns })
  /** They differ, and in what way is not known. */
  | (EditPlace & { readonly kind: "unknown" });

export interface QueryComparison {
  /** An empty list is a proof: the two trees are alike in everything but spelling. */
  readonly edits: readonly QueryEdit[];
  /** The columns that the two give, with what they mean, where the query is one SELECT. */
  readonly before: readonly OutlineOutput[];
  readonly after: readonly OutlineOutput[];
}
