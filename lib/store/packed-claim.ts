import type { AssetClaim } from "#lib/model/claim.ts";

/**
 * The text that both stores keep of a claim: JSON, with the edges packed.
 *
 * `[form, claim without edges, texts, [count, lane, lane, …]]`: each lane holds one field of all edges as indices into
 * `texts` (0: absent), and is a single number where all edges have the same. Twenty edges of one table take 300 bytes
 * instead of 4,000, which is what writing and reading them costs. The same claim always gives the same text.
 */
export const FORM = 1;

/** Lanes in the order in which they are stored. `line` holds plain numbers plus one, `said` points at JSON, the others at texts. */
export const LANES = [
  "fromAsset",
  "fromColumn",
  "toAsset",
  "toColumn",
  "use",
  "cap",
  "expression",
  "via",
  "file",
  "line",
  "event",
  "query",
  "said",
  "extra",
] as const;

export type LaneName = (typeof LANES)[number];
export type Lane = number | readonly number[];
export type Packed = readonly [
  form: number,
  head: AssetClaim,
  texts: readonly string[],
  edges: readonly Lane[],
];
