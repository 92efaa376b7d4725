import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ObjectShape } from "#lib/ingest/contract/contract-shape.ts";

/** The table of the graph that a contract speaks of: by its place, the longest part of its name that fits only one. */
export function findPromisedTable(
  graph: MergedGraph,
  { place, name }: ObjectShape,
): MergedAsset | undefined {
  const exact = findAssetByName(graph, { namespace: place.namespace, name: place.path.join(".") });
  if (exact.ok) return exact.value;
  for (let from = 0; from < place.path.length; from += 1) {
    const found = findAssetByName(graph, place.path.slice(from).join("."));
    if (found.ok) return found.value;
    // Several answer to it: a shorter name would fit more of them.
    if (found.error.code === "ambiguous-name") return undefined;
  }
  const named = findAssetByName(graph, name);
  return named.ok ? named.value : undefined;
}
