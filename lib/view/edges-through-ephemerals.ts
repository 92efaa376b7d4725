import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Edge } from "#lib/model/edge.ts";

/** Deep enough for real chains of ephemeral models, and an end where they read each other in a circle. */
const DEEPEST = 12;

/**
 * The edges into an asset, with those from ephemeral models replaced by the edges into these, so that each begins at an
 * asset that is drawn.
 */
export function edgesThroughEphemerals(
  graph: MergedGraph,
  asset: MergedAsset,
  drawn: ReadonlySet<AssetId>,
): readonly Edge[] {
  const found: Edge[] = [];
  const follow = (edge: Edge, depth: number): void => {
    const source = graph.assets.get(edge.from.asset);
    const hidden =
      source?.attributes.materialization === "ephemeral" && !drawn.has(edge.from.asset);
    if (source === undefined || !hidden) {
      if (edge.from.asset !== asset.id) found.push(edge);
      return;
    }
    if (depth === DEEPEST) return;
    for (const inner of source.edges) {
      if (
        inner.to.column !== undefined &&
        edge.from.column !== undefined &&
        !isSame(inner.to.column, edge.from.column)
      )
        continue;
      follow(composed(inner, edge), depth + 1);
    }
  };
  for (const edge of asset.edges) follow(edge, 0);
  return found;
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A filter inside stays a filter of the whole; otherwise the outer use counts, unless it only passes on. */
function composed(inner: Edge, outer: Edge): Edge {
  const to = inner.to.column === undefined ? { asset: outer.to.asset } : outer.to;
  const passes = outer.use === "IDENTITY" || outer.use === "STAR" || inner.to.column === undefined;
  return { ...outer, from: inner.from, to, use: passes ? inner.use : outer.use };
}
