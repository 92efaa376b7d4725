import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetName } from "#lib/model/asset-id.ts";

/** Something that was read or written. */
export interface Accessed {
  readonly name: AssetName;
  readonly path?: readonly string[];
  readonly kind?: AssetKind;
  readonly dialect?: string;
}
