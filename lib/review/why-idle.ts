import type { Tier } from "#lib/model/asset.ts";
import { isExpired, selects, type Waiver } from "./waiver.ts";

/** Something that a selector may name. */
export interface KnownTarget {
  readonly name: string;
  readonly tier?: Tier;
}

/** Why a waiver excuses nothing, whatever is checked; undefined: it may. */
export function whyIdle(
  waiver: Waiver,
  {
    today,
    known,
  }: {
    readonly today: string;
    /** Absent: nobody knows what there is. */
    readonly known?: {
      readonly assets: readonly KnownTarget[];
      /** Of findings in the runs that are kept. */
      readonly fingerprints: ReadonlySet<string>;
    };
  },
): string | undefined {
  const { fingerprint, selector, expires } = waiver;
  if (isExpired(waiver, today)) return `it ended on ${expires}`;
  if (known === undefined) return undefined;
  if (fingerprint !== undefined)
    return known.fingerprints.size > 0 && !known.fingerprints.has(fingerprint)
      ? "no run of the gate that is kept has this finding"
      : undefined;
  if (selector === undefined || known.assets.some((asset) => selects(selector, asset)))
    return undefined;
  const isNamed = known.assets.some((asset) => selects(selector, { ...asset, tier: 4 }));
  return isNamed
    ? "with * it holds for tiers 3 and 4 only, and all that it names is of tier 1 or 2, or has none"
    : "it names nothing that the store knows";
}
