import type { Tier } from "#lib/model/asset.ts";

/** A domain as the graph knows it. */
export interface KnownDomain {
  readonly name: string;
  /** Consumers of each tier that are its own. */
  readonly tiers: Readonly<Partial<Record<Tier, number>>>;
}

/** A first `faultline.policy.yaml`: it observes everywhere, and says where blocking would matter most. */
export function writeStarterPolicy(domains: readonly KnownDomain[], version: string): string {
  const listed = [...domains].sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(linesOf);
  return `${[
    "# What `faultline check` does with what it finds. Unknown keys are errors.",
    `version: ${JSON.stringify(version)}   # shown in every answer`,
    "mode: observe            # observe: exit 0, and say what would have been blocked; block: exit 1",
    "fail_on: silent          # loud, silent (and loud), degraded (and both), none",
    "min_certainty: likely    # certain, likely, possible",
    "min_tier: 4              # only what is at least so important counts; 4: everything",
    "incomplete:",
    "  mode: block            # holes in the lineage of tier 1 and 2: exit 3",
    "  columns_known: 0.9     # below this share of reads known to the column, holes only warn",
    "unreachable: warn        # where the store or the server does not answer; fail: exit 4",
    "# waivers: path        # default: faultline.waivers.yaml beside this file, if it is there",
    ...(listed.length === 0
      ? ["domains: {}              # checkout: {mode: block, min_tier: 1}"]
      : ["domains:                 # owners opt into blocking: mode: block", ...listed]),
  ].join("\n")}\n`;
}

const TIERS = [1, 2, 3, 4] as const;

function linesOf({ name, tiers }: KnownDomain): readonly string[] {
  const known = TIERS.flatMap((tier) => {
    const count = tiers[tier] ?? 0;
    return count === 0 ? [] : [`${count} of tier ${tier}`];
  });
  const best = TIERS.find((tier) => (tiers[tier] ?? 0) > 0) ?? 4;
  const about = known.length === 0 ? "no consumer with a tier" : `consumers: ${known.join(", ")}`;
  return [`  ${JSON.stringify(name)}: {mode: observe, min_tier: ${best}}   # ${about}`];
}
