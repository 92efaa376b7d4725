import type { AssetId } from "#lib/model/asset-id.ts";
import type { MergedAsset } from "./merged-graph.ts";

const known = new WeakMap<MergedAsset, readonly AssetId[]>();

/** The other assets that an asset's edges read, each once. Found once for an asset, however many versions it lasts. */
export function readsOf(asset: MergedAsset): readonly AssetId[] {
  const reads = known.get(asset) ?? findReads(asset);
  known.set(asset, reads);
  return reads;
}

const counted = new WeakMap<MergedAsset, readonly number[]>();

/** How many edges come from each of `readsOf`, in its order; at the end, how many from the asset itself. */
export const countReads = (asset: MergedAsset): readonly number[] =>
  counted.get(asset) ?? findCounts(asset);

/** For an asset from a file, which has its edges read only when somebody needs them. */
export function rememberReads(
  asset: MergedAsset,
  { reads, counts }: { readonly reads: readonly AssetId[]; readonly counts: readonly number[] },
): void {
  known.set(asset, reads);
  counted.set(asset, counts);
}

function findCounts(asset: MergedAsset): readonly number[] {
  const counts = new Map(readsOf(asset).map((id) => [id, 0]));
  counts.set(asset.id, 0);
  for (const { from } of asset.edges) counts.set(from.asset, (counts.get(from.asset) ?? 0) + 1);
  return [...counts.values()];
}

function findReads(asset: MergedAsset): readonly AssetId[] {
  const reads = new Set<AssetId>();
  for (const { from } of asset.edges) if (from.asset !== asset.id) reads.add(from.asset);
  return [...reads];
}

/** Whatever an asset reads, by its edges and inside its queries; its own rows too, where it reads those. */
export function readsThrough({ edges, queries }: MergedAsset): ReadonlySet<AssetId> {
  const inputs = queries.flatMap(
    ({ plan }) => plan?.relations.flatMap((relation) => relation.inputs) ?? [],
  );
  return new Set([
    ...edges.map(({ from }) => from.asset),
    ...inputs.flatMap((input) => ("asset" in input ? [input.asset] : [])),
  ]);
}
