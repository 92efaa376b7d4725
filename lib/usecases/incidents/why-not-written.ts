import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { CLOCK_SLACK_HOURS } from "#lib/incidents/clock-slack.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import {
  type IncidentAction,
  type IncidentEvent,
  STAMPS,
  type Stamp,
} from "#lib/incidents/incident-action.ts";
import type { Actor } from "../access/authenticate-request.ts";
import type { Logged } from "../audit/record-log.ts";
import type { Failure } from "../failure.ts";

type Confirming = Extract<IncidentAction, { readonly kind: "confirm_cause" }>;
type Stamping = Extract<IncidentAction, { readonly kind: "stamp" }>;

/** Why a new entry would make the record say what cannot be. What was written before is read as it stands. */
export function whyNotWritten(
  actor: Actor,
  {
    logged,
    action,
  }: { readonly logged: Logged<IncidentEvent, Incident>; readonly action: IncidentAction },
): Failure | undefined {
  if (action.kind === "confirm_cause") return whyNotConfirmed(actor, { logged, action });
  if (action.kind === "dispute_cause") return whyNotDisputed(actor, logged.state, action.domain);
  return action.kind === "stamp" ? whyNotStamped(logged.state, action) : undefined;
}

/** While a cause is disputed it counts for nobody: only those whom it concerns can hold it up. */
function whyNotDisputed(
  actor: Actor,
  { cause, affected }: Incident,
  domain: string,
): Failure | undefined {
  if (actor.domain !== undefined && actor.domain !== domain)
    return {
      code: "forbidden",
      message: `this token speaks for ${actor.domain}, not for ${domain}`,
    };
  const concerned = new Set([
    ...(cause?.domain === undefined ? [] : [cause.domain]),
    ...affected.flatMap((asset) => asset.domain ?? []),
  ]);
  if (cause?.domain === undefined || concerned.has(domain)) return undefined;
  return {
    code: "forbidden",
    message: `${domain} is neither the cause's domain nor affected`,
    next: `those who may dispute it are ${[...concerned].sort().join(", ")}`,
  };
}

/** Both sides mean two: who signs in confirms for one of them, and a domain's token not for the side of another domain. */
function whyNotConfirmed(
  actor: Actor,
  {
    logged: { state, events },
    action: { side },
  }: { readonly logged: Logged<IncidentEvent, Incident>; readonly action: Confirming },
): Failure | undefined {
  const { cause } = state;
  if (cause === undefined) return undefined;
  if (side === "lead" ? cause.confirmedByLead : cause.confirmedByCauseSide)
    return { code: "conflict", message: `the cause is confirmed ${nameSide(side)} already` };
  if (actor.kind === "local") return undefined;
  if (side === "cause_side" && actor.domain !== undefined && cause.domain !== undefined) {
    if (actor.domain !== cause.domain)
      return {
        code: "forbidden",
        message: `this token speaks for ${actor.domain}, and the cause is of ${cause.domain}`,
      };
  }
  // Picked again, the same cause stays confirmed: what counts is who confirmed it last for the other side, if it holds.
  const isOther = side === "lead" ? cause.confirmedByCauseSide : cause.confirmedByLead;
  const other = isOther
    ? events.findLast(
        (event) => event.action.kind === "confirm_cause" && event.action.side !== side,
      )
    : undefined;
  return other?.actor === actor.name
    ? {
        code: "forbidden",
        message: `${actor.name} confirmed it ${nameSide(side === "lead" ? "cause_side" : "lead")}`,
        next: "somebody else has to confirm it for this side",
      }
    : undefined;
}

const nameSide = (side: Confirming["side"]): string =>
  side === "lead" ? "as the lead" : "on the causing side";

/** Of these the one cannot be before the other; detection and mitigation can come in either order. */
const AFTER: Partial<Record<Stamp, readonly Stamp[]>> = {
  first_bad_run: ["deployed"],
  detected: ["first_bad_run"],
  acknowledged: ["detected"],
  mitigated: ["first_bad_run"],
  repaired: ["first_bad_run", "mitigated"],
};

function whyNotStamped({ stamps }: Incident, { stamp, time }: Stamping): Failure | undefined {
  const all = { ...stamps, [stamp]: time };
  for (const later of STAMPS) {
    for (const earlier of AFTER[later] ?? []) {
      if (later !== stamp && earlier !== stamp) continue;
      const [start, end] = [all[earlier], all[later]];
      if (start === undefined || end === undefined) continue;
      if ((hoursSinceEpoch(end) ?? 0) >= (hoursSinceEpoch(start) ?? 0) - CLOCK_SLACK_HOURS)
        continue;
      return {
        code: "bad-usage",
        message: `${nameStamp(later)} at ${end} would be before ${nameStamp(earlier)} at ${start}`,
        next: "correct the one that is wrong first",
      };
    }
  }
  return undefined;
}

const nameStamp = (stamp: Stamp): string => stamp.replaceAll("_", " ");
