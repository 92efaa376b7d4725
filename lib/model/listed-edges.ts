import type { AssetId } from "./asset-id.ts";
import type { Provenance, SaidName } from "./edge.ts";
import type { EdgeSaid, Lane } from "./edge-lanes.ts";

/** The edges into one asset as a list for each field, as `EdgeLanes` has them of a fact: the n-th of each is of the n-th. */
export interface ListedEdges {
  /** Without columns, each once. */
  readonly ends: readonly { readonly asset: AssetId; readonly said?: SaidName | undefined }[];
  /** By index into `ends`: where the first edge from it was said. */
  readonly firstPlace: readonly Provenance[];
  /** Index into `ends`. */
  readonly end: readonly number[];
  readonly fromColumn: readonly (string | undefined)[];
  readonly toColumn: readonly (string | undefined)[];
  readonly said: readonly EdgeSaid[];
  readonly via: Lane<AssetId | undefined>;
  readonly provenance: Lane<Provenance>;
}
