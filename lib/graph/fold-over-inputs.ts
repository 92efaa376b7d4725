import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";

export interface PlannedQuery {
  readonly plan: QueryPlan;
  readonly sql: string;
}

interface Fold<T> {
  /** Of an asset that no single query makes; also stands for what reads itself. */
  readonly leaf: (asset: MergedAsset) => T;
  readonly made: (given: {
    readonly asset: MergedAsset;
    readonly query: PlannedQuery;
    readonly known: ReadonlyMap<AssetId, T>;
  }) => T;
}

/**
 * Works out something of every asset from the same of what its query reads, inputs first. Assets that read each other in
 * a circle see nothing of the one that was begun before them. Linear in the plans.
 */
export function foldOverInputs<T>(graph: MergedGraph, fold: Fold<T>): ReadonlyMap<AssetId, T> {
  const known = new Map<AssetId, T>();
  const open = new Set<AssetId>();
  for (const start of graph.assets.values()) {
    if (start.queries.length === 0) continue;
    const stack = [start];
    for (let asset = stack.at(-1); asset !== undefined; asset = stack.at(-1)) {
      const query = known.has(asset.id) ? undefined : soleQuery(asset);
      const waiting =
        query === undefined || open.has(asset.id) ? [] : inputsOf(query.plan, graph, known);
      open.add(asset.id);
      const next = waiting.filter(({ id }) => !open.has(id));
      if (next.length > 0) {
        stack.push(...next);
        continue;
      }
      if (query !== undefined) known.set(asset.id, fold.made({ asset, query, known }));
      else if (!known.has(asset.id)) known.set(asset.id, fold.leaf(asset));
      stack.pop();
    }
  }
  return known;
}

/** Of a table that one query makes, that query. */
function soleQuery(asset: MergedAsset): PlannedQuery | undefined {
  const [query, ...others] = asset.queries;
  if (query?.plan === undefined || others.length > 0 || isConsumerKind(asset.kind))
    return undefined;
  if (asset.attributes.materialization === "incremental") return undefined;
  return { plan: query.plan, sql: query.sql };
}

const inputsOf = (
  plan: QueryPlan,
  graph: MergedGraph,
  known: ReadonlyMap<AssetId, unknown>,
): MergedAsset[] =>
  plan.relations.flatMap(({ inputs }) =>
    inputs.flatMap((input) => {
      const asset = "asset" in input ? graph.assets.get(input.asset) : undefined;
      return asset === undefined || known.has(asset.id) ? [] : [asset];
    }),
  );
