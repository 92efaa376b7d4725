import type { Outcome } from "./decide-gate.ts";
import { type GateMiss, type GateRun, isWrong, type LoggedFinding } from "./gate-run.ts";

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

/** Runs in any order. Linear in the runs and their findings. */
export function summariseGate(runs: readonly GateRun[], misses: readonly GateMiss[]): GateSummary {
  const byOutcome: Record<Outcome, number> = {
    passed: 0,
    blocked: 0,
    would_block: 0,
    incomplete: 0,
    would_be_incomplete: 0,
  };
  for (const { outcome } of runs) byOutcome[outcome] += 1;
  const changes = [...groupRuns(runs).values()];
  const stopped = changes.filter((tries) => tries.some(({ outcome }) => STOPS.has(outcome)));
  const would = changes.filter(
    (tries) => !stopped.includes(tries) && tries.some(({ outcome }) => WOULD_STOP.has(outcome)),
  );
  const counted = new Set(
    runs.flatMap(({ findings }) =>
      findings.flatMap((finding) => (finding.counts ? [finding.fingerprint] : [])),
    ),
  );
  const wrong = misses.filter((miss) => isWrong(miss) && counted.has(miss.fingerprint));
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
  return {
    runs: runs.length,
    byOutcome,
    changes: changes.length,
    stopped: stopped.length,
    wouldHaveStopped: would.length,
    passedLater: [...stopped, ...would].filter((tries) => tries.at(-1)?.outcome === "passed")
      .length,
    findings: counted.size,
    wrong: wrong.length,
    ...(seconds.length === 0
      ? {}
      : {
          seconds: {
            total: seconds.reduce((sum, one) => sum + one, 0),
            median: at(seconds, 0.5),
            p90: at(seconds, 0.9),
          },
        }),
  };
}

/** Each month that has runs, the newest first. */
export function summariseMonths(
  runs: readonly GateRun[],
  misses: readonly GateMiss[],
): readonly GateMonth[] {
  const months = new Map<string, GateRun[]>();
  for (const run of runs) {
    const list = months.get(monthOf(run.at));
    if (list) list.push(run);
    else months.set(monthOf(run.at), [run]);
  }
  return [...months]
    .map(([month, own]) => ({ month, summary: summariseGate(own, misses) }))
    .sort((a, b) => (a.month < b.month ? 1 : -1));
}

/** `2026-03` of an ISO 8601 time in UTC. */
export const monthOf = (at: string): string => at.slice(0, 7);

/** The changes that were stopped, or would have been: the last one first. */
export function listStopped(runs: readonly GateRun[]): readonly StoppedChange[] {
  return [...groupRuns(runs).values()].flatMap(stoppedOf).sort((a, b) => (a.at < b.at ? 1 : -1));
}

function stoppedOf(tries: readonly GateRun[]): readonly StoppedChange[] {
  const last = tries.at(-1);
  const outcome = WORST_FIRST.find((one) => tries.some((run) => run.outcome === one));
  if (last === undefined || outcome === undefined) return [];
  const counted = tries.flatMap(({ findings }) => findings.filter(({ counts }) => counts));
  const { key, link, at: lastAt, base, head } = last;
  return [
    {
      ...(key === undefined ? {} : { key }),
      ...(link === undefined ? {} : { link }),
      at: lastAt,
      base,
      head,
      runs: tries.length,
      outcome,
      passedLater: last.outcome === "passed",
      findings: [...new Map(counted.map((one) => [one.fingerprint, one])).values()],
    },
  ];
}

const WORST_FIRST = ["blocked", "incomplete", "would_block", "would_be_incomplete"] as const;

const STOPS: ReadonlySet<Outcome> = new Set<Outcome>(["blocked", "incomplete"]);
const WOULD_STOP: ReadonlySet<Outcome> = new Set<Outcome>(["would_block", "would_be_incomplete"]);

/** The tries of each change, the oldest first. */
function groupRuns(runs: readonly GateRun[]): ReadonlyMap<string, readonly GateRun[]> {
  const groups = new Map<string, GateRun[]>();
  const inOrder = [...runs].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  for (const [number, run] of inOrder.entries()) {
    const name = run.key === undefined ? `run ${number}` : `key ${run.key}`;
    const tries = groups.get(name);
    if (tries) tries.push(run);
    else groups.set(name, [run]);
  }
  return groups;
}

/** Nearest rank of sorted numbers; of none 0. */
const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
