import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { AssetKind, Tier } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { EdgeEnd } from "#lib/model/edge.ts";
import type { Use } from "#lib/model/use.ts";
import type { AsOfStamp } from "#lib/view/blast-answer.ts";
import { findOne } from "../ask/split-reference.ts";
import type { Failure } from "../failure.ts";
import { neighboursOf, walkAssets } from "./graph-neighbours.ts";
import type { GraphView } from "./graph-view.ts";

/** A part of the graph around one asset, with what it leaves out. */
export interface SubGraph {
  readonly focus: AssetId;
  readonly assets: readonly SubGraphAsset[];
  readonly edges: readonly {
    readonly from: EdgeEnd;
    readonly to: EdgeEnd;
    readonly use: Use;
    readonly expression?: string;
  }[];
  readonly leftOut: { readonly assets: number; readonly beyondHops: number };
  readonly asOf: AsOfStamp;
}

export interface SubGraphAsset {
  readonly id: AssetId;
  readonly namespace: string;
  readonly name: string;
  readonly shortName: string;
  readonly kind: AssetKind;
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: Tier;
  /** Negative: upstream. */
  readonly hops: number;
  readonly columns: readonly { readonly name: string; readonly type?: string }[];
}

export interface SubGraphRequest {
  /** An id or an unambiguous tail of a name. */
  readonly focus: string;
  readonly direction: "upstream" | "downstream" | "both";
  readonly hops: number;
  /** Most assets, the focus included; the nearest are kept. */
  readonly limit: number;
}

export function boundSubGraph(
  view: GraphView,
  request: SubGraphRequest,
): Result<SubGraph, Failure> {
  const found = findOne(view.graph, request.focus);
  if (!found.ok) return found;
  const focus = found.value;
  const reached = walkBoth(view, focus.id, request);
  const nearest = [...reached].sort(
    ([a, hopsA], [b, hopsB]) => Math.abs(hopsA) - Math.abs(hopsB) || (a < b ? -1 : 1),
  );
  const kept = new Map(nearest.slice(0, request.limit));
  const assets = [...kept].flatMap(([id, hops]) => {
    const asset = view.graph.assets.get(id);
    return asset ? [toSubGraphAsset(asset, hops)] : [];
  });
  return ok({
    focus: focus.id,
    assets,
    edges: edgesBetween(view, kept),
    leftOut: { assets: reached.size - kept.size, beyondHops: countBeyond(view, reached) },
    asOf: view.asOf,
  });
}

function walkBoth(
  view: GraphView,
  start: AssetId,
  { direction, hops }: SubGraphRequest,
): ReadonlyMap<AssetId, number> {
  const reached = new Map<AssetId, number>([[start, 0]]);
  const walk = (way: "upstream" | "downstream", sign: number): void => {
    for (const [id, count] of walkAssets(view.graph, { start, direction: way, maxHops: hops })) {
      if (!reached.has(id)) reached.set(id, sign * count);
    }
  };
  if (direction !== "downstream") walk("upstream", -1);
  if (direction !== "upstream") walk("downstream", 1);
  return reached;
}

/** Assets one step further than what was reached, in the direction of the walk. */
function countBeyond(view: GraphView, reached: ReadonlyMap<AssetId, number>): number {
  const beyond = new Set<AssetId>();
  for (const [id, hops] of reached) {
    if (hops === 0) continue;
    const direction = hops < 0 ? "upstream" : "downstream";
    for (const next of neighboursOf(view.graph, { id, direction })) {
      if (!reached.has(next)) beyond.add(next);
    }
  }
  return beyond.size;
}

function edgesBetween(view: GraphView, kept: ReadonlyMap<AssetId, number>): SubGraph["edges"] {
  return [...kept.keys()].flatMap((id) =>
    (view.graph.assets.get(id)?.edges ?? [])
      .filter((edge) => kept.has(edge.from.asset))
      .map(({ from, to, use, expression }) => ({
        from,
        to,
        use,
        ...(expression === undefined ? {} : { expression }),
      })),
  );
}

function toSubGraphAsset(asset: MergedAsset, hops: number): SubGraphAsset {
  const { domain, owner, tier } = asset.attributes;
  return {
    id: asset.id,
    namespace: asset.namespace,
    name: asset.name,
    shortName: asset.shortName,
    kind: asset.kind,
    ...(domain === undefined ? {} : { domain }),
    ...(owner === undefined ? {} : { owner }),
    ...(tier === undefined ? {} : { tier }),
    hops,
    columns: asset.columns.map(({ name, type }) => ({
      name,
      ...(type === undefined ? {} : { type }),
    })),
  };
}
