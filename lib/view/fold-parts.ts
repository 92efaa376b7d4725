import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer, BlastEdge, BlastGraph, BlastNode } from "./blast-answer.ts";

/** The key under which the charts of a dashboard are opened, in the address. */
export const partsKey = (whole: AssetId): string => `in:${whole}`;

export interface FoldedParts {
  readonly graph: BlastGraph;
  /** By dashboard, its charts that are folded into its card. */
  readonly parts: ReadonlyMap<AssetId, readonly AssetId[]>;
}

type End = BlastEdge["from"];

/**
 * Puts the charts of a dashboard into its card: what they read, the card reads. The dashboard's verdict is what counts;
 * those in `opened` stay apart.
 */
export function foldParts({ graph }: BlastAnswer, opened: readonly string[]): FoldedParts {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const isFolded = ({ partOf, changed }: BlastNode): boolean =>
    partOf !== undefined && !changed && byId.has(partOf) && !opened.includes(partsKey(partOf));
  const parts = new Map<AssetId, AssetId[]>();
  const wholeOf = new Map<AssetId, AssetId>();
  for (const node of graph.nodes) {
    if (node.partOf === undefined || !isFolded(node)) continue;
    wholeOf.set(node.id, node.partOf);
    parts.set(node.partOf, [...(parts.get(node.partOf) ?? []), node.id]);
  }
  if (wholeOf.size === 0) return { graph, parts };
  const end = (given: End): End => {
    const whole = wholeOf.get(given.asset);
    return whole === undefined ? given : { asset: whole };
  };
  const edges = graph.edges
    .map((edge) => ({ ...edge, from: end(edge.from), to: end(edge.to) }))
    .filter((edge) => edge.from.asset !== edge.to.asset);
  return { graph: { nodes: graph.nodes.filter((node) => !wholeOf.has(node.id)), edges }, parts };
}
