import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetId, AssetName } from "#lib/model/asset-id.ts";

/** What a person decided of two names: that they are one asset, or that they are not. */
export interface IdentityDecision {
  readonly a: AssetName;
  readonly b: AssetName;
  readonly decision: "same" | "apart";
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
}

/** Two assets that may be one, with why, and how sure that is. */
export interface IdentitySuggestion {
  readonly a: SuggestedAsset;
  readonly b: SuggestedAsset;
  /** Sentences. */
  readonly reasons: readonly string[];
  /** 0 to 1: judged, not measured; the order of the list. */
  readonly confidence: number;
}

export interface SuggestedAsset {
  readonly id: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly owner?: string;
  readonly columns: number;
  /** Only readers name it. */
  readonly placeholder: boolean;
  readonly sources: readonly string[];
}

export interface IdentityPage {
  /** The surest first. */
  readonly suggestions: readonly IdentitySuggestion[];
  /** Suggestions beyond the limit. */
  readonly more: number;
  /** Names of which so many assets share the last part that no pair of them says anything. */
  readonly tooCommon: readonly { readonly name: string; readonly assets: number }[];
  /** The newest first. */
  readonly decisions: readonly IdentityDecision[];
  /** Names that could mean any of several assets, and stay apart. */
  readonly ambiguous: { readonly count: number; readonly examples: readonly string[] };
}
