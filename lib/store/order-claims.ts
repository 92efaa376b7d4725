import { compareText } from "#lib/kit/compare-text.ts";
import type { StoredClaim } from "#lib/model/claim.ts";

/** The port's order: asset id, then source id, then version, by UTF-16 code units, in both stores alike. */
export function compareClaims(a: StoredClaim, b: StoredClaim): number {
  return (
    compareText(a.claim.asset, b.claim.asset) ||
    compareText(a.source.id, b.source.id) ||
    a.version - b.version
  );
}

/**
 * Sorted, and each (asset, source) once: of several, the newest. Several can only come of a read as of a time, when a
 * source has sent its news out of order.
 */
export function orderClaims(claims: StoredClaim[]): readonly StoredClaim[] {
  claims.sort(compareClaims);
  return claims.filter((claim, at) => {
    const next = claims[at + 1];
    return next?.claim.asset !== claim.claim.asset || next.source.id !== claim.source.id;
  });
}
