import { applyClaims } from "#lib/graph/apply-claims.ts";
import type { Policy } from "#lib/impact/policy.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { buildAhead, createGraphView, type GraphView, goOnFrom, wasAsked } from "./graph-view.ts";
import { loadGraphView } from "./load-graph-view.ts";
import { letGoOfOldest } from "./past-views.ts";
import { readSnapshotFile, writeSnapshotFile } from "./snapshot-file.ts";

export interface WorkspaceOptions {
  /** Opens the store; called again until it succeeds. */
  readonly open: () => Promise<Result<LineageStore, StoreError>>;
  /** Where the last version is kept for the next start and for when the store is away. */
  readonly snapshotFile?: string;
  readonly now: () => Date;
  /** How much things count, where the company says so; asked once, before the first view is handed out. */
  readonly weights?: () => Promise<Policy | undefined>;
  /** How often the store is asked for its version. Default 400 ms: a commit is seen within a second. */
  readonly pollMs?: number;
}

/** A store and its newest graph in memory. It answers while the store is away, and says how old the answer is. */
export interface Workspace {
  /** The newest view in memory, at once. A failure only where nothing was ever read. */
  readonly view: () => Promise<Result<GraphView, Failure>>;
  /** The graph as it was; the few last asked for are kept. */
  readonly viewAt: (at: string) => Promise<Result<GraphView, Failure>>;
  readonly store: () => Promise<Result<LineageStore, Failure>>;
  /** Reads what was committed since; after an own write, so that its answer is seen at once. */
  readonly refresh: () => Promise<void>;
  /** Says that something was committed: it is read soon, and a burst of commits is read together. */
  readonly noteCommit: () => void;
  readonly status: () => WorkspaceStatus;
  readonly close: () => Promise<void>;
}

export interface WorkspaceStatus {
  readonly version: number | undefined;
  readonly storeLabel: string | undefined;
  readonly failure: Failure | undefined;
  /** ISO 8601: when the store last answered. */
  readonly lastContact: string | undefined;
  readonly lastBuildMs: number;
}

const POLL_MS = 400;
/** Commits are read together as far as they come within this time; a commit is seen within a second. */
const GATHER_MS = 100;
/** Of the time that passes, about this share goes into reading commits and building what is asked of them. */
const SHARE = 1 / 3;
/** Of the largest graphs more than that share, so that a commit does not wait long to be seen. */
const MOST_REST_MS = 350;
/** The file is written when nothing was committed for a while, or when the last one is old. */
const WRITE_FILE_AFTER_MS = 3_000;
const WRITE_FILE_AT_LAST_MS = 60_000;
/** The file of a large graph takes long to write: then it may be older, and waits for a longer pause. */
const QUIET_TIMES = 10;
const FILE_SHARE = 1 / 200;

/** Opens a workspace and starts to watch its store. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const state: State = {
    options,
    store: undefined,
    view: undefined,
    weights: undefined,
    isFromFile: false,
    failure: undefined,
    lastContact: undefined,
    lastBuildMs: 0,
    lastBuiltAt: undefined,
    refreshing: undefined,
    past: new Map(),
    soon: undefined,
    fileTimer: undefined,
    fileDueBy: undefined,
    lastFileMs: 0,
    isClosed: false,
    timer: undefined,
  };
  const started = start(state);
  return {
    view: async () => {
      await started;
      // Until the first version was read, every question tries again.
      if (!state.view) await refresh(state);
      return viewOf(state);
    },
    viewAt: async (at) => {
      await started;
      return viewAt(state, at);
    },
    store: async () => {
      await started;
      return openStoreOnce(state);
    },
    refresh: async () => {
      await started;
      // A read that is under way may have begun before the write that the caller means.
      await state.refreshing;
      await refresh(state);
    },
    noteCommit: () => refreshSoon(state),
    status: () => ({
      version: state.view?.graph.version,
      storeLabel: state.store?.label,
      failure: state.failure,
      lastContact: state.lastContact,
      lastBuildMs: state.lastBuildMs,
    }),
    close: () => close(state),
  };
}

interface State {
  readonly options: WorkspaceOptions;
  store: LineageStore | undefined;
  view: GraphView | undefined;
  weights: Policy | undefined;
  /** Nothing was read from the store since. */
  isFromFile: boolean;
  failure: Failure | undefined;
  lastContact: string | undefined;
  lastBuildMs: number;
  /** By the clock of `performance.now`; undefined after the first: the next build goes on from it and costs far less. */
  lastBuiltAt: number | undefined;
  refreshing: Promise<void> | undefined;
  readonly past: Map<string, GraphView>;
  soon: NodeJS.Timeout | undefined;
  fileTimer: NodeJS.Timeout | undefined;
  /** When the file must be written although commits go on. */
  fileDueBy: number | undefined;
  lastFileMs: number;
  timer: NodeJS.Timeout | undefined;
  isClosed: boolean;
}

async function start(state: State): Promise<void> {
  const { snapshotFile, weights } = state.options;
  state.weights = await weights?.();
  if (snapshotFile !== undefined) state.view = await readSnapshotFile(snapshotFile);
  state.isFromFile = state.view !== undefined;
  await refresh(state);
  schedule(state);
}

function schedule(state: State): void {
  if (state.isClosed) return;
  const wait = Math.max(state.options.pollMs ?? POLL_MS, restOf(state));
  state.timer = setTimeout(() => {
    void refresh(state).then(() => schedule(state));
  }, wait);
  state.timer.unref();
}

/** A large graph is not rebuilt all the time; after a pause nothing is left to wait for. In milliseconds. */
const restOf = ({ lastBuildMs, lastBuiltAt }: State): number =>
  lastBuiltAt === undefined
    ? 0
    : lastBuiltAt + Math.min(lastBuildMs / SHARE, MOST_REST_MS) - performance.now();

function refreshSoon(state: State): void {
  if (state.isClosed || state.soon) return;
  const wait = Math.max(GATHER_MS, restOf(state));
  state.soon = setTimeout(() => {
    state.soon = undefined;
    void refresh(state);
  }, wait);
  state.soon.unref();
}

function refresh(state: State): Promise<void> {
  state.refreshing ??= readNewest(state).finally(() => {
    state.refreshing = undefined;
  });
  return state.refreshing;
}

async function openStoreOnce(state: State): Promise<Result<LineageStore, Failure>> {
  if (state.store) return ok(state.store);
  const opened = await state.options.open();
  if (!opened.ok) return err(failureOfStore(opened.error));
  state.store = opened.value;
  return opened;
}

async function readNewest(state: State): Promise<void> {
  if (state.isClosed) return;
  const outcome = await readFromStore(state);
  state.failure = outcome.ok ? undefined : outcome.error;
  if (outcome.ok) state.lastContact = state.options.now().toISOString();
}

async function readFromStore(state: State): Promise<Result<void, Failure>> {
  const store = await openStoreOnce(state);
  if (!store.ok) return store;
  const newest = await store.value.version();
  if (!newest.ok) return err(failureOfStore(newest.error));
  if (isNewest(state, newest.value)) return ok(undefined);
  const began = performance.now();
  const view = await loadNewest(state, store.value);
  if (!view.ok) return view;
  const isFirst = !state.view || state.isFromFile;
  const isAsked = !state.view || wasAsked(state.view);
  state.view = view.value;
  state.isFromFile = false;
  noteBuilt(state, { ms: performance.now() - began, isFirst });
  if (isAsked) prepare(state, { view: view.value, isFirst });
  keepFile(state);
  return ok(undefined);
}

/** A file that another store left there may have the same number, but its version was made at another time. */
const isNewest = (
  { view, isFromFile }: State,
  newest: { readonly version: number; readonly at: string },
): boolean => view?.graph.version === newest.version && !(isFromFile && view.asOf.at !== newest.at);

/** From the change feed where there is a version to go on from, else from all claims. */
async function loadNewest(state: State, store: LineageStore): Promise<Result<GraphView, Failure>> {
  // A graph that came from the file has not its claims beside it.
  if (!state.view || state.isFromFile) return loadGraphView(store);
  const feed = await store.claimsSince(state.view.graph.version);
  if (!feed.ok) return err(failureOfStore(feed.error));
  const graph = applyClaims(state.view.graph, feed.value);
  // A store that was restored may be behind.
  if (!graph || feed.value.version < state.view.graph.version) return loadGraphView(store);
  goOnFrom(state.view.graph, graph);
  const versions = await store.versions(feed.value.version - 1);
  if (!versions.ok) return err(failureOfStore(versions.error));
  const at = versions.value.at(-1)?.at ?? state.view.asOf.at;
  return ok(createGraphView(graph, { version: feed.value.version, at }));
}

/** Where people ask, the next question finds the snapshot built. */
function prepare(
  state: State,
  { view, isFirst }: { readonly view: GraphView; readonly isFirst: boolean },
): void {
  setImmediate(() => {
    if (state.isClosed || state.view !== view) return;
    const began = performance.now();
    buildAhead(view.graph);
    noteBuilt(state, { ms: state.lastBuildMs + performance.now() - began, isFirst });
  });
}

function noteBuilt(
  state: State,
  { ms, isFirst }: { readonly ms: number; readonly isFirst: boolean },
): void {
  state.lastBuildMs = ms;
  state.lastBuiltAt = isFirst ? undefined : performance.now();
}

function keepFile(state: State): void {
  const { snapshotFile } = state.options;
  if (snapshotFile === undefined) return;
  const now = performance.now();
  state.fileDueBy ??= now + Math.max(WRITE_FILE_AT_LAST_MS, state.lastFileMs / FILE_SHARE);
  clearTimeout(state.fileTimer);
  const quiet = Math.max(WRITE_FILE_AFTER_MS, state.lastFileMs * QUIET_TIMES);
  const wait = Math.min(quiet, Math.max(0, state.fileDueBy - now));
  state.fileTimer = setTimeout(() => {
    state.fileTimer = undefined;
    state.fileDueBy = undefined;
    const began = performance.now();
    if (!state.view) return;
    void writeSnapshotFile(snapshotFile, state.view).then(() => {
      state.lastFileMs = performance.now() - began;
    });
  }, wait);
  state.fileTimer.unref();
}

function viewOf(state: State): Result<GraphView, Failure> {
  const { view, failure } = state;
  if (!view) {
    return err(failure ?? { code: "unreachable", message: "the store has not answered yet" });
  }
  if (!failure) return ok(weighed(state, view));
  const asOf = { ...view.asOf, staleBecause: failure.message };
  return ok(createGraphView(view.graph, asOf, state.weights));
}

const weighed = ({ weights }: State, view: GraphView): GraphView =>
  weights === undefined ? view : createGraphView(view.graph, view.asOf, weights);

async function viewAt(state: State, at: string): Promise<Result<GraphView, Failure>> {
  const kept = state.past.get(at);
  if (kept) return ok(weighed(state, kept));
  const store = await openStoreOnce(state);
  if (!store.ok) return store;
  const view = await loadGraphView(store.value, at);
  if (!view.ok) return view;
  // What lies before the newest version does not change any more.
  if (view.value.graph.version < (state.view?.graph.version ?? 0)) {
    state.past.set(at, view.value);
    letGoOfOldest(state.past);
  }
  return ok(weighed(state, view.value));
}

async function close(state: State): Promise<void> {
  state.isClosed = true;
  clearTimeout(state.timer);
  clearTimeout(state.soon);
  const isFileDue = state.fileTimer !== undefined;
  clearTimeout(state.fileTimer);
  await state.refreshing;
  if (isFileDue && state.view && state.options.snapshotFile !== undefined) {
    await writeSnapshotFile(state.options.snapshotFile, state.view);
  }
  await state.store?.close();
}
