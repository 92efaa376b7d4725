import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { splitRelationName } from "#lib/ingest/relation-name.ts";
import type { AssetAttributes } from "#lib/model/asset.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import type { Provenance, SaidName } from "#lib/model/edge.ts";

/**
 * A claim that says attributes of an asset which others tell of: it makes no asset. It keeps the name that it was said
 * of, as claims do that came through the resolution of names, so that resolving it again changes nothing.
 */
export function attributeClaim(
  asset: MergedAsset,
  {
    attributes,
    provenance,
  }: { readonly attributes: AssetAttributes; readonly provenance: Provenance },
): AssetClaim {
  const { id, namespace, name, kind } = asset;
  return {
    asset: id,
    namespace,
    name,
    kind,
    attributes,
    columnsComplete: false,
    edges: [],
    queries: [],
    aliases: [],
    provenance,
    placeholder: true,
    origin: { said: saidOf(asset) },
  };
}

function saidOf({ namespace, name, kind }: MergedAsset): SaidName {
  const path = kind === "table" || kind === "view" ? splitRelationName(name) : [];
  return path.length > 1 ? { namespace, name, path } : { namespace, name };
}
