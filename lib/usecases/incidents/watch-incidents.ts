import type { Signal } from "#lib/incidents/signals/signal.ts";
import { watchGraph } from "#lib/incidents/signals/watch-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { createWriteQueue } from "../events/queue-writes.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import { groupSignals, hasNews } from "./group-signals.ts";
import { createHistoryKeeper } from "./keep-history.ts";
import { lookAtPromises } from "./keep-promises.ts";
import { keepSignals } from "./keep-signals.ts";

/** Takes what machines tell, and makes incidents of it. */
export interface IncidentWatch {
  /** Resolves once the signals are durable; over the limit they are refused as `busy`. */
  readonly submit: (signals: readonly Signal[]) => Promise<Result<number, Failure>>;
  /** Something was told elsewhere: it is looked at soon. */
  readonly wake: () => void;
  /** Resolves when all that was told is part of an incident. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface WatchOptions {
  readonly workspace: Pick<Workspace, "store" | "view">;
  readonly now: () => Date;
  readonly onFailed: (failure: Failure) => void;
}

/** Alerts of one trouble come together: so long is waited for the others, in milliseconds. */
const GATHER_MS = 300;
const MAX_WAITING = 200_000;
const MAX_GROUP = 20_000;
/** How often the graph itself is looked over. */
const LOOK_EVERY_MS = 60_000;
/** How often it is written down which promises are kept: a budget of one in a hundred is seven hours a month. */
const PROMISES_EVERY_MS = 15 * 60_000;
const LEASE_MS = 30_000;

export function createIncidentWatch({ workspace, now, onFailed }: WatchOptions): IncidentWatch {
  let soon: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;
  let isWoken = false;
  const queue = createWriteQueue<readonly Signal[], number>({
    maxGroupWeight: MAX_GROUP,
    maxWaitingWeight: MAX_WAITING,
    gatherMs: 5,
    write: async (groups) => {
      const store = await workspace.store();
      if (!store.ok) return store;
      const kept = await keepSignals(store.value, groups.flat());
      return kept.ok ? ok(groups.map(() => kept.value)) : kept;
    },
  });
  const run = async (): Promise<void> => {
    while (isWoken && !isClosed) {
      isWoken = false;
      const passed = await pass(workspace, now);
      if (!passed.ok) onFailed(passed.error);
    }
  };
  const wake = (): void => {
    isWoken = true;
    if (isClosed || soon !== undefined || running !== undefined) return;
    soon = setTimeout(() => {
      soon = undefined;
      running = run().finally(() => {
        running = undefined;
        if (isWoken) wake();
      });
    }, GATHER_MS);
    soon.unref();
  };
  const submit: IncidentWatch["submit"] = async (signals) => {
    const kept = await queue.submit(signals, Math.max(1, signals.length));
    if (kept.ok && kept.value > 0) wake();
    return kept;
  };
  const history = createHistoryKeeper();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const lookAtAll = async (): Promise<void> => {
    const at = now().getTime();
    if (at - lookedAt < PROMISES_EVERY_MS) return;
    lookedAt = at;
    const store = await workspace.store();
    const view = await workspace.view();
    if (!store.ok || !view.ok) return;
    const looked = await lookAtPromises({
      store: store.value,
      view: view.value,
      now: now().toISOString(),
    });
    if (!looked.ok) onFailed(looked.error);
  };
  const look = async (): Promise<void> => {
    const view = await workspace.view();
    if (!view.ok) return;
    const store = await workspace.store();
    const changed = store.ok
      ? await history.look(store.value, view.value.graph, now().toISOString())
      : ok([]);
    if (!changed.ok) onFailed(changed.error);
    const signals = [
      ...watchGraph(view.value.graph, now().toISOString()),
      ...(changed.ok ? changed.value : []),
    ];
    const kept = signals.length === 0 ? ok(0) : await submit(signals);
    if (!kept.ok) onFailed(kept.error);
    await lookAtAll();
    // What is over is told as well, and what an earlier process left.
    wake();
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return {
    submit,
    wake,
    settle: async () => {
      await queue.drain();
      while (soon !== undefined || running !== undefined)
        await (running ?? new Promise((resolve) => setTimeout(resolve, GATHER_MS)));
    },
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      clearTimeout(soon);
      soon = undefined;
      await queue.drain();
      await running;
    },
  };
}

/** One pass, if no other server is at it: two would open an incident each for the same trouble. */
async function pass(
  workspace: WatchOptions["workspace"],
  now: () => Date,
): Promise<Result<void, Failure>> {
  const store = await workspace.store();
  if (!store.ok) return store;
  const news = await hasNews(store.value, now().toISOString());
  if (!news.ok) return news;
  if (!news.value) return ok(undefined);
  const view = await workspace.view();
  if (!view.ok) return view;
  const leased = await takeLease(store.value, now);
  if (!leased.ok) return leased;
  if (leased.value === undefined) return ok(undefined);
  const grouped = await groupSignals({
    store: store.value,
    view: view.value,
    now: now().toISOString(),
  });
  const { revision } = leased.value;
  const given = await store.value.putRecord(LEASES, LEASE, { until: "" }, revision);
  if (!grouped.ok) return grouped;
  return given.ok || given.error.code === "conflict"
    ? ok(undefined)
    : err(failureOfStore(given.error));
}

const LEASES = "leases";
const LEASE = "signals";

/** Undefined: somebody else has it, and will look at what waits. */
async function takeLease(
  store: LineageStore,
  now: () => Date,
): Promise<Result<{ readonly revision: number } | undefined, Failure>> {
  const known = await store.getRecord(LEASES, LEASE);
  if (!known.ok) return err(failureOfStore(known.error));
  const until = (known.value?.body as { readonly until?: string } | undefined)?.until ?? "";
  const at = now();
  if (until > at.toISOString()) return ok(undefined);
  const body = { until: new Date(at.getTime() + LEASE_MS).toISOString() };
  const put = await store.putRecord(LEASES, LEASE, body, known.value?.revision ?? 0);
  if (put.ok) return ok({ revision: put.value.revision });
  return put.error.code === "conflict" ? ok(undefined) : err(failureOfStore(put.error));
}
