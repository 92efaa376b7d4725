import { claimsBehind } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { SourceInfo, SourceKind } from "#lib/model/claim.ts";

/** They say something of tables that others define. */
const SPEAK_OF_OTHERS: ReadonlySet<SourceKind> = new Set(["manual", "profile", "contract"]);

/**
 * The sources that define an asset today: not those that only read it, set its owner, or promise something of it. A graph
 * that was read from a file has lost which are which; then none is known.
 */
export function definingSources(graph: MergedGraph, { id }: MergedAsset): readonly SourceInfo[] {
  return (claimsBehind(graph)?.get(id) ?? [])
    .filter(
      ({ source, claim, staleSince }) =>
        staleSince === undefined && claim.placeholder !== true && !SPEAK_OF_OTHERS.has(source.kind),
    )
    .map(({ source }) => source);
}
