import type {
  AffectedAsset,
  ClosingReason,
  IncidentState,
  Published,
  RepairStep,
  ReportedSymptom,
  Role,
  Stamp,
  SuspectedCause,
} from "./incident-action.ts";
import type { LoggedChange } from "./suspect.ts";

/** What all entries of an incident add up to. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly state: IncidentState;
  readonly closing?: ClosingReason | undefined;
  readonly duplicateOf?: string | undefined;
  readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4";
  readonly openedAt: string;
  readonly symptoms: readonly ReportedSymptom[];
  /** Things that are told to be broken beside those: counted, not listed. Absent: none. */
  readonly unlisted?: number;
  readonly healthy: readonly string[];
  readonly affected: readonly AffectedAsset[];
  readonly cause?: IncidentCause | undefined;
  /** What the product holds for the cause, until somebody picks one. */
  readonly suspected?: SuspectedCause;
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
  readonly dispute?: CauseDispute;
}

/** Somebody does not agree with a cause; until it is decided, the cause counts for nobody. */
export interface CauseDispute {
  /** ISO 8601. */
  readonly at: string;
  readonly domain: string;
  readonly reason: string;
  readonly decided?: {
    readonly at: string;
    readonly role: string;
    readonly stands: boolean;
    readonly reason: string;
  };
}

/** Why an action cannot be taken now. */
export interface IncidentProblem {
  readonly code: "not-open" | "not-allowed" | "taken" | "unknown-item";
  readonly message: string;
  readonly next?: string;
}
