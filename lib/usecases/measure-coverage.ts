import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Coverage } from "#lib/view/blast-answer.ts";

/** How one asset reads another: known to the column, or by table only. */
export type ReadGrain = "column" | "table";

/** The assets that an asset reads, each with the finest grain known. Itself is left out. */
export function readsOf(asset: MergedAsset): ReadonlyMap<AssetId, ReadGrain> {
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
  isConsumerKind(asset.kind) && readsOf(asset).size === 0;

/** How much of the lineage is known to the column. Linear in the edges. */
export function measureCoverage(graph: MergedGraph): Coverage {
  const domains = new Set<string>();
  const hasParts = new Set<AssetId>();
  let columns = 0;
  let consumers = 0;
  let columnReads = 0;
  let tableReads = 0;
  let unresolved = 0;
  for (const asset of graph.assets.values()) {
    if (asset.attributes.domain !== undefined) domains.add(asset.attributes.domain);
    columns += asset.columns.length;
    if (asset.placeholder) unresolved++;
    if (isConsumerKind(asset.kind)) consumers++;
    if (asset.attributes.partOf && readsOf(asset).size > 0) hasParts.add(asset.attributes.partOf);
    for (const grain of readsOf(asset).values()) {
      if (grain === "column") columnReads++;
      else tableReads++;
    }
  }
  let consumersWithoutLineage = 0;
  for (const asset of graph.assets.values()) {
    if (isWithoutLineage(asset) && !hasParts.has(asset.id)) consumersWithoutLineage++;
  }
  return {
    assets: graph.assets.size,
    consumers,
    domains: domains.size,
    columns,
    columnReads,
    tableReads,
    unresolved,
    consumersWithoutLineage,
  };
}
