import type { AssetKind } from "#lib/model/asset.ts";
import { type AssetId, assetNameOf, shortNameOf } from "#lib/model/asset-id.ts";

interface NamedAsset {
  readonly name: string;
  readonly kind: AssetKind;
  readonly attributes: { readonly partOf?: AssetId };
}

const NAMED_BY_PEOPLE: ReadonlySet<AssetKind> = new Set(["dashboard", "report"]);

/**
 * What a person calls an asset: of a table's path the last part. What people named themselves has its whole name, dots and
 * slashes included ("KPI v1.2", "Orders / Refunds"); a part of it (a chart, a tile) leaves the name of the whole out.
 */
export function shortNameOfAsset({ name, kind, attributes: { partOf } }: NamedAsset): string {
  const whole = partOf === undefined ? undefined : `${assetNameOf(partOf).name}/`;
  if (whole !== undefined && name.startsWith(whole) && name.length > whole.length)
    return name.slice(whole.length);
  return NAMED_BY_PEOPLE.has(kind) || /\s/.test(name) ? name : shortNameOf(name);
}
