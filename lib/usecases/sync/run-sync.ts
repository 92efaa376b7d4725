import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { parseLiveAddress, placeFrom } from "../live-sources/live-address.ts";
import type { LiveWait } from "../live-sources/live-reader.ts";
import { applyConfig } from "../sources/apply-config.ts";
import type { IngestReport } from "../sources/ingest-report.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { ingestUnseen, type ToIngest, type UnseenRequest } from "../sources/ingest-unseen.ts";
import { type ConfiguredSource, nameOfSource, scheduleOfSource } from "./configured-source.ts";
import { goneSources } from "./gone-sources.ts";
import { limitOf } from "./run-limit.ts";
import { takeSyncLock } from "./sync-lock.ts";
import { readSyncStatus, type SyncStatus, writeSyncStatus } from "./sync-status.ts";

export interface SyncCall {
  readonly source: ConfiguredSource;
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
  readonly store: LineageStore;
  readonly parser: SqlParser;
  /** Of this program: see `UnseenRequest`. */
  readonly build?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 to 1, so that many servers do not try again all at once. */
  readonly random: () => number;
  /** Told again and again while a live source has not given all. */
  readonly onWait?: (wait: LiveWait) => void;
}

export type SyncOutcome =
  | { readonly kind: "done"; readonly status: SyncStatus; readonly report: IngestReport }
  | { readonly kind: "failed"; readonly status: SyncStatus; readonly failure: Failure }
  /** Somebody else reads it at this moment. */
  | { readonly kind: "busy" };

/** The waits before the second, third and fourth try are at most twice as long. */
const FIRST_WAIT_MS = 1_000;
const ATTEMPTS = 4;

/**
 * Reads one configured source into the store: alone, with retries, and with a record of how it went. A source that cannot be
 * read changes nothing that is known of it.
 */
export async function runSync(call: SyncCall): Promise<Result<SyncOutcome, Failure>> {
  const { store, source, now } = call;
  const lock = await takeSyncLock(store, { name: nameOfSource(source), now });
  if (!lock.ok) return lock;
  if (lock.value === undefined) return ok({ kind: "busy" });
  try {
    return await runAlone(call, lock.value.isHeld);
  } finally {
    await lock.value.release();
  }
}

async function runAlone(
  call: SyncCall,
  isHeld: () => boolean,
): Promise<Result<SyncOutcome, Failure>> {
  const { store, source, root, now } = call;
  const schedule = scheduleOfSource(source);
  const about = {
    name: nameOfSource(source),
    place: parseLiveAddress(source.path)?.shown ?? source.path,
    root,
    ...(schedule === undefined ? {} : { schedule }),
  };
  const signal = limitOf(source);
  return recordRun({ store, now, about }, (known) =>
    tryAgain({ ...call, signal }, () => readOnce(call, { known, isHeld, signal })),
  );
}

/** A reading with the record of how it went. `run` is handed the ids of the sources that the place gave at its last success. */
export async function recordRun(
  {
    store,
    now,
    about,
  }: {
    readonly store: LineageStore;
    readonly now: () => Date;
    readonly about: Pick<SyncStatus, "name" | "place" | "root" | "schedule">;
  },
  run: (known: readonly string[]) => Promise<Tried<IngestReport>>,
): Promise<Result<Exclude<SyncOutcome, { readonly kind: "busy" }>, Failure>> {
  const before = await readSyncStatus(store, about.name);
  if (!before.ok) return before;
  const base = { ...about, startedAt: now().toISOString() };
  const earlier = before.value;
  const kept = {
    ...(earlier?.lastOkAt === undefined ? {} : { lastOkAt: earlier.lastOkAt }),
    ...(earlier?.result === undefined ? {} : { result: earlier.result }),
    sources: earlier?.sources ?? [],
  };
  const failures = earlier?.failures ?? 0;
  const began = await writeSyncStatus(store, {
    ...base,
    ...kept,
    state: "running",
    attempts: 1,
    failures,
  });
  if (!began.ok) return began;
  const { outcome, attempts } = await run(kept.sources);
  const endedAt = now().toISOString();
  const status: SyncStatus = outcome.ok
    ? {
        ...base,
        state: "ok",
        endedAt,
        lastOkAt: endedAt,
        attempts,
        failures: 0,
        ...resultOf(outcome.value),
      }
    : {
        ...base,
        ...kept,
        state: "failed",
        endedAt,
        attempts,
        failures: failures + 1,
        error: outcome.error.message,
      };
  const written = await writeSyncStatus(store, status);
  if (!written.ok) return written;
  return ok(
    outcome.ok
      ? { kind: "done", status, report: outcome.value }
      : { kind: "failed", status, failure: outcome.error },
  );
}

const resultOf = ({ assets, written, madeStale, problems, version, sources }: IngestReport) => ({
  result: { assets, written, madeStale, problems: problems.length, version },
  sources: sources.filter(({ assets: own }) => own > 0).map(({ id }) => id),
});

export interface Tried<T> {
  readonly outcome: Result<T, Failure>;
  readonly attempts: number;
}

/** A wait grows with every try, and is never the same for two. Once the time is over nothing is tried again. */
export async function tryAgain<T>(
  { sleep, random, signal }: Pick<SyncCall, "sleep" | "random"> & { readonly signal?: AbortSignal },
  once: () => Promise<Result<T, Failure>>,
): Promise<Tried<T>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once();
    const isLast = attempt >= ATTEMPTS || signal?.aborted === true;
    if (outcome.ok || isLast || !isPassing(outcome.error)) return { outcome, attempts: attempt };
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1) * (1 + random()));
  }
}

const PASSING = new Set<Failure["code"]>([
  "unreachable-source",
  "unreachable",
  "server-unreachable",
  "conflict",
  "busy",
]);

/** Worth another try soon; a password or a path that is wrong stays wrong. */
const isPassing = ({ code }: Failure): boolean => PASSING.has(code);

async function readOnce(
  { source, config, root, store, parser, build, env, now, onWait }: SyncCall,
  {
    known,
    isHeld,
    signal,
  }: {
    readonly known: readonly string[];
    readonly isHeld: () => boolean;
    readonly signal: AbortSignal;
  },
): Promise<Result<IngestReport, Failure>> {
  const { path, as, dialect, domain } = source;
  const at = now().toISOString();
  const request: UnseenRequest = {
    paths: [placeFrom(root, path)],
    cwd: root,
    store,
    parser,
    now: at,
    known,
    env: withSecrets(env, source),
    signal,
    ...(onWait === undefined ? {} : { onWait }),
    ...(build === undefined ? {} : { build }),
    ...(as === undefined ? {} : { as }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(domain === undefined ? {} : { domain }),
    ...(config.names === undefined ? {} : { names: config.names }),
  };
  const ingested = await ingestUnseen(request, {
    ingest: (read) => ingestRead(request, { read, known, isHeld }),
    failureOf: failureOfStore,
  });
  if (!ingested.ok) return ingested;
  const applied = await applyConfig({ store, config, root, now: at });
  return applied.ok ? ok(ingested.value) : applied;
}

async function ingestRead(
  request: UnseenRequest,
  {
    read,
    known,
    isHeld,
  }: {
    readonly read: ToIngest;
    readonly known: readonly string[];
    readonly isHeld: () => boolean;
  },
): Promise<Result<IngestReport, Failure>> {
  const { store, now: at } = request;
  if (read.sources.length === 0) return err(nothingRead(read.problems));
  if (!isHeld())
    return err({
      code: "conflict",
      message: "another process has taken the source over in the meantime",
    });
  const gone = await goneSources(store, { known, read: read.sources, problems: read.problems, at });
  if (!gone.ok) return gone;
  const ingested = await ingestSources({
    ...request,
    ...read,
    sources: [...read.sources, ...gone.value],
  });
  return ingested.ok ? ingested : err(failureOfStore(ingested.error));
}

export function nothingRead(problems: readonly Problem[]): Failure {
  const [worst] = problems.filter(({ severity }) => severity === "error");
  if (worst === undefined)
    return {
      code: "not-recognised",
      message: "nothing that is read here was found",
      problems,
    };
  const { code, message, next } = worst;
  return {
    code,
    message,
    problems,
    ...(next === undefined ? {} : { next }),
  };
}

/** `secrets: {PGPASSWORD: WAREHOUSE_PASSWORD}`: what the reader looks for, and the variable that holds it here. */
export function withSecrets(
  env: SyncCall["env"],
  { secrets = {} }: Pick<ConfiguredSource, "secrets">,
): SyncCall["env"] {
  return {
    ...env,
    ...Object.fromEntries(Object.entries(secrets).map(([key, from]) => [key, env[from]])),
  };
}
