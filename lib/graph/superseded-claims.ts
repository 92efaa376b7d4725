import { type StoredClaim, UNRESOLVED } from "#lib/model/claim.ts";

/**
 * Tells claims that are stale because their asset has another name now from claims that a source no longer makes. The
 * first are the same claim twice and are left out; the second are kept with their age. `all`: the claims of all assets.
 */
export function supersededAmong(all: Iterable<StoredClaim>): (stored: StoredClaim) => boolean {
  const living = new Set<string>();
  for (const stored of all) if (stored.staleSince === undefined) living.add(saidKey(stored));
  return (stored) => {
    if (stored.staleSince === undefined) return false;
    const { claim, source } = stored;
    // A rule or a guess that is taken back counts no more; the asset is not theirs to keep.
    if (source.kind === "manual") return true;
    const wasOnlyUnresolved =
      claim.placeholder === true && claim.attributes.extra?.[UNRESOLVED] === true;
    return wasOnlyUnresolved || living.has(saidKey(stored));
  };
}

/** What the source itself calls the asset, which stays the same when the asset is resolved to another. */
export function saidKey({ source, claim }: StoredClaim): string {
  const { namespace, name } = claim.origin?.said ?? claim;
  return `${source.id}\u0000${namespace}\u0000${name}`;
}
