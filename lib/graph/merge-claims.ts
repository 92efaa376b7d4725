import { compareText } from "#lib/kit/compare-text.ts";
import { type AssetAttributes, type AssetKind, isConsumerKind } from "#lib/model/asset.ts";
import { type AssetId, assetId, assetNameOf, shortNameOf } from "#lib/model/asset-id.ts";
import type { AssetClaim, AssetQuery, StoredClaim } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { type EdgeSource, withEdgesOnDemand } from "#lib/model/edges-on-demand.ts";
import { traitsOf } from "#lib/model/source-kind.ts";
import { holdToContract } from "./hold-to-contract.ts";
import { mergeColumns } from "./merge-columns.ts";
import type { AssetSource, MergedAsset, MergedGraph } from "./merged-graph.ts";
import { readsOf } from "./reads-of.ts";
import { shortNameOfAsset } from "./short-name.ts";
import { supersededAmong } from "./superseded-claims.ts";

/** The graph that all claims together describe: one asset an id. Linear in the claims. */
export function mergeClaims(stored: Iterable<StoredClaim>, version: number): MergedGraph {
  const byAsset = new Map<AssetId, StoredClaim[]>();
  for (const claim of stored) {
    const known = byAsset.get(claim.claim.asset);
    if (known === undefined) byAsset.set(claim.claim.asset, [claim]);
    else known.push(claim);
  }
  return mergeGrouped({ byAsset, version });
}

export type ClaimsByAsset = ReadonlyMap<AssetId, readonly StoredClaim[]>;

/** `before`: an earlier version; what is claimed of an asset as it was then gives the same object. */
export function mergeGrouped({
  byAsset,
  version,
  before,
}: {
  readonly byAsset: ClaimsByAsset;
  readonly version: number;
  readonly before?: MergedGraph;
}): MergedGraph {
  const assets = new Map<AssetId, MergedAsset>();
  const isSuperseded = supersededAmong(flatten(byAsset));
  for (const [id, claims] of byAsset) {
    const standing = claims.filter((each) => !isSuperseded(each));
    if (standing.length === 0) continue;
    const known = before?.assets.get(id);
    assets.set(id, known && isMergedFrom(known, standing) ? known : mergeAsset(id, standing));
  }
  for (const asset of [...assets.values()]) addWhatItReads(asset, { assets, before });
  return remember({ version, assets }, byAsset);
}

function* flatten(byAsset: ClaimsByAsset): Iterable<StoredClaim> {
  for (const claims of byAsset.values()) yield* claims;
}

/** The claims that a graph was merged from, kept beside it so that a few new ones need not merge everything again. */
const claimsOf = new WeakMap<MergedGraph, ClaimsByAsset>();

export const claimsBehind = (graph: MergedGraph): ClaimsByAsset | undefined => claimsOf.get(graph);

export function remember(graph: MergedGraph, claims: ClaimsByAsset): MergedGraph {
  claimsOf.set(graph, claims);
  return graph;
}

const standingOf = new WeakMap<MergedAsset, readonly StoredClaim[]>();

function isMergedFrom(asset: MergedAsset, claims: readonly StoredClaim[]): boolean {
  const known = standingOf.get(asset);
  return known?.length === claims.length && claims.every((claim, at) => claim === known[at]);
}

/** Whatever an edge or a plan reads is an asset, if only a placeholder: an edge that leads nowhere would read as safe. */
function addWhatItReads(
  asset: MergedAsset,
  {
    assets,
    before,
  }: { readonly assets: Map<AssetId, MergedAsset>; readonly before: MergedGraph | undefined },
): void {
  for (const id of readIds(asset)) {
    if (assets.has(id)) continue;
    const known = before?.assets.get(id);
    assets.set(id, known && isOnlyRead(known) ? known : placeholderOf(id));
  }
}

/** The assets that an asset's edges and plans name, some of them more than once. */
export function* readIds(asset: MergedAsset): Iterable<AssetId> {
  yield* readsOf(asset);
  for (const { plan } of asset.queries) {
    for (const relation of plan?.relations ?? []) {
      for (const input of relation.inputs) if ("asset" in input) yield input.asset;
    }
  }
}

/** Nobody says anything of it; it is there because it is read. */
export const isOnlyRead = ({ sources }: MergedAsset): boolean => sources.length === 0;

export function placeholderOf(id: AssetId): MergedAsset {
  const { namespace, name } = assetNameOf(id);
  return {
    id,
    namespace,
    name,
    shortName: shortNameOf(name),
    kind: "table",
    attributes: {},
    columns: [],
    columnsComplete: false,
    edges: [],
    queries: [],
    aliases: [],
    sources: [],
    placeholder: true,
  };
}

export function mergeAsset(id: AssetId, unordered: readonly StoredClaim[]): MergedAsset {
  const claims = [...unordered].sort(compareAuthority);
  // The kind and the spelling are those of who owns the asset up, if anybody does.
  const owner = claims.find(({ claim }) => claim.placeholder !== true) ?? claims[0];
  if (owner === undefined) throw new Error("an asset is merged from at least one claim");
  const { name, kind } = owner.claim;
  const attributes = mergeAttributes(claims);
  const head: Omit<MergedAsset, "edges"> = {
    id,
    namespace: owner.claim.namespace,
    name,
    shortName: shortNameOfAsset({ name, kind, attributes }),
    kind,
    attributes,
    columns: mergeColumns(claims),
    columnsComplete: claims.some(
      ({ claim, staleSince }) => claim.columnsComplete && staleSince === undefined,
    ),
    queries: mergeQueries(claims, owner.claim.kind),
    aliases: [...new Set(claims.flatMap(({ claim }) => otherNames(claim)))].sort(),
    sources: claims.map(sourceOf).sort((a, b) => (a.id < b.id ? -1 : 1)),
    placeholder: claims.every(({ claim }) => claim.placeholder === true),
    ...asideOf(claims),
    ...stalenessOf(claims),
  };
  const merged: MergedAsset = withEdgesOnDemand(head, new ClaimedEdges(claims));
  standingOf.set(merged, unordered);
  return merged;
}

class ClaimedEdges implements EdgeSource {
  readonly #claims: readonly StoredClaim[];

  constructor(claims: readonly StoredClaim[]) {
    this.#claims = claims;
  }

  make(): readonly Edge[] {
    return mergeEdges(this.#claims);
  }
}

/** `UNSAID`: of an exported graph, where no source told of it any more. */
const GONE: ReadonlySet<string> = new Set(["DROP", "RENAMED_AWAY", "UNSAID"]);

/** Events tell that a table was dropped or renamed away; a run that wrote it later made it anew. */
function goneSince({ extra, lastRun }: StoredClaim["claim"]["attributes"]): string | undefined {
  const lifecycle = extra?.["lifecycle"];
  if (typeof lifecycle !== "object" || lifecycle === null) return undefined;
  const { state, at } = lifecycle as { readonly state?: unknown; readonly at?: unknown };
  const isGone = typeof state === "string" && GONE.has(state) && typeof at === "string";
  return isGone && !(lastRun !== undefined && lastRun.at > at) ? at : undefined;
}

/** The last who fell silent, or saw it go, of those who own the asset up. */
function stalenessOf(claims: readonly StoredClaim[]): Pick<MergedAsset, "staleSince"> {
  const owning = claims.filter(({ claim }) => claim.placeholder !== true);
  const times = owning.map(({ staleSince, claim }) => staleSince ?? goneSince(claim.attributes));
  const last = times.every((time) => time !== undefined) ? times.sort().at(-1) : undefined;
  return last === undefined ? {} : { staleSince: last };
}

function asideOf(claims: readonly StoredClaim[]): Pick<MergedAsset, "aside"> {
  const said = claims.flatMap(({ claim, staleSince }) =>
    claim.aside && staleSince === undefined ? [claim.aside] : [],
  );
  return said.length === 0 ? {} : { aside: Object.assign({}, ...said.reverse()) };
}

/** Whatever somebody calls the asset beside its own name: people ask for a table as their team writes it. */
function otherNames({ asset, namespace, aliases, origin }: AssetClaim): readonly string[] {
  const said = origin?.said && assetId(origin.said.namespace, origin.said.name);
  const called = origin?.called === undefined ? undefined : assetId(namespace, origin.called);
  const others = [said, called].filter((name) => name !== undefined && name !== asset);
  return others.length === 0 ? aliases : [...aliases, ...(others as string[])];
}

function compareAuthority(a: StoredClaim, b: StoredClaim): number {
  return (
    rankOf(a) - rankOf(b) ||
    traitsOf(a.source.kind).authority - traitsOf(b.source.kind).authority ||
    compareText(b.lastSeen, a.lastSeen) ||
    compareText(a.source.id, b.source.id)
  );
}

/** What people set by hand, then living claims, then what only readers say, then what is no longer said. */
function rankOf({ source, claim, staleSince }: StoredClaim): number {
  if (source.kind === "manual") return 0;
  return (staleSince === undefined ? 1 : 3) + (claim.placeholder === true ? 1 : 0);
}

const sourceOf = ({ source, firstSeen, lastSeen, staleSince }: StoredClaim): AssetSource => ({
  id: source.id,
  label: source.label,
  firstSeen,
  lastSeen,
  ...(staleSince === undefined ? {} : { staleSince }),
});

/** Each attribute from the first source that says it; tags and unknown keys of all, a said tier before a guessed one. */
function mergeAttributes(claims: readonly StoredClaim[]): AssetAttributes {
  const merged: Record<string, unknown> = {};
  for (const { claim } of claims) {
    for (const [key, value] of Object.entries(claim.attributes)) {
      if (value !== undefined && merged[key] === undefined) merged[key] = value;
    }
  }
  const all = claims.map(({ claim }) => claim.attributes);
  const tags = [...new Set(all.flatMap((attributes) => attributes.tags ?? []))];
  const extra = Object.assign(
    {},
    ...all.map((attributes) => attributes.extra ?? {}).reverse(),
  ) as Record<string, unknown>;
  const { contract } = merged as AssetAttributes;
  return {
    ...(merged as AssetAttributes),
    ...mergeTier(all),
    ...(contract === undefined ? {} : { contract: { ...contract, ...holdToContract(claims) } }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function mergeTier(all: readonly AssetAttributes[]): Pick<AssetAttributes, "tier" | "tierGuessed"> {
  const said = all.find(({ tier, tierGuessed }) => tier !== undefined && tierGuessed !== true);
  if (said?.tier !== undefined) return { tier: said.tier, tierGuessed: false };
  const guessed = all.find(({ tier }) => tier !== undefined);
  return guessed?.tier === undefined ? {} : { tier: guessed.tier, tierGuessed: true };
}

/**
 * The edges of all sources, each once. Where one source knows a reader's columns, another's bare "it reads the table"
 * says nothing more and is left out.
 */
function mergeEdges(stored: readonly StoredClaim[]): readonly Edge[] {
  // Edges of a claim may be made when they are asked for: here they are asked for once.
  const claims = stored.map(({ source, claim }): Told => ({ source, claim, edges: claim.edges }));
  const edges = new Map<string, Edge>();
  const knownByColumn = new Set<AssetId>();
  const openColumns = new Map<Edge, AssetClaim>();
  for (const { claim, edges: told } of claims) {
    for (const edge of told) {
      if (edge.use !== "UNKNOWN") knownByColumn.add(edge.from.asset);
      else if (edge.to.column !== undefined) openColumns.set(edge, claim);
      const key = keyOf(edge);
      if (!edges.has(key)) edges.set(key, edge);
    }
  }
  const saidByOne =
    new Set(claims.filter((told) => told.edges.length > 0).map(({ source }) => source.id)).size < 2;
  if (saidByOne) return [...edges.values()];
  const toldBy = openColumns.size === 0 ? [] : claims.map(toldColumns);
  const isToldByOther = (edge: Edge): boolean =>
    toldBy.some(
      ({ claim, columns }) =>
        claim !== openColumns.get(edge) && columns.has(edge.to.column ?? NO_COLUMN),
    );
  return [...edges.values()].filter(
    (edge) =>
      edge.use !== "UNKNOWN" ||
      !(isToldByOther(edge) || isSuperseded(edge, { claims, knownByColumn })),
  );
}

const NO_COLUMN = "";
/** Stands in no name. */
const BETWEEN = "\0";

const keyOf = ({ from, to, use, via }: Edge): string =>
  `${from.asset}${BETWEEN}${partOf(from.column)}${partOf(to.column)}${use}${partOf(via)}`;

const partOf = (name: string | undefined): string =>
  name === undefined ? BETWEEN : `${name.length}:${name}${BETWEEN}`;

interface Told extends Pick<StoredClaim, "source" | "claim"> {
  readonly edges: readonly Edge[];
}

const toldColumns = ({
  claim,
  edges,
}: Told): { readonly claim: AssetClaim; readonly columns: ReadonlySet<string> } => ({
  claim,
  columns: new Set(edges.flatMap(({ to, use }) => (use === "UNKNOWN" ? [] : (to.column ?? [])))),
});

/**
 * True if some other source than those that say `edge` knows the columns that are read from the same asset. One that
 * leaves open what some column is made of knows how the others are read: no more is said by a bare "it reads the table".
 */
function isSuperseded(
  edge: Edge,
  {
    claims,
    knownByColumn,
  }: { readonly claims: readonly Told[]; readonly knownByColumn: ReadonlySet<AssetId> },
): boolean {
  if (!knownByColumn.has(edge.from.asset)) return false;
  return claims.some(({ edges }) => {
    const same = edges.filter((other) => other.from.asset === edge.from.asset);
    return same.length > 0 && same.every((other) => isTold(other, edge));
  });
}

const isTold = (other: Edge, edge: Edge): boolean =>
  other.use !== "UNKNOWN" || (other.to.column !== undefined && edge.to.column === undefined);

/**
 * One source's queries for data (dbt's model and the statement that was seen to run are the same thing told twice), the
 * one that was understood before the others; a consumer has all the queries that anybody knows of it.
 */
function mergeQueries(claims: readonly StoredClaim[], kind: AssetKind): readonly AssetQuery[] {
  const withQueries = claims.filter(({ claim }) => claim.queries.length > 0);
  if (isConsumerKind(kind)) {
    const byName = new Map<string, AssetQuery>();
    for (const { claim } of withQueries) {
      for (const query of claim.queries) {
        const known = byName.get(query.name);
        if (known === undefined || (known.plan === undefined && query.plan !== undefined))
          byName.set(query.name, query);
      }
    }
    return [...byName.values()];
  }
  const understood = withQueries.find(({ claim }) =>
    claim.queries.every((query) => query.plan !== undefined),
  );
  return (understood ?? withQueries[0])?.claim.queries ?? [];
}
