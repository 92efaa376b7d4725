import type { AssetFact } from "#lib/model/fact.ts";

/** Key in `attributes.extra`: ISO 8601, when an event without a run (a DatasetEvent, a JobEvent) last told of the asset. */
export const DESCRIBED_AT = "describedAt";

export function describedAt({ attributes }: Pick<AssetFact, "attributes">): string | undefined {
  const at = attributes.extra?.[DESCRIBED_AT];
  return typeof at === "string" ? at : undefined;
}

/** ISO 8601: the newest event that told of the asset, with a run or without; undefined where it was only read. */
export function toldAt(fact: Pick<AssetFact, "attributes">): string | undefined {
  return latestOf(fact.attributes.lastRun?.at, describedAt(fact));
}

/** The later of two times of one form. */
export const latestOf = (...times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
