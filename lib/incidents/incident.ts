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
  /** By asset: the last dispute of what was held for the cause before another was. */
  readonly disputes?: Readonly<Record<string, CauseDispute>>;
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
  /** By their numbers, from 0 on: nothing is ever taken out. */
  readonly published: readonly KeptPublished[];
  readonly repair: readonly (RepairStep & { readonly isDone: boolean })[];
  readonly status?: string;
  readonly links: readonly { readonly to: string; readonly href: string }[];
  /** Number of the last entry. */
  readonly seq: number;
}

export interface KeptPublished extends Published {
  readonly isDone: boolean;
  /** Found by the product, for the cause; else somebody listed it. */
  readonly isFound?: true;
  /** Found for a cause, or a time, that is not held for right any more: no task. */
  readonly isObsolete?: true;
}

/** Things that went out, each with its number: without what was found for a cause that is none any more. */
export const listPublished = (
  published: Incident["published"],
): readonly (KeptPublished & { readonly item: number })[] =>
  published.flatMap((one, item) => (one.isObsolete === true ? [] : [{ ...one, item }]));

export interface IncidentCause {
  readonly asset: string;
  readonly domain?: string;
  readonly column?: string;
  readonly change?: LoggedChange;
  /** It is not in the graph: whom it reaches is not known. */
  readonly reach?: "unknown";
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
