import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { changeIncident } from "./change-incident.ts";
import type {
  AffectedAsset,
  ClosingReason,
  IncidentAction,
  IncidentEvent,
  IncidentState,
  Published,
  RepairStep,
  ReportedSymptom,
  Role,
  Stamp,
} from "./incident-action.ts";
import type { LoggedChange } from "./suspect.ts";

/** What all entries of an incident add up to. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly state: IncidentState;
  readonly closing?: ClosingReason;
  readonly duplicateOf?: string;
  readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4";
  readonly openedAt: string;
  readonly symptoms: readonly ReportedSymptom[];
  readonly healthy: readonly string[];
  readonly affected: readonly AffectedAsset[];
  readonly cause?: IncidentCause | undefined;
  readonly rejected: readonly { readonly asset: string; readonly reason: string }[];
  readonly roles: Readonly<Partial<Record<Exclude<Role, "contact">, string>>>;
  /** By affected domain. */
  readonly contacts: Readonly<Record<string, string>>;
  readonly acknowledged: Readonly<Record<string, { readonly at: string; readonly actor: string }>>;
  /** By owner: when it was told first. */
  readonly told: Readonly<Record<string, string>>;
  readonly stamps: Readonly<Partial<Record<Stamp, string>>>;
  readonly published: readonly (Published & { readonly isDone: boolean })[];
  readonly repair: readonly (RepairStep & { readonly isDone: boolean })[];
  readonly status?: string;
  readonly links: readonly { readonly to: string; readonly href: string }[];
  /** Number of the last entry. */
  readonly seq: number;
}

export interface IncidentCause {
  readonly asset: string;
  readonly domain?: string;
  readonly column?: string;
  readonly change?: LoggedChange;
  readonly confirmedByLead: boolean;
  readonly confirmedByCauseSide: boolean;
}

/** Why an action cannot be taken now. */
export interface IncidentProblem {
  readonly code: "not-open" | "not-allowed" | "taken" | "unknown-item";
  readonly message: string;
  readonly next?: string;
}

/** The incident that entries add up to. Entries were checked when they were made, so that they all fit. */
export function foldIncident(
  id: string,
  events: readonly IncidentEvent[],
): Result<Incident, IncidentProblem> {
  let incident: Incident | undefined;
  for (const event of events) {
    const next = applyEvent({ id, incident, event });
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

/** One more entry: the incident after it, or why it cannot be. */
export function applyEvent({ id, incident, event }: ApplyInput): Result<Incident, IncidentProblem> {
  const { action, seq } = event;
  if (incident === undefined) {
    return action.kind === "open"
      ? ok(openIncident(id, action, event))
      : err({ code: "not-open", message: `there is no incident ${id}` });
  }
  const changed = changeIncident(incident, action, event);
  return changed.ok ? ok({ ...incident, ...changed.value, seq }) : changed;
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
