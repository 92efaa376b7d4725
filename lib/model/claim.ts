import type { AssetAttributes, AssetKind, Column } from "./asset.ts";
import type { AssetId } from "./asset-id.ts";
import type { Edge, Provenance, SaidName } from "./edge.ts";
import type { LiveColumns } from "./fact.ts";
import type { Problem } from "./problem.ts";
import type { QueryPlan } from "./query-plan.ts";
import type { SourceKind } from "./source-kind.ts";
import type { Use } from "./use.ts";

/** A query that an asset consists of: a model's SQL, a dashboard's tile, a feature's source. */
export interface AssetQuery {
  /** The tile's or statement's name; unique within the asset. */
  readonly name: string;
  readonly sql: string;
  readonly dialect: string;
  /** What names without database or schema mean, outermost first: `["mesh", "checkout"]`. */
  readonly defaultPath?: readonly string[];
  /** How the consumer uses the query's outputs (a chart's dimension, a model's label). Absent: as they are. */
  readonly roles?: readonly { readonly column: string; readonly use: Use }[];
  readonly live?: LiveColumns;
  /** Absent where the SQL was not understood; then `edges` hold table grain with use UNKNOWN. */
  readonly plan?: QueryPlan;
  /** What the analysis could not follow; lines are those of the SQL. Told again whenever the plan is taken over. */
  readonly problems?: readonly Problem[];
  /** Table names that the SQL reads, as written: what has to be looked up again when more sources are known. */
  readonly reads?: readonly (readonly string[])[];
  /** Fingerprint of what the reads resolved to and which columns those had; the plan holds as long as it is the same. */
  readonly basis?: string;
  readonly provenance: Provenance;
}

/**
 * All that one source says of one asset: the unit that is stored, versioned and replaced. A source owns its claims; what
 * an asset *is* comes from merging the claims of all sources.
 */
export interface AssetClaim {
  readonly asset: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly attributes: AssetAttributes;
  /** In order. Absent: this source says nothing of columns. */
  readonly columns?: readonly Column[];
  /** The columns are all that there are (a catalog, a declared list): an unknown name is then an error. */
  readonly columnsComplete: boolean;
  /** Into this asset, as people see them (inner relations of queries contracted). */
  readonly edges: readonly Edge[];
  readonly queries: readonly AssetQuery[];
  /** Further names that mean this asset: symlinks, relation names, dbt ids. */
  readonly aliases: readonly string[];
  readonly provenance: Provenance;
  /** Keys of its file that are about no asset and are not modelled, kept with the file's first asset. */
  readonly aside?: Readonly<Record<string, unknown>>;
  /** The thing exists, and this source did not say what of it: a table that only a reader named. */
  readonly placeholder?: boolean;
  /** The source's own words, where names were resolved or columns inferred afterwards. */
  readonly origin?: ClaimOrigin;
}

/** Key in `attributes.extra` of a placeholder that stands for a name which nothing answered to when it was resolved. */
export const UNRESOLVED = "unresolved";

/** Key in `attributes.extra` of what is filled from somewhere that its source does not tell: any change may reach it. */
export const READS_NOT_KNOWN = "readsNotKnown";

/** What a claim was before names were resolved and queries analysed, as far as that differs from the claim. */
export interface ClaimOrigin {
  readonly said?: SaidName;
  /** Columns that the source itself named; the claim's may be inferred from its query. Null: it named none. */
  readonly columns?: readonly Column[] | null;
  /** As in `AssetFact.localNames`. */
  readonly localNames?: readonly string[];
  /** The table's name as the names file has it, where that is another than the source wrote. */
  readonly called?: string;
}

/** Where claims come from: one dbt project, one OpenLineage producer, one file. */
export interface SourceInfo {
  /** Stable over repeated ingests of the same thing: `dbt:jaffle_shop`, `openlineage:spark`. */
  readonly id: string;
  readonly kind: SourceKind;
  readonly label: string;
  readonly domain?: string;
}

/** What an ingest hands to the store: applied as a whole or not at all, and the same batch twice changes nothing. */
export interface LineageBatch {
  readonly source: SourceInfo;
  /** ISO 8601, when the source said so. */
  readonly at: string;
  readonly claims: readonly AssetClaim[];
  /**
   * True: this is all that the source has; claims of the source that are not in it become stale (kept, with their age).
   * False (events): claims are added or replaced, nothing else is touched.
   */
  readonly complete: boolean;
  /**
   * The source says again what it said last, and it is not told what: all of its claims that are not stale are seen again.
   * `claims` and `problems` are empty then, and `complete` is false.
   */
  readonly seenAgain?: true;
  readonly problems: readonly Problem[];
  /**
   * The version of the store at which the source's claims were read that this batch goes on from. A store that has a newer
   * version of the source refuses the batch as a `conflict`: it would undo what it has not seen. Absent: it goes on from none.
   */
  readonly readAt?: number;
  /** Kept in the transaction that makes the batch's version: who sent it, for example. */
  readonly records?: readonly BatchRecord[];
}

/** A small record of the store that is written with a batch, in the place of what its collection holds under its key. */
export interface BatchRecord {
  readonly collection: string;
  readonly key: string;
  /** The store adds `version`: the one that the batch made, or the newest where it changed nothing. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Kept with a batch that changes nothing, too; otherwise such a batch writes no record. */
  readonly always?: true;
  /** The revision that it goes on from, 0 for none: with another one there, nothing of the batch is written (`conflict`). */
  readonly ifRevision?: number;
}

/** A claim as the store gives it back. */
export interface StoredClaim {
  readonly source: SourceInfo;
  readonly claim: AssetClaim;
  /** The version that wrote it. */
  readonly version: number;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** ISO 8601: since when the source no longer says so. */
  readonly staleSince?: string;
}
