import { type AssetId, type AssetName, assetNameOf } from "#lib/model/asset-id.ts";
import { type AssetClaim, UNRESOLVED } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { type EdgeLanes, factWithLanes } from "#lib/model/edge-lanes.ts";
import { listEdgesOf } from "#lib/model/edges-on-demand.ts";
import type { AssetFact, EdgeFact, FactEnd } from "#lib/model/fact.ts";
import type { ListedEdges } from "#lib/model/listed-edges.ts";
import { splitRelationName } from "./relation-name.ts";

/** Those of a source's claims that are facts of its own: see `claimToFact`. What they call alike is one object. */
export function claimsToFacts(claims: readonly AssetClaim[]): readonly AssetFact[] {
  const names = calledAssets();
  return claims.map((claim) => claimToFact(claim, names)).filter((fact) => fact !== undefined);
}

/**
 * A stored claim as the fact that it was made of, so that its names can be resolved again beside new sources; undefined
 * for a placeholder that the resolution itself made.
 */
export function claimToFact(
  claim: AssetClaim,
  names: (asset: AssetId) => CalledAsset = calledAssets(),
): AssetFact | undefined {
  if (claim.placeholder && claim.attributes.extra?.[UNRESOLVED] === true) return undefined;
  const { origin } = claim;
  const said = origin?.said;
  const columns = origin?.columns === undefined ? claim.columns : (origin.columns ?? undefined);
  const inferred = origin?.columns !== undefined;
  const path = said ? said.path : pathOf(claim);
  const listed = listEdgesOf(claim);
  const fact: AssetFact = {
    name: said
      ? { namespace: said.namespace, name: said.name }
      : { namespace: claim.namespace, name: claim.name },
    ...(path ? { path } : {}),
    kind: claim.kind,
    attributes: claim.attributes,
    ...(columns ? { columns } : {}),
    columnsComplete: inferred ? false : claim.columnsComplete,
    edges: listed === undefined ? toEdgeFacts(claim.edges, names) : [],
    queries: claim.queries.map(({ name, sql, dialect, defaultPath, roles, live, provenance }) => ({
      name,
      sql,
      dialect,
      ...(defaultPath ? { defaultPath } : {}),
      ...(roles ? { roles } : {}),
      ...(live ? { live } : {}),
      provenance,
    })),
    ...(claim.aliases.length > 0
      ? { aliases: claim.aliases.map((alias) => assetNameOf(alias as AssetId)) }
      : {}),
    ...(origin?.localNames ? { localNames: origin.localNames } : {}),
    provenance: claim.provenance,
    ...(claim.placeholder ? { placeholder: true } : {}),
    ...(claim.aside ? { aside: claim.aside } : {}),
  };
  return listed === undefined || listed.end.length === 0
    ? fact
    : factWithLanes(fact, toLanes(listed, names));
}

/** The lists of a claim's edges with their ends in the source's own words: what `toEdgeFacts` makes of the edges. */
function toLanes(
  { ends, via, ...lists }: ListedEdges,
  names: (asset: AssetId) => CalledAsset,
): EdgeLanes {
  const nameOf = (asset: AssetId | undefined): AssetName | undefined =>
    asset === undefined ? undefined : names(asset).name;
  return {
    ...lists,
    ends: ends.map(({ asset, said }) => calledEnd(asset, said, names)),
    via: "all" in via ? { all: nameOf(via.all) } : { each: via.each.map(nameOf) },
  };
}

const toEdgeFacts = (
  edges: readonly Edge[],
  names: (asset: AssetId) => CalledAsset,
): readonly EdgeFact[] =>
  edges.filter((edge) => edge.query === undefined).map((edge) => toEdgeFact(edge, names));

/** Claims that did not come through the resolution have no origin; a table's dotted name is its path then. */
function pathOf(claim: AssetClaim): readonly string[] | undefined {
  if (claim.kind !== "table" && claim.kind !== "view") return undefined;
  const path = splitRelationName(claim.name);
  return path.length > 1 ? path : undefined;
}

interface CalledAsset {
  readonly name: AssetName;
  readonly path: readonly string[];
}

/** Edges share the names at their ends: each is taken apart once. */
function calledAssets(): (asset: AssetId) => CalledAsset {
  const known = new Map<AssetId, CalledAsset>();
  return (asset) => {
    let called = known.get(asset);
    if (called === undefined) {
      const name = assetNameOf(asset);
      called = { name, path: splitRelationName(name.name) };
      known.set(asset, called);
    }
    return called;
  };
}

function toEdgeFact(edge: Edge, names: (asset: AssetId) => CalledAsset): EdgeFact {
  return {
    from: endOf(edge, names),
    ...(edge.to.column === undefined ? {} : { toColumn: edge.to.column }),
    use: edge.use,
    ...(edge.cap ? { cap: edge.cap } : {}),
    ...(edge.expression === undefined ? {} : { expression: edge.expression }),
    ...(edge.via ? { via: names(edge.via).name } : {}),
    ...(edge.extra ? { extra: edge.extra } : {}),
    provenance: edge.provenance,
  };
}

function endOf({ from, said }: Edge, names: (asset: AssetId) => CalledAsset): FactEnd {
  const column = from.column === undefined ? {} : { column: from.column };
  return { ...calledEnd(from.asset, said, names), ...column };
}

const calledEnd = (
  asset: AssetId,
  said: Edge["said"],
  names: (asset: AssetId) => CalledAsset,
): FactEnd =>
  said === undefined
    ? names(asset)
    : {
        name: { namespace: said.namespace, name: said.name },
        ...(said.path ? { path: said.path } : {}),
      };
