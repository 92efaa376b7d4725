import { consumersWithoutLineage } from "#lib/graph/known-reads.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { type AssetQuery, UNRESOLVED } from "#lib/model/claim.ts";
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
    (asset) => (blind.has(asset) && asset.queries.length === 0) || isUnread(asset, graph),
  );
  const made = found
    .map(describeAsset)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  known.set(graph, made);
  return made;
}

function isUnread(asset: MergedAsset, graph: MergedGraph): boolean {
  if (asset.queries.some(callsUnseen)) return true;
  if (!isConsumerKind(asset.kind)) return false;
  return asset.queries.some((query) => {
    const read = tablesOf(query, asset);
    return read.length === 0
      ? query.plan === undefined || hidesReads(query)
      : read.every((id) => !isFound(id, graph));
  });
}

function tablesOf({ plan, name }: AssetQuery, { edges }: MergedAsset): readonly AssetId[] {
  const inputs = plan?.relations.flatMap((relation) => relation.inputs) ?? [];
  const planned = inputs.flatMap((input) => ("asset" in input ? [input.asset] : []));
  return planned.length > 0
    ? planned
    : edges.flatMap((edge) => (edge.query === name ? [edge.from.asset] : []));
}

const callsUnseen = ({ problems }: AssetQuery): boolean =>
  (problems ?? []).some(({ code }) => code === "reads-not-known");

/** A query without tables reads none for certain, unless a part of it was not understood. */
const hidesReads = ({ reads, problems }: AssetQuery): boolean =>
  (reads ?? []).length > 0 ||
  (problems ?? []).some(({ code }) => code === "sql-not-understood" || code === "unresolved-name");

function isFound(id: AssetId, graph: MergedGraph): boolean {
  const asset = graph.assets.get(id);
  return asset !== undefined && asset.attributes.extra?.[UNRESOLVED] !== true;
}
