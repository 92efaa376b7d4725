import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { BlastAnswer, BlastEdge } from "./blast-answer.ts";

const STATES: Readonly<Record<AssetVerdict["verdict"], BlastEdge["state"]>> = {
  breaks_loudly: "harms",
  breaks_silently: "harms",
  degraded: "harms",
  unaffected: "idle",
  unknown: "unknown",
};

/**
 * A dashboard is judged by its charts, and reads nothing itself. So that it does not hang in the air, each chart gets a
 * line to it, unless the graph has one.
 */
export function withPartEdges(answer: BlastAnswer): BlastAnswer {
  const drawn = new Set(answer.graph.nodes.map((node) => node.id));
  const known = new Set(answer.graph.edges.map((edge) => `${edge.from.asset} ${edge.to.asset}`));
  const added = answer.assessment.verdicts.flatMap(({ asset, verdict }): readonly BlastEdge[] => {
    const whole = asset.partOf;
    if (whole === undefined || !drawn.has(whole) || known.has(`${asset.id} ${whole}`)) return [];
    return [
      { from: { asset: asset.id }, to: { asset: whole }, use: "IDENTITY", state: STATES[verdict] },
    ];
  });
  if (added.length === 0) return answer;
  return { ...answer, graph: { ...answer.graph, edges: [...answer.graph.edges, ...added] } };
}
