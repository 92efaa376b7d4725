import type { Column } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";

/** What a query is analysed against: the columns of a table that it reads. */
export interface ReadTable {
  readonly asset: AssetId;
  readonly columns: readonly Pick<Column, "name" | "type" | "nullable">[];
  /** False: open, a name that is not listed may exist all the same. */
  readonly complete: boolean;
  /**
   * BigQuery's `events_*` where it stands for several: all of them, the first among them, with what each has in the place of the star
   * (a star at its end: any day).
   */
  readonly matches?: readonly { readonly suffix: string | undefined; readonly table: ReadTable }[];
}

export interface AnalyzedQuery {
  readonly plan?: QueryPlan;
  readonly outputs: readonly {
    readonly name: string;
    readonly type?: string;
    readonly nullable?: boolean;
  }[];
  readonly edges: readonly {
    readonly from: { readonly asset: AssetId; readonly column?: string };
    /** Absent: the query's rows. */
    readonly output?: string;
    readonly use: Use;
    readonly expression?: string;
    /** 1-based in the SQL text. */
    readonly line?: number;
  }[];
  readonly reads: readonly {
    readonly path: readonly string[];
    readonly asset?: AssetId;
    readonly line?: number;
  }[];
  readonly problems: readonly Problem[];
}

/**
 * The SQL analysis as this pipeline needs it. The parser is WASM and may sit in a worker, so it comes in as an argument
 * and may answer later.
 */
export interface QueryAnalyzer {
  readonly analyze: (request: {
    readonly sql: string;
    readonly dialect: string;
    readonly lookup: (path: readonly string[]) => ReadTable | undefined;
  }) => AnalyzedQuery | Promise<AnalyzedQuery>;
  /** Table names in the order of the text, without CTEs. */
  readonly listReads: (request: {
    readonly sql: string;
    readonly dialect: string;
  }) => readonly (readonly string[])[];
}
