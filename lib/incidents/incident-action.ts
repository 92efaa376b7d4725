import type { Finding } from "./finding.ts";
import type { Showing } from "./observation.ts";
import type { LoggedChange } from "./suspect.ts";

export const INCIDENT_STATES = [
  "reported",
  "triaged",
  "mitigating",
  "repaired",
  "learned",
  "closed",
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** Why an incident ended without having been one, or elsewhere. */
export const CLOSING_REASONS = ["expected", "false_positive", "duplicate"] as const;
export type ClosingReason = (typeof CLOSING_REASONS)[number];

/** In the order in which they usually happen: the six time stamps. */
export const STAMPS = [
  "deployed",
  "first_bad_run",
  "detected",
  "acknowledged",
  "mitigated",
  "repaired",
] as const;
export type Stamp = (typeof STAMPS)[number];

export const ROLES = ["lead", "cause_side", "communications", "contact"] as const;
export type Role = (typeof ROLES)[number];

/** What went out while it was wrong and has to be taken back, trained or sent again. */
export interface Published {
  readonly asset: string;
  /** `a model was trained`, `an edition was sent`, `an export was pushed`. */
  readonly what: string;
  readonly task: "retrain" | "roll_back" | "reissue" | "correct";
  readonly owner?: string;
  /** ISO 8601. */
  readonly at?: string;
}

export interface ReportedSymptom {
  readonly ref: string;
  readonly shows?: Showing;
  /** What a check that failed looks for. */
  readonly found?: Finding;
  readonly seen?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly toldBy?: string;
}

/** A cause that the product holds for likely. */
export interface SuspectedCause {
  readonly asset: string;
  readonly name: string;
  readonly column?: string;
  /** What is supposed to have happened. */
  readonly fault: string;
  /** Nats. */
  readonly score: number;
}

/** An asset on whose side something is to be done or known: by id, with the domain and the owner it had at the time. */
export interface AffectedAsset {
  readonly asset: string;
  readonly name: string;
  readonly domain?: string;
  readonly owner?: string;
  readonly tier?: 1 | 2 | 3 | 4;
}

/** What somebody, or a machine, does with an incident. Everything that is known of it is the sum of these. */
export type IncidentAction =
  | {
      readonly kind: "open";
      readonly title: string;
      readonly symptoms: readonly ReportedSymptom[];
      readonly healthy?: readonly string[];
      readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4";
      readonly affected: readonly AffectedAsset[];
    }
  | {
      readonly kind: "add_symptom";
      readonly symptom: ReportedSymptom;
      /** Other names of the same thing under which the incident lists it: added by the product. */
      readonly alike?: readonly string[];
    }
  /** How many more things are told to be broken than are listed, all in all. */
  | { readonly kind: "count_unlisted"; readonly count: number }
  | { readonly kind: "see_healthy"; readonly ref: string; readonly alike?: readonly string[] }
  | { readonly kind: "affect"; readonly affected: readonly AffectedAsset[] }
  | {
      readonly kind: "pick_suspect";
      readonly asset: string;
      readonly domain?: string;
      readonly column?: string;
      readonly change?: LoggedChange;
      /** It is not in the graph: added by the product. */
      readonly reach?: "unknown";
    }
  /** The likeliest cause as the product ranks it; nobody has picked it yet. */
  | { readonly kind: "suspect"; readonly suspected: SuspectedCause }
  | { readonly kind: "reject_suspect"; readonly asset: string; readonly reason: string }
  | { readonly kind: "confirm_cause"; readonly side: "lead" | "cause_side" }
  /** A domain does not agree that it, or what it has, is the cause. */
  | { readonly kind: "dispute_cause"; readonly domain: string; readonly reason: string }
  /** By a named role, after five working days: the dispute is right, or the cause stands. */
  | {
      readonly kind: "decide_dispute";
      readonly role: string;
      readonly stands: boolean;
      readonly reason: string;
    }
  | {
      readonly kind: "take_role";
      readonly role: Role;
      readonly who: string;
      /** Of a contact: for which affected domain. */
      readonly domain?: string;
      /** Whom it relieves; needed where somebody has the role already. */
      readonly relieves?: string;
    }
  | { readonly kind: "acknowledge"; readonly domain: string }
  | { readonly kind: "tell"; readonly owner: string; readonly domain?: string }
  | {
      readonly kind: "set_state";
      readonly state: IncidentState;
      readonly closing?: ClosingReason;
      /** Of a duplicate: the other incident. */
      readonly duplicateOf?: string;
      /** Needed to end without a cause that both sides agree on. */
      readonly reason?: string;
    }
  | { readonly kind: "set_severity"; readonly severity: "SEV1" | "SEV2" | "SEV3" | "SEV4" }
  | { readonly kind: "stamp"; readonly stamp: Stamp; readonly time: string }
  | {
      readonly kind: "publish";
      readonly published: Published;
      /** Given by the product. Entries without one are older, and list each asset once. */
      readonly item?: number;
    }
  | { readonly kind: "finish_published"; readonly item: number }
  | {
      readonly kind: "plan_repair";
      readonly steps: readonly RepairStep[];
      /** What went out meanwhile, as far as the product finds it. Entries without it are older: they say it one by one. */
      readonly published?: readonly Published[];
    }
  | { readonly kind: "finish_repair"; readonly asset: string }
  | { readonly kind: "note"; readonly text: string; readonly link?: string }
  | { readonly kind: "status"; readonly text: string }
  | {
      readonly kind: "link";
      readonly to: "change" | "review" | "incident" | "run";
      readonly href: string;
    };

/** What to fill again, and from when on. */
export interface RepairStep {
  readonly asset: string;
  readonly name: string;
  readonly owner?: string;
  /** ISO 8601: the first run that wrote wrong data. */
  readonly since?: string;
}

/** An action with who did it and when; the list of them is append-only. */
export interface IncidentEvent {
  /** From 1 on, without gaps. */
  readonly seq: number;
  /** ISO 8601, by the clock of the server. */
  readonly at: string;
  readonly actor: string;
  /** A machine told it, not a person. */
  readonly isMachine?: true;
  readonly action: IncidentAction;
}
