import type { Outcome } from "./decide-gate.ts";
import type { GateMiss, GateRun, LoggedFinding } from "./gate-run.ts";

/** What the gate did over some time, for the people who have to say whether it is worth its price. */
export interface GateSummary {
  readonly runs: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  /** Changes (pull requests; a run without one stands for itself) that some run of it stopped, or would have. */
  readonly changes: number;
  readonly stopped: number;
  readonly wouldHaveStopped: number;
  /** Of both, those whose last run lets them pass: mended, waived or withdrawn from. */
  readonly passedLater: number;
  /** Different findings that counted, and how many of them were judged wrong. */
  readonly findings: number;
  readonly wrong: number;
  /** Seconds that pipelines waited; absent without a run. */
  readonly seconds?: { readonly total: number; readonly median: number; readonly p90: number };
}

/** The counts of one month; they are kept when its runs no longer are. */
export interface GateMonth {
  /** `2026-03`, in UTC. */
  readonly month: string;
  readonly summary: GateSummary;
}

/** A change that some run of it stopped, or would have. */
export interface StoppedChange {
  /** Of the pull request; absent: the run stands for itself. */
  readonly key?: string;
  readonly link?: string;
  /** ISO 8601, of the last run. */
  readonly at: string;
  readonly base: string;
  readonly head: string;
  readonly runs: number;
  /** The worst of its runs. */
  readonly outcome: Exclude<Outcome, "passed">;
  /** Its last run lets it pass. */
  readonly passedLater: boolean;
  /** What counted in any of its runs, each finding once. */
  readonly findings: readonly LoggedFinding[];
}

/** What the gate said and what people said of it. */
export interface GatePage {
  /** ISO 8601: runs before it are not counted. */
  readonly since: string;
  readonly summary: GateSummary;
  /** Of all times, the newest first; also those whose runs are no longer kept. */
  readonly months: readonly GateMonth[];
  /** The newest first; only the latest. */
  readonly stopped: readonly StoppedChange[];
  readonly moreStopped: number;
  /** The newest first; only the latest. */
  readonly runs: readonly GateRun[];
  readonly moreRuns: number;
  /** Of all times, the one that was judged last first. */
  readonly misses: readonly GateMiss[];
}
