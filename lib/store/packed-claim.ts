import type { AssetClaim } from "#lib/model/claim.ts";
import type { EdgeNumbers } from "#lib/model/packed-edges.ts";

/**
 * The text that both stores keep of a claim: JSON, with the edges packed as `PackedEdges` has them.
 *
 * `[form, claim without edges, texts, [count, lane, lane, …]]`. The same claim always gives the same text.
 */
export const FORM = 1;

export type Packed = readonly [
  form: number,
  head: AssetClaim,
  texts: readonly string[],
  edges: EdgeNumbers,
];
