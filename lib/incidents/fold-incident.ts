import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { changeIncident } from "./change-incident.ts";
import { checkEntry } from "./check-entry.ts";
import type { Incident, IncidentProblem } from "./incident.ts";
import type { IncidentAction, IncidentEvent } from "./incident-action.ts";

/** The incident that entries add up to. Entries were checked when they were made: none is refused afterwards. */
export function foldIncident(
  id: string,
  events: readonly IncidentEvent[],
): Result<Incident, IncidentProblem> {
  let incident: Incident | undefined;
  for (const event of events) {
    const next = addEvent({ id, incident, event });
    if (!next.ok) return next;
    incident = next.value;
  }
  return incident === undefined
    ? err({ code: "not-open", message: `${id} was never opened` })
    : ok(incident);
}

export interface ApplyInput {
  readonly id: string;
  readonly incident: Incident | undefined;
  readonly event: IncidentEvent;
}

/** One more entry: the incident after it, or why it cannot be made now. */
export function applyEvent(input: ApplyInput): Result<Incident, IncidentProblem> {
  const { incident, event } = input;
  const problem = incident === undefined ? undefined : checkEntry(incident, event);
  return problem === undefined ? addEvent(input) : err(problem);
}

function addEvent({ id, incident, event }: ApplyInput): Result<Incident, IncidentProblem> {
  const { action, seq } = event;
  if (incident === undefined) {
    return action.kind === "open"
      ? ok(openIncident(id, action, event))
      : err({ code: "not-open", message: `there is no incident ${id}` });
  }
  return ok({ ...incident, ...changeIncident(incident, event), seq });
}

function openIncident(
  id: string,
  { title, symptoms, healthy, severity, affected }: Extract<IncidentAction, { kind: "open" }>,
  { at, seq }: IncidentEvent,
): Incident {
  const since = symptoms.flatMap((symptom) => symptom.since ?? []).sort()[0];
  return {
    id,
    title,
    state: "reported",
    severity,
    openedAt: at,
    symptoms,
    healthy: healthy ?? [],
    affected,
    rejected: [],
    roles: {},
    contacts: {},
    acknowledged: {},
    told: {},
    stamps: { detected: since === undefined || since > at ? at : since },
    published: [],
    repair: [],
    links: [],
    seq,
  };
}
