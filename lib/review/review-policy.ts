import type { GatePolicy } from "./gate-policy.ts";
import type { ReviewPolicy } from "./review-action.ts";

/** The part of the policy file that reviews go by. */
export function reviewPolicyOf({ version, windows, reviews }: GatePolicy): ReviewPolicy {
  const { silence, escalate_after, decides } = reviews;
  return {
    version,
    windowDays: { 1: windows.tier_1, 2: windows.tier_2, 3: windows.tier_3, 4: windows.tier_4 },
    ...(silence === undefined
      ? {}
      : { silence: { afterDays: silence.after_days, tiers: silence.tiers } }),
    escalateAfter: escalate_after,
    decidingRole: decides,
  };
}
