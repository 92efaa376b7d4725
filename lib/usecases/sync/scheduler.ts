import type { Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { ReadServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { type ConfiguredSource, nameOfSource } from "./run-sync.ts";
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
/** Sources that are read beside each other: each holds a graph in memory. */
const AT_ONCE = 2;
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
  const running = new Map<string, Promise<void>>();
  let ticking: Promise<void> = Promise.resolve();
  let isClosed = false;
  const tick = async (): Promise<void> => {
    const due = await listDue(setup, new Set(running.keys()));
    for (const name of due.slice(0, Math.max(0, AT_ONCE - running.size))) {
      if (isClosed) return;
      running.set(
        name,
        runOne(setup, name).finally(() => running.delete(name)),
      );
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
      await Promise.all(running.values());
    },
  };
}

/** The longest due first. A store that is away is asked again at the next tick. */
async function listDue(
  { config, store, now }: SchedulerSetup,
  running: ReadonlySet<string>,
): Promise<readonly string[]> {
  const found = await config();
  const sources = (found?.config.sources ?? []).filter(
    (source) => scheduleOf(source) !== undefined,
  );
  if (sources.length === 0) return [];
  const opened = await store();
  if (!opened.ok) return [];
  const due: { readonly name: string; readonly at: number }[] = [];
  for (const source of sources) {
    const name = nameOfSource(source);
    if (running.has(name)) continue;
    const status = await readSyncStatus(opened.value, name);
    const at = status.ok ? dueAt(source, status.value) : undefined;
    if (at !== undefined && at <= now().getTime()) due.push({ name, at });
  }
  return due.sort((a, b) => a.at - b.at).map(({ name }) => name);
}

async function runOne({ run, say }: SchedulerSetup, name: string): Promise<void> {
  const done = await run(name);
  if (!done.ok) say(`faultline: ${name} could not be read: ${done.error.message}`);
}
