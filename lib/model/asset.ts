import type { AssetId } from "./asset-id.ts";

/** Any node of the graph. Datasets hold rows; jobs move them; exposures are what people and models look at. */
export const ASSET_KINDS = [
  "table",
  "view",
  "file",
  "topic",
  "job",
  "dashboard",
  "chart",
  "report",
  "ml_job",
  "ml_model",
  "feature_view",
  "metric",
  "application",
] as const;

export type AssetKind = (typeof ASSET_KINDS)[number];

export type Materialization = "table" | "view" | "incremental" | "ephemeral" | "snapshot" | "seed";

/** 1 is the most important. */
export type Tier = 1 | 2 | 3 | 4;

/** What has no tier counts as: nobody has said that it is unimportant. */
export const UNSAID_TIER = 3 satisfies Tier;

/** What counts in headlines and badges: everything that is not data in between. */
export const CONSUMER_KINDS: ReadonlySet<AssetKind> = new Set([
  "dashboard",
  "chart",
  "report",
  "ml_job",
  "ml_model",
  "metric",
  "application",
]);

export const isConsumerKind = (kind: AssetKind): boolean => CONSUMER_KINDS.has(kind);

export const DATASET_KINDS: ReadonlySet<AssetKind> = new Set([
  "table",
  "view",
  "file",
  "topic",
  "feature_view",
]);

/** How a reader meets a schema that differs from what it expects. */
export type ReaderMode = "strict" | "lenient" | "skips_bad_rows" | "by_position";

export interface Sla {
  /** Hours after which the data counts as late. */
  readonly freshnessHours?: number;
  /** When the next edition or run is due, ISO 8601. */
  readonly nextDueAt?: string;
  readonly driver?: "regulatory" | "analytics" | "operational";
  /** Share of values that are there, 0 to 1. */
  readonly completeness?: number;
  /** Share of the time in which all of it is kept, 0 to 1. */
  readonly target?: number;
}

export interface Usage {
  /** Views in the last 30 days. */
  readonly views30d?: number;
  /** Distinct users in the last 30 days. */
  readonly users30d?: number;
}

export interface ContractRef {
  readonly id: string;
  readonly status: "proposed" | "draft" | "active" | "deprecated" | "retired";
  /** The columns that the contract names; absent: all. */
  readonly columns?: readonly string[];
  /** The build stops when the columns differ from the contract (dbt's enforced contracts). */
  readonly enforced?: boolean;
  /** Columns that the database lets hold no null: a build that brings one stops. Only of an enforced contract. */
  readonly required?: readonly string[];
  /** Columns that a contract names and that are not among all columns that others list. */
  readonly absent?: readonly string[];
  /** Columns of which nobody but the contract says that they are there, filled or unique, as it promises. */
  readonly unproven?: readonly string[];
}

/** What sources say of an asset beside its columns. All optional: an answer must be readable with none. */
export interface AssetAttributes {
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
  /** True where no source said the tier and a rule guessed it. */
  readonly tierGuessed?: boolean;
  readonly materialization?: Materialization;
  readonly description?: string;
  readonly url?: string;
  readonly tags?: readonly string[];
  readonly sla?: Sla;
  readonly usage?: Usage;
  readonly contract?: ContractRef;
  readonly readerMode?: ReaderMode;
  /** What dbt's incremental models do with a changed schema. */
  readonly onSchemaChange?: "ignore" | "fail" | "append_new_columns" | "sync_all_columns";
  /** A view that its database keeps by the columns themselves, and reads under whatever name they get. */
  readonly followsRenames?: true;
  /** SQL dialect of the system that holds the asset, in our own spelling (see ingest/sql/dialect.ts). */
  readonly dialect?: string;
  /** dbt's unique_id, kept because people and selectors use it. */
  readonly dbtUniqueId?: string;
  /** ISO 8601, when a run last wrote it, and how that ended. */
  readonly lastRun?: {
    readonly at: string;
    readonly state: "ok" | "failed" | "running";
    /** When one last came through, where the last one did not. */
    readonly okAt?: string;
  };
  /** Rows when last observed. */
  readonly rows?: number;
  /** A part of another asset, such as a chart of a dashboard: its verdict counts for the whole. */
  readonly partOf?: AssetId;
  /** Keys of the source that are not modelled, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface Profile {
  /** Share of nulls, 0 to 1. */
  readonly nullShare?: number;
  readonly distinct?: number;
  readonly rows?: number;
  readonly min?: number | string;
  readonly max?: number | string;
  /** ISO 8601. */
  readonly observedAt?: string;
}

export interface Column {
  readonly name: string;
  readonly type?: string;
  /** False: declared or tested not null. */
  readonly nullable?: boolean;
  readonly unique?: boolean;
  readonly description?: string;
  /** Values that a test or an enum allows. */
  readonly allowedValues?: readonly string[];
  readonly profile?: Profile;
  /** Keys of the source that are not modelled, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
