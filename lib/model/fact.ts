import type { AssetAttributes, AssetKind, Column } from "./asset.ts";
import type { AssetName } from "./asset-id.ts";
import type { Provenance } from "./edge.ts";
import type { Problem } from "./problem.ts";
import type { Use } from "./use.ts";

/**
 * What a reader says, before names are resolved: the same as a claim, but every asset is called as its source calls it.
 * Readers are pure: they are given `{path, text}` and give facts and problems.
 */
export interface AssetFact {
  readonly name: AssetName;
  /**
   * The table name in parts, outermost first (`["mesh", "checkout", "orders"]`), as far as the source knows them: what
   * names are joined by over borders. Absent: the asset is known by its name alone (a dashboard, a job).
   */
  readonly path?: readonly string[];
  readonly kind?: AssetKind;
  readonly attributes: AssetAttributes;
  readonly columns?: readonly Column[];
  readonly columnsComplete?: boolean;
  readonly edges: readonly EdgeFact[];
  readonly queries: readonly QueryFact[];
  /** Told of texts of statements alone, and compared by the gate: no claim holds them. */
  readonly losses?: readonly DataLoss[];
  /** How it is built beside its query, compared by the gate: no claim holds it. */
  readonly recipe?: BuildRecipe;
  /** Other names for the same asset, as OpenLineage symlinks give them. */
  readonly aliases?: readonly AssetName[];
  /** Names that only queries of the same source use for it: dbt's inlined ephemeral models. */
  readonly localNames?: readonly string[];
  readonly provenance: Provenance;
  /** Keys of its file that are about no asset and are not modelled, kept with the file's first asset. */
  readonly aside?: Readonly<Record<string, unknown>>;
  /** Only named by a reader (a dbt source, an input dataset): it never overrides what its owner says. */
  readonly placeholder?: boolean;
}

/** What a statement of a text does once to what is in a table that stays. */
export interface DataLoss {
  /**
   * `new table`: it was dropped and created again; `more rows` are put in; `cannot be read`: a materialised view is left
   * without data. Of a column: `nulls` and `default` are what every row has of one that was dropped and added again;
   * `other column` has got its name; `other values` are written into rows that are there; `other default`, for rows to
   * come; `renamed value` and `new value` are of its type.
   */
  readonly kind:
    | "all rows"
    | "some rows"
    | "more rows"
    | "new table"
    | "cannot be read"
    | "nulls"
    | "default"
    | "other column"
    | "other values"
    | "other default"
    | "renamed value"
    | "new value";
  readonly column?: string;
  /** The old name of a renamed value, or the new value. */
  readonly value?: string;
  /** What the renamed value is called now. */
  readonly to?: string;
  readonly sql: string;
  /** A later statement writes the table. */
  readonly isRefilled: boolean;
  readonly provenance: Provenance;
}

/** What a tool does to build an asset beside running its query. */
export interface BuildRecipe {
  /** The text before it was compiled. */
  readonly raw?: string;
  /** SQL that runs before and after it, in order. */
  readonly hooks: readonly string[];
  /** Of the rows that it is filled with: a seed's. */
  readonly checksum?: string;
  /** Of a view: what the table is called now that had its name, outermost part first. */
  readonly standsFor?: readonly string[];
  /** By column, what it is made as. */
  readonly types?: Readonly<Record<string, string>>;
}

/** An end of an edge, in the source's own words. */
export interface FactEnd {
  readonly name: AssetName;
  /** As in `AssetFact.path`. */
  readonly path?: readonly string[];
  readonly column?: string;
}

export interface EdgeFact {
  readonly from: FactEnd;
  /** A column of the fact's asset; absent: its rows or its run. */
  readonly toColumn?: string;
  readonly use: Use;
  readonly cap?: "likely" | "possible";
  readonly expression?: string;
  readonly via?: AssetName;
  /** Keys of the source that are not modelled, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly provenance: Provenance;
}

export interface QueryFact {
  readonly name: string;
  readonly sql: string;
  readonly dialect: string;
  readonly defaultPath?: readonly string[];
  readonly roles?: readonly { readonly column: string; readonly use: Use }[];
  readonly live?: LiveColumns;
  /**
   * Of a statement that runs on a table which stays: whether it adds rows. What else it does is told in `losses`. Absent:
   * the table is made by it, or it does more than that.
   */
  readonly adds?: "rows" | "nothing";
  readonly provenance: Provenance;
}

/**
 * The SQL was written by a template from the columns that its inputs had when it was compiled: the next compilation
 * meets a changed input differently from what the text says.
 */
export interface LiveColumns {
  /** `fills`: NULL for a column that is missing; `lists`: the columns that are there. */
  readonly mode: "fills" | "lists";
  /** Names (in lower case) that people wrote by hand in the template. */
  readonly written: readonly string[];
}

/** A file as readers get it. Archives are unpacked before, each entry with its path inside. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface ReadResult {
  readonly facts: readonly AssetFact[];
  readonly problems: readonly Problem[];
}
