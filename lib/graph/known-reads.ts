import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { readsOf } from "./reads-of.ts";

/** How one asset reads another: known to the column, or by table only. */
export type ReadGrain = "column" | "table";

const known = new WeakMap<MergedAsset, ReadonlyMap<AssetId, ReadGrain>>();

/** The assets that an asset reads, each with the finest grain known. Itself is left out. Found once for an asset. */
export function readGrainsOf(asset: MergedAsset): ReadonlyMap<AssetId, ReadGrain> {
  const reads = known.get(asset) ?? findReads(asset);
  known.set(asset, reads);
  return reads;
}

function findReads(asset: MergedAsset): ReadonlyMap<AssetId, ReadGrain> {
  const reads = new Map<AssetId, ReadGrain>();
  for (const edge of asset.edges) {
    if (edge.from.asset === asset.id) continue;
    const grain: ReadGrain = edge.use === "UNKNOWN" ? "table" : "column";
    if (grain === "column" || !reads.has(edge.from.asset)) reads.set(edge.from.asset, grain);
  }
  return reads;
}

/** A dashboard, job or report of which no source says what it reads: it can break without our knowing. */
export const isWithoutLineage = (asset: MergedAsset): boolean =>
  isConsumerKind(asset.kind) && readsOf(asset).length === 0;

/** Dashboards, jobs and reports of which neither they nor their parts are said to read anything. */
export function consumersWithoutLineage(graph: MergedGraph): readonly MergedAsset[] {
  const assets = [...graph.assets.values()];
  const composed = wholesWithLineage(assets);
  return assets.filter((asset) => isWithoutLineage(asset) && !composed.has(asset.id));
}

/** Dashboards whose charts read something have lineage, though nothing says so of themselves. */
function wholesWithLineage(assets: readonly MergedAsset[]): ReadonlySet<AssetId> {
  const wholes = assets.flatMap((asset) => {
    const { partOf } = asset.attributes;
    return partOf !== undefined && readsOf(asset).length > 0 ? [partOf] : [];
  });
  return new Set(wholes);
}
