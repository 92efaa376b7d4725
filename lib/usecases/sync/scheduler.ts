import type { Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { ReadServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { type ConfiguredSource, nameOfSource } from "./configured-source.ts";
import { nextAfter, parseCron, parseEvery, type Schedule } from "./schedule.ts";
import { readSyncStatus, type SyncStatus } from "./sync-status.ts";

export interface Scheduler {
  /** Ends; runs that are under way are waited for. */
  readonly close: () => Promise<void>;
}

export interface SchedulerSetup {
  readonly config: ReadServerConfig;
  readonly store: () => Promise<Result<LineageStore, Failure>>;
  /** Reads one source; fails where it could not even be tried. */
  readonly run: (name: string) => Promise<Result<unknown, Failure>>;
  readonly now: () => Date;
  readonly say: (line: string) => void;
  readonly tickMs?: number;
}

const TICK_MS = 5_000;
/** Sources that are begun beside each other: each holds a graph in memory. */
const AT_ONCE = 2;
/** A run that takes longer mostly waits for its source: it no longer keeps others from being begun. */
const SLOW_MS = 30_000;
/** With those that wait. What failed last time leaves `AT_ONCE` of them to the others, and one of those that are begun. */
const MOST_AT_ONCE = 6;
/** A run that failed is due again after this, doubled with every failure, at most as often as its schedule says. */
const RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;

export const scheduleOf = ({ every, cron }: ConfiguredSource): Schedule | undefined => {
  const parsed =
    every === undefined ? (cron === undefined ? undefined : parseCron(cron)) : parseEvery(every);
  return parsed?.ok ? parsed.value : undefined;
};

/** When a source is due, in milliseconds since 1970; undefined: only when somebody asks. */
export function dueAt(
  source: ConfiguredSource,
  status: SyncStatus | undefined,
): number | undefined {
  const schedule = scheduleOf(source);
  if (schedule === undefined) return undefined;
  if (status === undefined || status.state === "removed") return 0;
  const started = Date.parse(status.startedAt);
  const next = nextAfter(schedule, started);
  if (status.state !== "failed" || next === undefined) return next;
  const retry = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.max(0, status.failures - 1));
  return Math.min(next, started + retry);
}

/** Reads the sources of a configuration when they are due, each one alone, until it is closed. */
export function startScheduler(setup: SchedulerSetup): Scheduler {
  const running = new Map<string, Running>();
  let ticking: Promise<void> = Promise.resolve();
  let isClosed = false;
  const tick = async (): Promise<void> => {
    const due = await listDue(setup, new Set(running.keys()));
    for (const one of due) {
      if (isClosed) return;
      if (!hasRoom([...running.values()], { one, now: setup.now().getTime() })) continue;
      const done = runOne(setup, one.name).finally(() => running.delete(one.name));
      running.set(one.name, { began: setup.now().getTime(), done });
    }
  };
  let isTicking = false;
  const timer = setInterval(() => {
    if (isTicking) return;
    isTicking = true;
    ticking = tick().finally(() => {
      isTicking = false;
    });
  }, setup.tickMs ?? TICK_MS);
  timer.unref();
  return {
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await ticking;
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

interface Running {
  /** In milliseconds since 1970. */
  readonly began: number;
  readonly done: Promise<void>;
}

interface Due {
  readonly name: string;
  readonly at: number;
  /** It could not be read last time, and may hang again. */
  readonly isDoubtful: boolean;
}

/** Sources that do not answer must not keep the others waiting. */
function hasRoom(
  running: readonly Running[],
  { one, now }: { readonly one: Due; readonly now: number },
): boolean {
  const begun = running.filter(({ began }) => now - began < SLOW_MS).length;
  const [slots, most] = one.isDoubtful
    ? [AT_ONCE - 1, MOST_AT_ONCE - AT_ONCE]
    : [AT_ONCE, MOST_AT_ONCE];
  return begun < slots && running.length < most;
}

/** The longest due first. A store that is away is asked again at the next tick. */
async function listDue(
  { config, store, now }: SchedulerSetup,
  running: ReadonlySet<string>,
): Promise<readonly Due[]> {
  const found = await config();
  const sources = (found?.config.sources ?? []).filter(
    (source) => scheduleOf(source) !== undefined,
  );
  if (sources.length === 0) return [];
  const opened = await store();
  if (!opened.ok) return [];
  const due: Due[] = [];
  for (const source of sources) {
    const name = nameOfSource(source);
    if (running.has(name)) continue;
    const status = await readSyncStatus(opened.value, name);
    const at = status.ok ? dueAt(source, status.value) : undefined;
    const isDoubtful = status.ok && (status.value?.failures ?? 0) > 0;
    if (at !== undefined && at <= now().getTime()) due.push({ name, at, isDoubtful });
  }
  return due.sort((a, b) => a.at - b.at);
}

async function runOne({ run, say }: SchedulerSetup, name: string): Promise<void> {
  const done = await run(name);
  if (!done.ok) say(`faultline: ${name} could not be read: ${done.error.message}`);
}
