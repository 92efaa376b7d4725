import type { AssessedChange, Verdict } from "#lib/impact/assessment.ts";
import type { Showing } from "#lib/incidents/observation.ts";
import type { AssetAttributes, AssetKind, Column, Tier } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { SourceKind } from "#lib/model/source-kind.ts";
import type { Use } from "#lib/model/use.ts";
import type { AsOfStamp, Coverage } from "./blast-answer.ts";

/** A line in the search box: an asset, or a column of one. */
/** What was looked for in the text of an error. */
export interface TextFound {
  /** In words: `fct_revenue, column amount`. */
  readonly names: string;
  /** Only one of the hits is meant. */
  readonly isAmbiguous: boolean;
  /** What failed as the text says, and nothing is called so. */
  readonly unknown: readonly string[];
}

export interface SearchHit {
  readonly asset: AssetId;
  readonly column?: string;
  readonly shortName: string;
  readonly name: string;
  readonly namespace: string;
  readonly kind: AssetKind;
  readonly domain?: string;
  readonly type?: string;
  /** Assets downstream of it. */
  readonly reached: number;
  /** What an error text says of it. */
  readonly shows?: Showing;
}

export interface SearchAnswer {
  readonly query: string;
  /** The query is the text of an error, and the hits are what it speaks of. */
  readonly text?: TextFound;
  /** What was looked for instead, because nothing is called as the query says. */
  readonly meant?: string;
  readonly hits: readonly SearchHit[];
  readonly totalColumns: number;
  readonly totalAssets: number;
}

export interface AssetLink {
  readonly id: AssetId;
  readonly shortName: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
  readonly hops: number;
}

export interface AssetColumnView extends Column {
  /** Consumers (dashboards, ML jobs, reports …) that a change of this column can reach, by kind. */
  readonly consumers: Readonly<Partial<Record<AssetKind, number>>>;
  readonly reads: readonly {
    readonly asset: AssetId;
    readonly shortName: string;
    readonly column?: string;
    readonly use: Use;
  }[];
  readonly inContract: boolean;
}

export interface AssetPage {
  readonly id: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: AssetKind;
  readonly attributes: AssetAttributes;
  readonly columns: readonly AssetColumnView[];
  readonly columnsComplete: boolean;
  readonly placeholder: boolean;
  readonly upstream: readonly AssetLink[];
  readonly downstream: readonly AssetLink[];
  /** What is upstream and changed lately, newest first. */
  readonly changedUpstream: readonly HistoryEntry[];
  readonly history: readonly HistoryEntry[];
  readonly queries: readonly {
    readonly name: string;
    readonly sql: string;
    readonly dialect: string;
    readonly understood: boolean;
  }[];
  readonly sources: readonly {
    readonly id: string;
    readonly label: string;
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly staleSince?: string;
  }[];
  readonly provenance: readonly Provenance[];
  readonly aliases: readonly string[];
  readonly asOf: AsOfStamp;
}

/** The SQL of one asset as it was written. */
export interface AssetQueries {
  readonly queries: readonly {
    readonly name: string;
    readonly sql: string;
    readonly dialect: string;
    readonly understood: boolean;
    /** The file, and the line of it on which the query begins. */
    readonly provenance: Provenance;
  }[];
}

/** Something that changed in the mesh between two versions. */
export interface HistoryEntry {
  readonly at: string;
  readonly version: number;
  readonly asset: AssetId;
  readonly shortName: string;
  readonly domain?: string;
  readonly column?: string;
  readonly what: string;
  /** The change to assess when clicked, where it is one. */
  readonly change?: AssessedChange;
}

export interface SourceRow {
  readonly id: string;
  readonly kind: SourceKind;
  readonly label: string;
  readonly domain?: string;
  readonly lastSeen: string;
  readonly assets: number;
  readonly coverage: { readonly columnReads: number; readonly tableReads: number };
  readonly problems: readonly Problem[];
}

/** How the reading of a configured source stands. Times are ISO 8601. */
export interface SyncRow {
  readonly name: string;
  /** Where it is, without secrets. */
  readonly place: string;
  readonly schedule?: string;
  /** `waiting`: it has a schedule and was not read yet. */
  readonly state: "waiting" | "running" | "ok" | "failed" | "removed";
  readonly startedAt?: string;
  readonly lastOkAt?: string;
  /** Runs that failed since the last that did not. */
  readonly failures: number;
  readonly error?: string;
}

export interface SourcesPage {
  readonly sources: readonly SourceRow[];
  /** Those that are read on a schedule, or by `faultline sync`. */
  readonly syncs: readonly SyncRow[];
  readonly coverage: Coverage;
  readonly unresolved: readonly { readonly name: string; readonly readBy: readonly AssetLink[] }[];
  /** What to connect next, by how many unknowns it removes. */
  readonly next: readonly { readonly what: string; readonly removes: number }[];
  readonly asOf: AsOfStamp;
}

/** A story of the demo, as a link on the home page. */
export interface Story {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Path and query of the blast screen that tells it. */
  readonly href: string;
  readonly counts: Readonly<Record<Verdict, number>>;
}

export interface HomePage {
  readonly stories: readonly Story[];
  readonly changed: readonly HistoryEntry[];
  readonly sources: readonly SourceRow[];
  readonly coverage: Coverage;
  readonly riskiest: readonly {
    readonly asset: AssetId;
    readonly shortName: string;
    readonly column: string;
    readonly consumers: number;
    readonly points: number;
  }[];
  /** In a large graph they are found beside other work: asked later, they are there. */
  readonly isRiskiestOpen?: true;
  readonly empty: boolean;
  readonly asOf: AsOfStamp;
}

/** An asset as the screen for domains, owners and tiers lists it. */
export interface OwnershipRow extends AssetLink {
  readonly namespace: string;
  readonly tierGuessed: boolean;
  /** Consumers downstream of it. */
  readonly consumers: number;
}

export interface OwnershipPage {
  readonly rows: readonly OwnershipRow[];
  readonly domains: readonly string[];
  readonly owners: readonly string[];
  readonly asOf: AsOfStamp;
}
