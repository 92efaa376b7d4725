import type { Certainty } from "#lib/impact/change.ts";

/**
 * What evidence counts, in nats (natural logarithm of odds). Sums of them are the scores; answers name the version.
 * Judged at first (design: incidents, 4.1), then held against injected faults by `npm run triage-bench`.
 */
export interface TriageWeights {
  readonly version: string;
  /** Chance that something is reported broken although nothing that the suspect does reaches it. */
  readonly falseAlarm: number;
  /** The same of what is no opinion: a run that failed, an age that was measured, what an engine did not find. */
  readonly falseError: number;
  /** Chance that an asset with this verdict is seen to be broken. */
  readonly shows: {
    readonly loud: number;
    readonly silent: number;
    readonly stale: number;
    readonly relabelled: number;
    readonly unknown: number;
    /** Of a failure: the share that is seen behind another failure too. */
    readonly passedOn: number;
    /** On the way of the data, but the path absorbs the effect. */
    readonly absorbed: number;
  };
  /** Chance that whatever a fault should have broken and is healthy was spared for one reason that cannot be seen from here. */
  readonly spared: number;
  readonly certainty: Readonly<Record<Certainty, number>>;
  /** A logged change of age h hours adds `recent + ln(max(exp(-h / fadesInHours), floor))`. */
  readonly change: {
    readonly recent: number;
    readonly fadesInHours: number;
    readonly floor: number;
    readonly unknownAgeHours: number;
    /** The weights hold where this share of the assets changed within that time; `weighLog` moves them where another did. */
    readonly usualShare: number;
    /** Assets of the usual share that are added to those of the graph. */
    readonly counted: number;
    readonly mostShare: number;
  };
  /** How suspects of two causes become one list. */
  readonly order: {
    /** Differences of scores are divided by this. */
    readonly temper: number;
    /** Nats from which a second cause is as likely as none. */
    readonly secondAtLeast: number;
    /** What changed may have broken something beside the first cause, with at most this chance: half of it at so many nats. */
    readonly beside: { readonly most: number; readonly halfAt: number };
    /** Suspects that no log names take turns where less than so many nats of evidence tell them apart. */
    readonly alike: number;
  };
  readonly noChange: number;
  /** The same for what reads nothing here: others fill it, and no log of ours would tell. */
  readonly noChangeOutside: number;
  readonly failedRun: number;
  /** The suspect itself was looked at and is healthy. */
  readonly seenHealthy: number;
}

export const DEFAULT_TRIAGE_WEIGHTS: TriageWeights = {
  version: "triage-5",
  falseAlarm: 0.03,
  falseError: 0.01,
  shows: {
    loud: 0.9,
    silent: 0.6,
    stale: 0.5,
    relabelled: 0.15,
    unknown: 0.4,
    passedOn: 0.5,
    absorbed: 0.05,
  },
  spared: 0.1,
  certainty: { certain: 1, likely: 0.8, possible: 0.4 },
  change: {
    recent: 2.8,
    fadesInHours: 24,
    floor: 0.02,
    unknownAgeHours: 24,
    usualShare: 0.05,
    counted: 200,
    mostShare: 0.5,
  },
  order: { temper: 1, secondAtLeast: 1.5, beside: { most: 0.2, halfAt: 3 }, alike: 1.5 },
  noChange: -1.5,
  noChangeOutside: -0.9,
  failedRun: 2.5,
  seenHealthy: -0.7,
};
