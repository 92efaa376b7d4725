/**
 * Edges in little room: one list of their texts, and one lane for each field that holds it for all edges as indices into
 * those texts (0: absent), or is a single number where all edges have the same. Twenty edges of one table take 300 bytes
 * as JSON instead of 4,000, which is what writing and reading them costs. The same edges always give the same lists.
 */
export interface PackedEdges {
  readonly texts: readonly string[];
  readonly lanes: EdgeNumbers;
}

/** How many edges there are, then the lanes in the order of `LANES`. */
export type EdgeNumbers = readonly PackedLane[];
export type PackedLane = number | readonly number[];

/** In the order in which they are stored. `line` holds plain numbers plus one, `said` and `extra` point at JSON, the others at texts. */
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
