import type { AssetId } from "#lib/model/asset-id.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import { noteChanges } from "./graph-changes.ts";
import {
  type ClaimsByAsset,
  claimsBehind,
  isOnlyRead,
  mergeAsset,
  mergeGrouped,
  placeholderOf,
  readIds,
  remember,
} from "./merge-claims.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import { PatchedMap } from "./patched-map.ts";
import { saidKey } from "./superseded-claims.ts";

/**
 * The graph after a change feed: only the assets that it speaks of are merged again, all others stay the same objects. A
 * claim replaces the one that its source had for the asset. Undefined for a graph that was not made from claims.
 */
export function applyClaims(
  graph: MergedGraph,
  feed: { readonly version: number; readonly changed: readonly StoredClaim[] },
): MergedGraph | undefined {
  const known = claimsBehind(graph);
  if (known === undefined) return undefined;
  const said = new Map<AssetId, readonly StoredClaim[]>();
  const stale = staleIn(known);
  // A claim that went stale may stand under another name now, and then its asset may be gone.
  const isHeard = (each: StoredClaim): boolean =>
    each.staleSince !== undefined || stale.said.has(saidKey(each));
  let isAnyStale = false;
  for (const each of feed.changed) {
    const id = each.claim.asset;
    const all = said.get(id) ?? known.get(id) ?? [];
    const others = all.filter(({ source }) => source.id !== each.source.id);
    said.set(id, [...others, each]);
    isAnyStale ||= stale.assets.has(id) || [each, ...all].some(isHeard);
  }
  const claims = PatchedMap.of(known, said);
  if (isAnyStale) return mergeAgain(graph, { claims, version: feed.version });
  const changes = new Map<AssetId, MergedAsset | undefined>();
  for (const [id, all] of said) changes.set(id, mergeAsset(id, all));
  const has = (id: AssetId): boolean => changes.get(id) !== undefined || graph.assets.has(id);
  for (const id of said.keys()) {
    for (const read of readsIn(changes.get(id)))
      if (!has(read)) changes.set(read, placeholderOf(read));
  }
  for (const id of findUnread(graph, { changes, touched: said.keys() })) changes.set(id, undefined);
  staleOf.set(claims, stale);
  const assets = PatchedMap.of(graph.assets, changes);
  const after = remember({ version: feed.version, assets }, claims);
  noteChanges(graph, { after, changed: new Set(changes.keys()) });
  return after;
}

const readsIn = (asset: MergedAsset | undefined): Iterable<AssetId> =>
  asset === undefined ? [] : readIds(asset);

/** What was there because one of the touched assets read it, and is read by none any more. */
function findUnread(
  before: MergedGraph,
  {
    changes,
    touched,
  }: {
    readonly changes: ReadonlyMap<AssetId, MergedAsset | undefined>;
    readonly touched: Iterable<AssetId>;
  },
): ReadonlySet<AssetId> {
  const unread = new Set<AssetId>();
  for (const id of touched) {
    for (const read of readsIn(before.assets.get(id))) {
      const asset = changes.get(read) ?? before.assets.get(read);
      if (asset !== undefined && isOnlyRead(asset)) unread.add(read);
    }
  }
  const keepReadBy = (reader: MergedAsset | undefined): void => {
    if (unread.size > 0) for (const id of readsIn(reader)) unread.delete(id);
  };
  for (const asset of changes.values()) keepReadBy(asset);
  if (unread.size === 0) return unread;
  for (const asset of before.assets.values()) if (!changes.has(asset.id)) keepReadBy(asset);
  return unread;
}

function mergeAgain(
  before: MergedGraph,
  { claims, version }: { readonly claims: ClaimsByAsset; readonly version: number },
): MergedGraph {
  const after = mergeGrouped({ byAsset: claims, version, before });
  const changed = new Set<AssetId>();
  for (const [id, asset] of after.assets) if (before.assets.get(id) !== asset) changed.add(id);
  for (const id of before.assets.keys()) if (!after.assets.has(id)) changed.add(id);
  noteChanges(before, { after, changed });
  return after;
}

/** Claims that are said no more: what their sources called the assets, and the assets. */
interface StaleClaims {
  readonly said: ReadonlySet<string>;
  readonly assets: ReadonlySet<AssetId>;
}

/** A feed without stale claims adds none. */
const staleOf = new WeakMap<ClaimsByAsset, StaleClaims>();

function staleIn(claims: ClaimsByAsset): StaleClaims {
  const known = staleOf.get(claims);
  if (known !== undefined) return known;
  const said = new Set<string>();
  const assets = new Set<AssetId>();
  for (const [id, all] of claims) {
    for (const each of all) {
      if (each.staleSince === undefined) continue;
      said.add(saidKey(each));
      assets.add(id);
    }
  }
  const found = { said, assets };
  staleOf.set(claims, found);
  return found;
}
