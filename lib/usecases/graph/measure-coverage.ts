import { consumersWithoutLineage, readGrainsOf } from "#lib/graph/known-reads.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { Coverage } from "#lib/view/blast-answer.ts";

const measured = new WeakMap<MergedGraph, Coverage>();

/** How much of the lineage is known to the column. Linear in the assets, and the edges of those that are new. */
export function measureCoverage(graph: MergedGraph): Coverage {
  const coverage = measured.get(graph) ?? measureOnce(graph);
  measured.set(graph, coverage);
  return coverage;
}

function measureOnce(graph: MergedGraph): Coverage {
  const assets = [...graph.assets.values()];
  const count = (holds: (asset: MergedAsset) => boolean): number => assets.filter(holds).length;
  const domains = new Set<string>();
  let [columns, columnReads, tableReads] = [0, 0, 0];
  for (const asset of assets) {
    if (asset.attributes.domain !== undefined) domains.add(asset.attributes.domain);
    columns += asset.columns.length;
    for (const grain of readGrainsOf(asset).values()) {
      if (grain === "column") columnReads++;
      else tableReads++;
    }
  }
  return {
    assets: assets.length,
    consumers: count(({ kind }) => isConsumerKind(kind)),
    domains: domains.size,
    columns,
    columnReads,
    tableReads,
    unresolved: count(({ placeholder }) => placeholder),
    consumersWithoutLineage: consumersWithoutLineage(graph).length,
  };
}
