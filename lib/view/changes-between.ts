import type { AssessedChange } from "#lib/impact/assessment.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AsOfStamp } from "./blast-answer.ts";

/** One thing of an asset that is not as it was. */
export interface AssetDifference {
  readonly column?: string;
  /** Follows the name: `was removed`, `reads shop.orders.id now`. */
  readonly what: string;
  /** The change to assess, where it is one. */
  readonly change?: AssessedChange;
}

/**
 * `new`: nobody said it before; `stale`: whoever said it says so no longer; `back`: it is said again; `gone`: it is not even
 * kept, as another name took its place; `changed`: something of it differs.
 */
export type BetweenState = "new" | "stale" | "back" | "gone" | "changed";

export interface AssetBetween {
  readonly asset: AssetId;
  readonly shortName: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly domain?: string;
  readonly owner?: string;
  readonly state: BetweenState;
  /** ISO 8601: since when it is no longer said. */
  readonly staleSince?: string;
  readonly differences: readonly AssetDifference[];
}

export interface ChangesBetween {
  readonly from: AsOfStamp;
  readonly to: AsOfStamp;
  readonly counts: Readonly<Record<BetweenState, number>>;
  /** In the order of state, then name. */
  readonly assets: readonly AssetBetween[];
  /** Beyond the limit. */
  readonly more: number;
}
