import type { ChangeInput } from "#lib/impact/change.ts";
import type { Finding } from "#lib/incidents/finding.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

/**
 * What a run showed of one asset after a change:
 * - `fails`: its own query or build ended with an error; `blocked`: it was not built because something before it failed;
 * - `different`: other values or rows; `relabelled`: other words beside the same numbers, or one that was never there;
 * - `stale`: the content of before the change; `retyped`: the same values as another type; `reshaped`: a table has other
 *   columns beside the same ones; `same`: nothing changed.
 */
export type Outcome =
  | "fails"
  | "blocked"
  | "different"
  | "relabelled"
  | "stale"
  | "retyped"
  | "reshaped"
  | "same";

export interface ExecutedAsset {
  readonly id: AssetId;
  readonly name: string;
  readonly kind: AssetKind;
  readonly outcome: Outcome;
  /** The engine's error, or how the answer differs. */
  readonly detail?: string;
  /** Kinds of checks of data that fail on what is different; absent or empty: none is known to. */
  readonly fails?: readonly Finding[];
  /** Datasets only. */
  readonly columns?: ExecutedColumns;
  /** False: it has no rows, so that nothing could have been seen. */
  readonly observable: boolean;
}

interface ExecutedColumns {
  /** Every column that a run could have shown to change. */
  readonly all: readonly string[];
  /** Those with other values, or of another type; of a failed or blocked asset all. */
  readonly affected: ReadonlySet<string>;
}

/** One change that was made and run, with every asset that is below it. */
export interface ExecutedChange {
  /** The kind of mutation: `drop`, `all_null` … */
  readonly kind: string;
  readonly change: ChangeInput;
  /** For people: `drop checkout.orders.status`. */
  readonly label: string;
  readonly assets: readonly ExecutedAsset[];
}
