import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetKind, Column } from "#lib/model/asset.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { AssetColumnView, AssetPage, HistoryEntry } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import { toAssetLinks, walkAssets } from "../graph/graph-neighbours.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { reachAssets } from "./reach-columns.ts";
import { findOne } from "./split-reference.ts";

/** Counting is work for each column; beyond this many a table's columns show no counts. */
const COUNTED_COLUMNS = 2_000;

/** Everything that is known of one asset, by id or by an unambiguous tail of its name. */
export function showAsset(
  view: GraphView,
  { name, history }: { readonly name: string; readonly history: readonly HistoryEntry[] },
): Result<AssetPage, Failure> {
  const found = findOne(view.graph, name);
  if (!found.ok) return found;
  const asset = found.value;
  const upstream = walkAssets(view.graph, { start: asset.id, direction: "upstream" });
  const downstream = walkAssets(view.graph, { start: asset.id, direction: "downstream" });
  return ok({
    id: asset.id,
    namespace: asset.namespace,
    name: asset.name,
    shortName: asset.shortName,
    kind: asset.kind,
    attributes: asset.attributes,
    columns: showColumns(view, asset),
    columnsComplete: asset.columnsComplete,
    placeholder: asset.placeholder,
    upstream: toAssetLinks(view.graph, upstream),
    downstream: toAssetLinks(view.graph, downstream),
    changedUpstream: history.filter((entry) => upstream.has(entry.asset)),
    history: history.filter((entry) => entry.asset === asset.id),
    queries: asset.queries.map(({ name: query, sql, dialect, plan }) => ({
      name: query,
      sql,
      dialect,
      understood: plan !== undefined,
    })),
    sources: asset.sources,
    provenance: provenanceOf(asset),
    aliases: asset.aliases,
    asOf: view.asOf,
  });
}

function showColumns(view: GraphView, asset: MergedAsset): readonly AssetColumnView[] {
  const into = groupByColumn(asset.edges);
  const contract = asset.attributes.contract;
  return asset.columns.map((column, position) => ({
    ...column,
    consumers: position < COUNTED_COLUMNS ? countConsumers(view, { asset, column }) : {},
    reads: (into.get(column.name) ?? []).map(({ from, use }) => ({
      asset: from.asset,
      shortName: view.graph.assets.get(from.asset)?.shortName ?? from.asset,
      ...(from.column === undefined ? {} : { column: from.column }),
      use,
    })),
    inContract: contract !== undefined && (contract.columns?.includes(column.name) ?? true),
  }));
}

function countConsumers(
  { graph, snapshot }: GraphView,
  { asset, column }: { readonly asset: MergedAsset; readonly column: Column },
): Readonly<Partial<Record<AssetKind, number>>> {
  const counts: Partial<Record<AssetKind, number>> = {};
  for (const id of reachAssets(snapshot, { asset: asset.id, column: column.name })) {
    const reached = graph.assets.get(id);
    if (!reached || !isConsumerKind(reached.kind) || reached.attributes.partOf) continue;
    counts[reached.kind] = (counts[reached.kind] ?? 0) + 1;
  }
  return counts;
}

function groupByColumn(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    if (edge.to.column === undefined) continue;
    const group = groups.get(edge.to.column);
    if (group) group.push(edge);
    else groups.set(edge.to.column, [edge]);
  }
  return groups;
}

/** The files and events that the asset's queries and edges come from, each once. */
function provenanceOf(asset: MergedAsset): AssetPage["provenance"] {
  const kept = new Map<string, AssetPage["provenance"][number]>();
  for (const { provenance } of [...asset.queries, ...asset.edges]) {
    const key = provenance.file ?? provenance.event;
    if (key !== undefined && !kept.has(key)) kept.set(key, provenance);
  }
  return [...kept.values()];
}
