import { claimsBehind } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import { traitsOf } from "#lib/model/source-kind.ts";

/**
 * The sources that define an asset today: not those that only read it, set its owner, or promise something of it. A graph
 * that was read from a file has lost which are which; then none is known.
 */
export function definingSources(graph: MergedGraph, { id }: MergedAsset): readonly SourceInfo[] {
  return (claimsBehind(graph)?.get(id) ?? [])
    .filter(
      ({ source, claim, staleSince }) =>
        staleSince === undefined &&
        claim.placeholder !== true &&
        traitsOf(source.kind).speaksOfOthers !== true,
    )
    .map(({ source }) => source);
}
