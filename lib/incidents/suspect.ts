import type { VerdictAsset } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";

/** Something that somebody did, as a log tells it. */
export interface LoggedChange {
  readonly asset: string | { readonly namespace: string; readonly name: string };
  readonly column?: string;
  /** ISO 8601. */
  readonly at?: string;
  /** What it was, where that is known; absent: something was deployed. */
  readonly change?: ChangeInput;
}

/** A run that did not end well. */
export interface FailedRun {
  readonly relation: number;
  readonly at?: string;
}

export type TermName =
  | "symptoms"
  | "healthy"
  | "change"
  | "no_change"
  | "failed_run"
  | "own_checks";

/** One addend of a score, in nats, with its words. */
export interface SuspectTerm {
  readonly term: TermName;
  readonly value: number;
  readonly text: string;
}

export interface ExplainedSymptom {
  readonly ref: string;
  readonly asset: VerdictAsset;
  readonly column?: string;
  /** Assets between the suspect and it, it included; 0: the suspect itself. */
  readonly hops: number;
}

export interface Suspect {
  readonly asset: VerdictAsset;
  readonly column?: string;
  /** What is supposed to have happened: the logged change, or the kind of fault that explains the symptoms best. */
  readonly fault: string;
  /** Nats: the sum of the terms. */
  readonly score: number;
  readonly terms: readonly SuspectTerm[];
  readonly explains: readonly ExplainedSymptom[];
  /** Healthy observations that the fault should have touched. */
  readonly contradicted: readonly string[];
  /** Suspects with one number cannot be told apart by what was observed. */
  readonly group: number;
  /** 1: explains the most; 2: explains what the first leaves over. */
  readonly cause: number;
  readonly change?: LoggedChange;
}

export interface RejectedSuspect {
  readonly asset: VerdictAsset;
  readonly column?: string;
  readonly reason: string;
  readonly change?: LoggedChange;
}

export interface Triage {
  readonly graphVersion: string;
  readonly suspects: readonly Suspect[];
  /** Symptoms that no suspect explains. */
  readonly unexplained: readonly { readonly ref: string; readonly asset: VerdictAsset }[];
  readonly rejected: readonly RejectedSuspect[];
  /** Upstream assets that were not walked because the budget was spent; 0 in all but huge meshes. */
  readonly notWalked: number;
  readonly weights: string;
}
