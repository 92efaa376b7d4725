import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

interface NewName {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  /** The asset that gets the column. */
  readonly asset: MergedAsset;
  readonly relation: number;
  readonly name: string;
}

/**
 * Who is built by a job that reads a column of this name from something else beside the asset, and tells nothing of how it is
 * written: a name without its table is ambiguous once the asset has such a column too. O(edges of the asset's readers).
 *
 * @returns numbers of relations
 */
export function readersOfNamesake({ graph, snapshot, asset, relation, name }: NewName): number[] {
  const { pairStart, pairTarget, assetCount, assetIds } = snapshot;
  const targets = new Set(pairTarget.subarray(pairStart[relation], pairStart[relation + 1]));
  return [...targets].filter((target) => {
    if (target >= assetCount || target === relation) return false;
    const reader = graph.assets.get((assetIds[target] ?? "") as AssetId);
    return reader !== undefined && namesBeside(reader, asset.id, name.toLowerCase());
  });
}

function namesBeside({ edges, id }: MergedAsset, asset: AssetId, name: string): boolean {
  const untold = edges.filter(({ via, query }) => via !== undefined && query === undefined);
  const jobs = new Set(untold.flatMap(({ from, via }) => (from.asset === asset ? [via] : [])));
  return untold.some(
    ({ from, via }) =>
      from.asset !== asset &&
      from.asset !== id &&
      from.column?.toLowerCase() === name &&
      jobs.has(via),
  );
}
