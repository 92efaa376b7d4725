import { followsRenames } from "#lib/graph/follows-renames.ts";
import { claimsBehind, remember } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { readsThrough } from "#lib/graph/reads-of.ts";
import { findDialect } from "#lib/ingest/sql/dialect.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery, StoredClaim } from "#lib/model/claim.ts";

/**
 * What is deployed, where a migration runs over it: a view that DDL made in PostgreSQL holds on to the tables and columns
 * that it was made of, whatever they are called later.
 */
export const withBoundViews = (claims: readonly StoredClaim[]): readonly StoredClaim[] =>
  claims.map((stored) => {
    const { source, claim } = stored;
    const isBound =
      source.kind === "sql" &&
      claim.kind === "view" &&
      claim.queries.length > 0 &&
      claim.queries.every(({ dialect }) => findDialect(dialect) === "postgres");
    if (!isBound) return stored;
    return {
      ...stored,
      claim: { ...claim, attributes: { ...claim.attributes, followsRenames: true } },
    };
  });

/** The graph with such views reading tables under the names that these have now. */
export function rebindViews(
  graph: MergedGraph,
  renamed: ReadonlyMap<AssetId, AssetId>,
): MergedGraph {
  if (renamed.size === 0) return graph;
  const assets = new Map(
    [...graph.assets].map(([id, asset]) => [
      id,
      followsRenames(asset) && [...readsThrough(asset)].some((read) => renamed.has(read))
        ? rebound(asset, renamed)
        : asset,
    ]),
  );
  const claims = claimsBehind(graph);
  const bound = { ...graph, assets };
  return claims === undefined ? bound : remember(bound, claims);
}

function rebound(asset: MergedAsset, renamed: ReadonlyMap<AssetId, AssetId>): MergedAsset {
  const nameOf = (id: AssetId): AssetId => renamed.get(id) ?? id;
  return {
    ...asset,
    edges: asset.edges.map((edge) => ({
      ...edge,
      from: { ...edge.from, asset: nameOf(edge.from.asset) },
    })),
    queries: asset.queries.map((query) => withInputs(query, nameOf)),
  };
}

function withInputs(query: AssetQuery, nameOf: (id: AssetId) => AssetId): AssetQuery {
  if (query.plan === undefined) return query;
  const relations = query.plan.relations.map((relation) => ({
    ...relation,
    inputs: relation.inputs.map((input) =>
      "asset" in input ? { ...input, asset: nameOf(input.asset) } : input,
    ),
  }));
  return { ...query, plan: { ...query.plan, relations } };
}
