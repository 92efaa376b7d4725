import type { AssetAttributes, AssetKind, Column } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";

/** An asset as all its sources together say it is. */
export interface MergedAsset {
  readonly id: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: AssetKind;
  readonly attributes: AssetAttributes;
  readonly columns: readonly Column[];
  /** False: open, any column name is accepted. */
  readonly columnsComplete: boolean;
  /** Into this asset. */
  readonly edges: readonly Edge[];
  readonly queries: readonly AssetQuery[];
  readonly aliases: readonly string[];
  readonly sources: readonly AssetSource[];
  /** What files say beside their assets: see `AssetClaim.aside`. */
  readonly aside?: Readonly<Record<string, unknown>>;
  /** Nobody owns it up: only readers name it. */
  readonly placeholder: boolean;
  /** ISO 8601: since when nobody owns it up any more. Who only reads it, or says whose it is, keeps it from nothing. */
  readonly staleSince?: string;
}

export interface AssetSource {
  readonly id: string;
  readonly label: string;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly staleSince?: string;
}

/** The whole graph at one version, in memory: what the engine's snapshot, search and the asset page are built from. */
export interface MergedGraph {
  readonly version: number;
  readonly assets: ReadonlyMap<AssetId, MergedAsset>;
}
