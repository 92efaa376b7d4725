import { consumersWithoutLineage } from "#lib/graph/known-reads.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { unreadClueOf } from "#lib/graph/unread-clue.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { UNRESOLVED } from "#lib/model/claim.ts";
import type { VerdictAsset } from "./assessment.ts";
import { describeAsset } from "./describe-asset.ts";

const known = new WeakMap<MergedGraph, readonly VerdictAsset[]>();

/**
 * Consumers of which no source says what they read, or with a query of which no table can be found: its text is made when
 * it runs, or all the names in it are of nothing that was read. And everything, whatever its kind, that calls a function
 * which may read tables unseen. Any change may concern them, so they are listed beside every answer. Once for a graph.
 */
export function listUnread(graph: MergedGraph): readonly VerdictAsset[] {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const blind = new Set(consumersWithoutLineage(graph));
  const found = [...graph.assets.values()].filter(
    (asset) => isUnread(asset, graph) || (blind.has(asset) && asset.queries.length === 0),
  );
  const made = found
    .map(describeAsset)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  known.set(graph, made);
  return made;
}

function isUnread(asset: MergedAsset, graph: MergedGraph): boolean {
  const clue = unreadClueOf(asset);
  return clue === true || clue.some((tables) => tables.every((id) => !isFound(id, graph)));
}

function isFound(id: AssetId, graph: MergedGraph): boolean {
  const asset = graph.assets.get(id);
  return asset !== undefined && asset.attributes.extra?.[UNRESOLVED] !== true;
}
