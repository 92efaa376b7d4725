import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { VerdictAsset } from "./assessment.ts";

const described = new WeakMap<MergedAsset, VerdictAsset>();

/** An asset as answers name it. Made once for each. */
export function describeAsset(asset: MergedAsset): VerdictAsset {
  const known = described.get(asset);
  if (known !== undefined) return known;
  const { domain, owner, tier, tierGuessed, partOf } = asset.attributes;
  const made: VerdictAsset = {
    id: asset.id,
    namespace: asset.namespace,
    name: asset.name,
    shortName: asset.shortName,
    kind: asset.kind,
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    ...(tierGuessed === undefined ? {} : { tierGuessed }),
    ...(partOf === undefined ? {} : { partOf }),
    ...(asset.staleSince === undefined ? {} : { staleSince: asset.staleSince }),
  };
  described.set(asset, made);
  return made;
}
