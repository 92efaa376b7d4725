import type { LooseRecord } from "#lib/ingest/loose-value.ts";
import type { Column } from "#lib/model/asset.ts";
import type { FactEnd } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** What each that reads a dataset asks of it: it is found out once, with its state. */
export interface FoundOut {
  /** The facets that speak for it. */
  facets?: LooseRecord;
  columns?: ReadColumns;
  /** The dataset as the end of an edge. */
  end?: FactEnd;
}

export interface ReadColumns {
  readonly columns: readonly Column[];
  readonly problems: readonly Problem[];
  readonly names: ColumnSet;
}

/** Names of columns, for those who ask whether there is one. */
export interface ColumnSet {
  readonly has: (name: string) => boolean;
}
