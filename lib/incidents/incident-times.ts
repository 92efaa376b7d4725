import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { CLOCK_SLACK_HOURS } from "./clock-slack.ts";
import type { Incident } from "./incident.ts";
import type { Stamp } from "./incident-action.ts";

/** Hours between the six stamps; absent where one of the two is not known. "MTTR" is used for four of these. */
export interface IncidentTimes {
  /** From the first bad run until somebody saw it. */
  readonly toDetect?: number;
  /** How long wrong data could be read: until it was mitigated, else until it was repaired. */
  readonly exposure?: number;
  readonly toMitigate?: number;
  readonly toRepair?: number;
  /** From being told to having seen it, by domain. */
  readonly toAcknowledge: Readonly<Record<string, number>>;
}

export function timesOf(incident: Incident): IncidentTimes {
  const { stamps } = incident;
  const between = (from: Stamp, to: Stamp): number | undefined =>
    hoursBetween(stamps[from], stamps[to]);
  const toDetect = between("first_bad_run", "detected");
  const exposure = hoursBetween(stamps.first_bad_run, stamps.mitigated ?? stamps.repaired);
  const toMitigate = between("detected", "mitigated");
  const hoursToRepair = toRepair(incident);
  return {
    ...(toDetect === undefined ? {} : { toDetect }),
    ...(exposure === undefined ? {} : { exposure }),
    ...(toMitigate === undefined ? {} : { toMitigate }),
    ...(hoursToRepair === undefined ? {} : { toRepair: hoursToRepair }),
    toAcknowledge: acknowledgeTimes(incident),
  };
}

/** From when it was detected until it was repaired; undefined where one of the two is not known. */
export const toRepair = ({ stamps }: Pick<Incident, "stamps">): number | undefined =>
  hoursBetween(stamps.detected, stamps.repaired);

function acknowledgeTimes({
  acknowledged,
  affected,
  told,
  openedAt,
}: Incident): Record<string, number> {
  const times: Record<string, number> = {};
  for (const [domain, { at }] of Object.entries(acknowledged)) {
    const owners = affected.flatMap((one) => (one.domain === domain ? (one.owner ?? []) : []));
    const first = owners.flatMap((owner) => told[owner] ?? []).sort()[0] ?? openedAt;
    // Who saw it before the message went out needed no time.
    times[domain] = hoursBetween(first, at) ?? 0;
  }
  return times;
}

/** A little below 0 the clocks disagree, and it took no time; further below, one of the two is wrong, and nobody knows. */
export function hoursBetween(from: string | undefined, to: string | undefined): number | undefined {
  const start = from === undefined ? undefined : hoursSinceEpoch(from);
  const end = to === undefined ? undefined : hoursSinceEpoch(to);
  if (start === undefined || end === undefined || end - start < -CLOCK_SLACK_HOURS)
    return undefined;
  return Math.max(0, end - start);
}
