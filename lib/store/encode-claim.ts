import type { AssetClaim } from "#lib/model/claim.ts";
import { claimLanes } from "#lib/model/edge-lanes.ts";
import { NO_PACKED_EDGES, packEdges, packLanes } from "#lib/model/pack-edges.ts";
import { FORM, type Packed } from "./packed-claim.ts";

export function encodeClaim(claim: AssetClaim): string {
  return JSON.stringify(packClaim(claim));
}

function packClaim(claim: AssetClaim): Packed {
  const resolved = claimLanes(claim);
  if (resolved !== undefined) {
    const { texts, lanes } = packLanes(resolved);
    return [FORM, resolved.head, texts, lanes];
  }
  const { edges } = claim;
  if (edges.length === 0) return [FORM, claim, NO_PACKED_EDGES.texts, NO_PACKED_EDGES.lanes];
  const { texts, lanes } = packEdges(edges);
  return [FORM, { ...claim, edges: [] }, texts, lanes];
}
