import type { Outcome } from "./decide-gate.ts";
import type { GateMonth, GateSummary, StoppedChange } from "./gate-page.ts";
import { type GateMiss, type GateRun, isWrong } from "./gate-run.ts";

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
