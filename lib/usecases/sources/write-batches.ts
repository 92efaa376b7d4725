import type { Signal } from "#lib/incidents/signals/signal.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { DetectedChange } from "../history/detect-changes.ts";
import { keepNews } from "../incidents/keep-news.ts";
import { keepSaidProblems } from "./ingest-problems.ts";
import type { IngestProgress } from "./read-paths.ts";

/** What earlier tries have written. */
export interface Done {
  /** What the store held before the first of them. */
  before: readonly StoredClaim[] | undefined;
  written: number;
  madeStale: number;
  readonly changes: DetectedChange[];
}

/** A batch, and what it says to be other than before. */
export interface BatchToWrite {
  readonly batch: LineageBatch;
  readonly changes: readonly DetectedChange[];
}

interface WriteOutcome {
  readonly version: number;
  readonly written: number;
  readonly unchanged: number;
  readonly madeStale: number;
  /** Whether nobody else wrote anything since the store was read. */
  readonly isAlone: boolean;
}

/** What an ingest comes to that writes nothing. */
export async function dryOutcome(store: LineageStore): Promise<Result<WriteOutcome, StoreError>> {
  const version = await store.version();
  if (!version.ok) return version;
  return ok({
    version: version.value.version,
    written: 0,
    unchanged: 0,
    madeStale: 0,
    isAlone: false,
  });
}

/** Writes batches one after another, then what goes with them: problems of the readers, and what the files tell to be broken. */
export async function writeBatches(input: {
  readonly store: LineageStore;
  readonly readAt: number;
  readonly done: Done;
  readonly batches: readonly BatchToWrite[];
  readonly sources: readonly AssembleSource[];
  readonly signals: readonly Signal[];
  readonly onProgress?: (progress: IngestProgress) => void;
}): Promise<Result<WriteOutcome, StoreError>> {
  const { store, batches, done } = input;
  const now = await store.version();
  if (!now.ok) return now;
  let { version } = now.value;
  let isAlone = version === input.readAt;
  // What an earlier try wrote is unchanged in this one.
  let unchanged = -done.written;
  for (const [index, { batch, changes }] of batches.entries()) {
    const applied = await store.apply(batch);
    if (!applied.ok) return applied;
    const wrote = applied.value.written + applied.value.madeStale > 0;
    isAlone &&= applied.value.version === version + Number(wrote);
    version = Math.max(version, applied.value.version);
    unchanged += applied.value.unchanged;
    done.written += applied.value.written;
    done.madeStale += applied.value.madeStale;
    done.changes.push(...changes);
    input.onProgress?.({ stage: "write", done: index + 1, total: batches.length });
  }
  const kept = await keepSaidProblems(store, input.sources);
  if (!kept.ok) return kept;
  const told = await keepNews(store, input.signals);
  if (!told.ok) return err({ code: "failed", message: told.error.message });
  const { written, madeStale } = done;
  return ok({ version, written, unchanged: Math.max(0, unchanged), madeStale, isAlone });
}
