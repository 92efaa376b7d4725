import type { AssetId } from "#lib/model/asset-id.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import { noteChanges } from "./graph-changes.ts";
import {
  addWhatItReads,
  type ClaimsByAsset,
  claimsBehind,
  isOnlyRead,
  mergeAsset,
  mergeGrouped,
  readIds,
  remember,
} from "./merge-claims.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
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
  const claims = new Map(known);
  const touched = new Set<AssetId>();
  const stale = staleIn(known);
  // A claim that went stale may stand under another name now, and then its asset may be gone.
  const isHeard = (each: StoredClaim): boolean =>
    each.staleSince !== undefined || stale.said.has(saidKey(each));
  let isAnyStale = false;
  for (const each of feed.changed) {
    const id = each.claim.asset;
    const all = claims.get(id) ?? [];
    const others = all.filter(({ source }) => source.id !== each.source.id);
    claims.set(id, [...others, each]);
    touched.add(id);
    isAnyStale ||= stale.assets.has(id) || [each, ...all].some(isHeard);
  }
  if (isAnyStale) return mergeAgain(graph, { claims, version: feed.version });
  const assets = new Map(graph.assets);
  for (const id of touched) assets.set(id, mergeAsset(id, claims.get(id) ?? []));
  const changed = new Set(touched);
  for (const id of touched) {
    const asset = assets.get(id);
    if (asset !== undefined) addWhatItReads(asset, { assets, added: changed });
  }
  for (const id of findUnread(graph, { assets, touched })) {
    assets.delete(id);
    changed.add(id);
  }
  staleOf.set(claims, stale);
  const after = remember({ version: feed.version, assets }, claims);
  noteChanges(graph, { after, changed });
  return after;
}

/** What was there because one of the touched assets read it, and is read by none any more. */
function findUnread(
  before: MergedGraph,
  {
    assets,
    touched,
  }: {
    readonly assets: ReadonlyMap<AssetId, MergedAsset>;
    readonly touched: ReadonlySet<AssetId>;
  },
): ReadonlySet<AssetId> {
  const unread = new Set<AssetId>();
  for (const id of touched) {
    const old = before.assets.get(id);
    for (const read of old === undefined ? [] : readIds(old)) {
      const asset = assets.get(read);
      if (asset !== undefined && isOnlyRead(asset)) unread.add(read);
    }
  }
  for (const id of touched) unreadBut(assets.get(id), unread);
  if (unread.size === 0) return unread;
  for (const asset of assets.values()) unreadBut(asset, unread);
  return unread;
}

function unreadBut(reader: MergedAsset | undefined, unread: Set<AssetId>): void {
  if (reader === undefined || unread.size === 0) return;
  for (const id of readIds(reader)) unread.delete(id);
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
