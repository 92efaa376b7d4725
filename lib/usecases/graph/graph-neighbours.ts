import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetLink } from "#lib/view/page-answers.ts";

type Neighbours = ReadonlyMap<AssetId, readonly AssetId[]>;

/** Who reads whom, turned round once for a version of the graph. */
const READERS = new WeakMap<MergedGraph, Neighbours>();

function readersIn(graph: MergedGraph): Neighbours {
  const kept = READERS.get(graph);
  if (kept) return kept;
  const readers = new Map<AssetId, AssetId[]>();
  for (const asset of graph.assets.values()) {
    for (const from of upstreamOf(asset)) {
      const list = readers.get(from);
      if (list) list.push(asset.id);
      else readers.set(from, [asset.id]);
    }
    // What happens to a chart happens to its dashboard.
    const { partOf } = asset.attributes;
    const known = readers.get(asset.id) ?? [];
    if (partOf !== undefined && graph.assets.has(partOf) && !known.includes(partOf))
      readers.set(asset.id, [...known, partOf]);
  }
  READERS.set(graph, readers);
  return readers;
}

/** The charts of each dashboard. */
const PARTS = new WeakMap<MergedGraph, Neighbours>();

function partsIn(graph: MergedGraph): Neighbours {
  const kept = PARTS.get(graph);
  if (kept) return kept;
  const parts = new Map<AssetId, AssetId[]>();
  for (const { id, attributes } of graph.assets.values()) {
    if (attributes.partOf === undefined) continue;
    const list = parts.get(attributes.partOf);
    if (list) list.push(id);
    else parts.set(attributes.partOf, [id]);
  }
  PARTS.set(graph, parts);
  return parts;
}

/** What an asset reads, its chart's or job's own inputs; each once. */
function upstreamOf(asset: MergedAsset): ReadonlySet<AssetId> {
  const from = new Set<AssetId>();
  for (const edge of asset.edges) if (edge.from.asset !== asset.id) from.add(edge.from.asset);
  return from;
}

export type Direction = "upstream" | "downstream";

export const neighboursOf = (
  graph: MergedGraph,
  { id, direction }: { readonly id: AssetId; readonly direction: Direction },
): Iterable<AssetId> => {
  if (direction === "downstream") return readersIn(graph).get(id) ?? [];
  const asset = graph.assets.get(id);
  return asset ? [...upstreamOf(asset), ...(partsIn(graph).get(id) ?? [])] : [];
};

/** All assets that can be reached, nearest first; ephemeral models cost no hop and are not listed. */
export function walkAssets(
  graph: MergedGraph,
  {
    start,
    direction,
    maxHops,
  }: { readonly start: AssetId; readonly direction: Direction; readonly maxHops?: number },
): ReadonlyMap<AssetId, number> {
  const hops = new Map<AssetId, number>([[start, 0]]);
  const last = maxHops ?? Number.POSITIVE_INFINITY;
  let ring: readonly AssetId[] = [start];
  for (let hop = 1; ring.length > 0 && hop <= last; hop++) {
    ring = nextRing(graph, { ring, direction, hop, hops });
  }
  hops.delete(start);
  for (const id of [...hops.keys()]) if (isHidden(graph, id)) hops.delete(id);
  return hops;
}

/** What is one hop from the ring and was not reached before. What lies behind an ephemeral model belongs to it too. */
function nextRing(
  graph: MergedGraph,
  at: {
    readonly ring: readonly AssetId[];
    readonly direction: Direction;
    readonly hop: number;
    readonly hops: Map<AssetId, number>;
  },
): readonly AssetId[] {
  const open = [...at.ring];
  const next: AssetId[] = [];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const neighbour of neighboursOf(graph, { id, direction: at.direction })) {
      if (at.hops.has(neighbour)) continue;
      at.hops.set(neighbour, at.hop);
      (isHidden(graph, neighbour) ? open : next).push(neighbour);
    }
  }
  return next;
}

const isHidden = (graph: MergedGraph, id: AssetId): boolean =>
  graph.assets.get(id)?.attributes.materialization === "ephemeral";

/** Assets as links, nearest first, then by name. */
export function toAssetLinks(
  graph: MergedGraph,
  hops: ReadonlyMap<AssetId, number>,
): readonly AssetLink[] {
  const links: AssetLink[] = [];
  for (const [id, count] of hops) {
    const asset = graph.assets.get(id);
    if (asset) links.push(toAssetLink(asset, count));
  }
  return links.sort((a, b) => a.hops - b.hops || compare(a.name, b.name) || compare(a.id, b.id));
}

export function toAssetLink(asset: MergedAsset, hops: number): AssetLink {
  const { domain, owner, tier } = asset.attributes;
  return {
    id: asset.id,
    shortName: asset.shortName,
    name: asset.name,
    kind: asset.kind,
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    hops,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
