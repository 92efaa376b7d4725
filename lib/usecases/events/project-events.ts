import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { BatchRecord } from "#lib/model/claim.ts";
import type { EventInbox, InboxEntry } from "#lib/store/event-inbox.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { mutationRecord } from "../audit/record-mutation.ts";
import type { ReadServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import type { DetectedChange } from "../history/detect-changes.ts";
import { createRunKeeper } from "../history/keep-runs.ts";
import { withConfirmed } from "../identity/confirmed-names.ts";
import { createSignalKeeper } from "../incidents/signals-of-events.ts";
import { applyConfig } from "../sources/apply-config.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type Delivery, sourcesOf } from "./event-sources.ts";
import { createEventIngest } from "./ingest-events.ts";
import { readRememberedNames } from "./remember-names.ts";

export interface ProjectorOptions {
  /** Called until it succeeds; the same inbox then. */
  readonly openInbox: () => Result<EventInbox, StoreError>;
  readonly store: () => Promise<Result<LineageStore, Failure>>;
  readonly config: ReadServerConfig;
  readonly now: () => Date;
  /** Characters of events that are taken in together: what is said of one table is then written once. */
  readonly maxGroupSize: number;
  /**
   * Groups that follow each other begin at least this long after the last one ended, so that a burst is written together;
   * an event that comes after a pause does not wait. Default: not at all.
   */
  readonly gatherMs?: number;
  readonly onProjected: (projected: Projected) => void;
  /** The store does not take it now; it is tried again. */
  readonly onFailed: (failure: Failure) => void;
}

/** What a group came to. */
export interface Projected {
  /** Of the store afterwards. */
  readonly version: number;
  readonly events: number;
  /** Claims written. */
  readonly written: number;
  readonly changes: readonly DetectedChange[];
  /** Events that could not be taken in, each with the reason. */
  readonly aside: readonly string[];
}

/** Takes what waits in the inbox into the graph, group by group, for as long as there is something. */
export interface EventProjector {
  /** Something was appended. */
  readonly wake: () => void;
  /** Runs other work on the store between two groups, so that two writers never resolve names over each other. */
  readonly runAlone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when nothing waits any more, or when the store does not take it now. */
  readonly settle: () => Promise<void>;
  /** Ends after the group that is being written. */
  readonly close: () => Promise<void>;
}

/** Requests that are sent at once arrive within this time. */
const LEAST_GATHER_MS = 5;
const MIN_RULES_MS = 500;
/** Rules are applied at most for this part of the time. */
const RULES_SHARE = 20;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

export function createEventProjector(options: ProjectorOptions): EventProjector {
  const state: State = {
    options,
    ingest: createEventIngest(),
    runs: createRunKeeper(),
    signals: createSignalKeeper(),
    runAlone: createLock(),
    after: 0,
    isClosed: false,
    running: undefined,
    retry: undefined,
    retryMs: FIRST_RETRY_MS,
    isWoken: false,
    takenAt: Number.NEGATIVE_INFINITY,
    isUnruled: false,
    rulesDue: 0,
    later: undefined,
    wake: () => wake(),
  };
  const wake = (): void => {
    if (state.isClosed || state.retry) return;
    state.isWoken = true;
    state.running ??= takeAll(state).finally(() => {
      state.running = undefined;
      // Something came after the last look and before this.
      if (state.isWoken) wake();
    });
  };
  return {
    wake,
    runAlone: state.runAlone,
    settle: async () => {
      wake();
      while (state.running) await state.running;
    },
    close: async () => {
      state.isClosed = true;
      clearTimeout(state.retry);
      clearTimeout(state.later);
      await state.running;
    },
  };
}

interface State {
  readonly options: ProjectorOptions;
  readonly ingest: ReturnType<typeof createEventIngest>;
  readonly runs: ReturnType<typeof createRunKeeper>;
  readonly signals: ReturnType<typeof createSignalKeeper>;
  readonly runAlone: EventProjector["runAlone"];
  /** Entries up to this id are taken in. */
  after: number;
  isWoken: boolean;
  readonly wake: () => void;
  /** When the last group ended, by the clock of `performance`. */
  takenAt: number;
  /** Something was written that the rules have not looked at. */
  isUnruled: boolean;
  /** By the clock of `performance`. */
  rulesDue: number;
  later: NodeJS.Timeout | undefined;
  isClosed: boolean;
  running: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
  retryMs: number;
}

function createLock(): EventProjector["runAlone"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function takeAll(state: State): Promise<void> {
  const { options } = state;
  while (state.isWoken && !state.isClosed) {
    if (options.gatherMs !== undefined)
      await sleep(Math.max(LEAST_GATHER_MS, state.takenAt + options.gatherMs - performance.now()));
    if (state.isClosed) return;
    state.isWoken = false;
    const taken = await takeWaiting(state);
    state.takenAt = performance.now();
    if (taken.ok) state.retryMs = FIRST_RETRY_MS;
    else {
      options.onFailed(taken.error);
      retryLater(state);
    }
  }
}

function retryLater(state: State): void {
  state.isWoken = false;
  state.retry = setTimeout(() => {
    state.retry = undefined;
    state.wake();
  }, state.retryMs);
  state.retry.unref();
  state.retryMs = Math.min(LAST_RETRY_MS, state.retryMs * 2);
}

async function takeWaiting(state: State): Promise<Result<void, Failure>> {
  const { openInbox, maxGroupSize } = state.options;
  const opened = openInbox();
  if (!opened.ok) return err(failureOfStore(opened.error));
  const inbox = opened.value;
  for (;;) {
    if (state.isClosed) return ok(undefined);
    const entries = inbox.read({ after: state.after, maxSize: maxGroupSize });
    if (!entries.ok) return err(failureOfStore(entries.error));
    const last = entries.value.at(-1);
    if (!last) return applyRules(state);
    const taken = await state.runAlone(() => takeGroup(state, { inbox, entries: entries.value }));
    if (!taken.ok) return taken;
    // Taken twice after a crash in between, which changes nothing.
    const removed = inbox.remove(entries.value.map(({ id }) => id));
    if (!removed.ok) return err(failureOfStore(removed.error));
    state.after = last.id;
  }
}

/** Where a group cannot be taken as a whole, each entry is tried alone, and what still cannot is set aside. */
async function takeGroup(
  state: State,
  { inbox, entries }: { readonly inbox: EventInbox; readonly entries: readonly InboxEntry[] },
): Promise<Result<void, Failure>> {
  const { onProjected } = state.options;
  const whole = await project(state, entries);
  if (whole.ok) {
    state.isUnruled ||= whole.value.written > 0;
    onProjected({ ...whole.value, aside: [] });
    return ok(undefined);
  }
  if (isOfTheStore(whole.error)) return err(whole.error);
  if (entries.length > 1) {
    for (const entry of entries) {
      const alone = await takeGroup(state, { inbox, entries: [entry] });
      if (!alone.ok) return alone;
    }
    return ok(undefined);
  }
  for (const entry of entries) {
    const aside = inbox.setAside(entry, whole.error.message);
    if (!aside.ok) return err(failureOfStore(aside.error));
  }
  onProjected({ version: 0, events: 0, written: 0, changes: [], aside: [whole.error.message] });
  return ok(undefined);
}

/** It passes, or somebody has to see to it; the events wait. */
const isOfTheStore = ({ code }: Failure): boolean =>
  ["unreachable", "refused", "conflict", "no-space", "corrupt", "newer-format"].includes(code);

async function project(
  state: State,
  entries: readonly InboxEntry[],
): Promise<Result<Omit<Projected, "aside">, Failure>> {
  try {
    const deliveries = entries.map(({ body }) => JSON.parse(body) as Delivery);
    return await writeDeliveries(state, deliveries);
  } catch (error) {
    // A bug in a reader must not leave all later events waiting.
    const message = error instanceof Error ? error.message : String(error);
    return err({ code: "internal", message });
  }
}

/** As the server's configuration has them, else as the last ingest of files had them. */
async function namesOf(
  { config }: ProjectorOptions,
  store: LineageStore,
): Promise<Result<NamesConfig, Failure>> {
  const own = (await config())?.config.names;
  const remembered = own === undefined ? await readRememberedNames(store) : ok(own);
  if (!remembered.ok) return err(failureOfStore(remembered.error));
  const confirmed = await withConfirmed(store, remembered.value ?? DEFAULT_NAMES);
  return confirmed.ok ? confirmed : err(failureOfStore(confirmed.error));
}

/** What the configuration's rules say of the tables that events brought, once nothing more waits. */
async function applyRules(state: State): Promise<Result<void, Failure>> {
  const { options } = state;
  const now = performance.now();
  if (!state.isUnruled) return ok(undefined);
  if (now < state.rulesDue) {
    // All claims are read for it: on a large mesh not after every event.
    state.later ??= setTimeout(() => {
      state.later = undefined;
      state.wake();
    }, state.rulesDue - now).unref();
    return ok(undefined);
  }
  const config = await options.config();
  state.isUnruled = false;
  if (!config) return ok(undefined);
  const store = await options.store();
  if (!store.ok) return store;
  const applied = await state.runAlone(() =>
    applyConfig({ ...config, store: store.value, now: options.now().toISOString() }),
  );
  const ended = performance.now();
  state.rulesDue = ended + Math.max(MIN_RULES_MS, (ended - now) * RULES_SHARE);
  if (!applied.ok) return applied;
  const version = await store.value.version();
  if (!version.ok) return err(failureOfStore(version.error));
  const nothing = { events: 0, written: 0, changes: [], aside: [] };
  options.onProjected({ ...nothing, version: version.value.version });
  return ok(undefined);
}

async function writeDeliveries(
  state: State,
  deliveries: readonly Delivery[],
): Promise<Result<Omit<Projected, "aside">, Failure>> {
  const { options, ingest } = state;
  const store = await options.store();
  if (!store.ok) return store;
  const at = options.now().toISOString();
  const names = await namesOf(options, store.value);
  if (!names.ok) return names;
  const sources = sourcesOf(deliveries, at);
  const audits = sources.map(({ source, actors }) => ({
    id: source.id,
    records: actors.map(({ actor, events }) =>
      mutationRecord({ at, actor, action: "ingest-events", details: { events } }),
    ),
  }));
  const runs = keepRunsOf(
    state,
    store.value,
    sources.flatMap(({ events }) => events),
  );
  const ingested = await ingest.ingest({
    sources: sources.map(({ events: _, actors: __, ...source }) => source),
    parser: await loadSqlParser(),
    store: store.value,
    now: at,
    records: async () => {
      const kept = await runs.keep();
      if (!kept.ok) return kept;
      return ok(
        new Map(
          audits.map(({ id, records }, index) => [
            id,
            index === 0 ? [...records, ...kept.value] : records,
          ]),
        ),
      );
    },
    names: names.value,
  });
  if (!ingested.ok) {
    state.runs.forget();
    return err(failureOfStore(ingested.error));
  }
  const told = await state.signals.add(store.value, { sources, runs: runs.kept() });
  if (!told.ok) return told;
  const { version, written, changes } = ingested.value;
  const events = deliveries.reduce((sum, delivery) => sum + delivery.events.length, 0);
  return ok({ version, written, changes, events });
}

interface RunsOfGroup {
  /** For each try. */
  readonly keep: () => Promise<Result<readonly BatchRecord[], StoreError>>;
  /** Of all tries, each job once. */
  readonly kept: () => readonly BatchRecord[];
}

function keepRunsOf(
  { runs }: State,
  store: LineageStore,
  events: readonly OpenLineageEvent[],
): RunsOfGroup {
  const all = new Map<string, BatchRecord>();
  let isRepeated = false;
  return {
    keep: async () => {
      // Another server has written in between: what is known of the runs may not be all.
      if (isRepeated) runs.forget();
      isRepeated = true;
      const kept = await runs.add(store, events);
      if (kept.ok) for (const record of kept.value) all.set(record.key, record);
      return kept;
    },
    kept: () => [...all.values()],
  };
}
