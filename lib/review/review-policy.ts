import type { GatePolicy } from "./gate-policy.ts";
import type { LastHours, ReviewPolicy } from "./review-action.ts";

/** The part of the policy file that reviews go by. */
export function reviewPolicyOf({
  version,
  windows,
  reviews,
  last_hours,
}: GatePolicy): ReviewPolicy {
  const { silence, escalate_after, decides } = reviews;
  return {
    version,
    windowDays: { 1: windows.tier_1, 2: windows.tier_2, 3: windows.tier_3, 4: windows.tier_4 },
    ...(silence === undefined
      ? {}
      : { silence: { afterDays: silence.after_days, tiers: silence.tiers } }),
    escalateAfter: escalate_after,
    decidingRole: decides,
    ...(last_hours === undefined ? {} : { lastHours: lastHoursOf(last_hours) }),
  };
}

export const lastHoursOf = ({
  hours,
  day_ends,
  utc_offset,
  tier,
  days_off,
}: NonNullable<GatePolicy["last_hours"]>): LastHours => ({
  hours,
  endsAt: minutesOf(day_ends),
  utcOffset: (utc_offset.startsWith("-") ? -1 : 1) * minutesOf(utc_offset.slice(1)),
  tier,
  daysOff: days_off,
});

/** Of `17:30`. */
function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}
