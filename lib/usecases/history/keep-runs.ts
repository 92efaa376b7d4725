import { NEWEST } from "#lib/incidents/signals/thin-out.ts";
import type { OpenLineageEvent } from "#lib/ingest/openlineage/check-event.ts";
import { mergeRuns, type RunRecord, readRun } from "#lib/ingest/openlineage/read-run.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import { type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { BatchRecord } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { addPast, type PastVolumes, pastRuns } from "./past-volumes.ts";

/** The last runs of a job, newest first: one record of the collection `runs` for each job. */
export interface JobRuns {
  readonly job: AssetName;
  readonly runs: readonly RunRecord[];
  /** Rows of some of the runs before them. */
  readonly past?: PastVolumes;
}

export const RUNS_COLLECTION = "runs";
/** Jobs whose runs are kept in memory between two groups. */
const KEPT_JOBS = 2_000;

export interface RunKeeper {
  /**
   * The records that hold what events say of runs beside what is known of them, to be written with the events. They go on
   * from what was read, and are refused where somebody else has written since: `forget`, and ask again.
   */
  readonly add: (
    store: LineageStore,
    events: readonly OpenLineageEvent[],
  ) => Promise<Result<readonly BatchRecord[], StoreError>>;
  /** What was added last was not written, or what is known may be old. */
  readonly forget: () => void;
}

export function createRunKeeper(): RunKeeper {
  const known = new Map<string, KnownRuns>();
  return {
    add: async (store, events) => {
      const records: BatchRecord[] = [];
      for (const [key, { job, runs }] of runsByJob(events)) {
        const before = known.has(key) ? ok(known.get(key)) : await readKnownRuns(store, key);
        if (!before.ok) return before;
        const { kept = { runs: [] }, revision = 0 } = before.value ?? {};
        const after = addRuns(kept, runs);
        const isSame = after === kept;
        known.delete(key);
        known.set(key, { kept: after, revision: isSame ? revision : revision + 1 });
        if (isSame) continue;
        records.push({
          collection: RUNS_COLLECTION,
          key,
          body: { job, ...after },
          always: true,
          // Another server may have told of the same job: its runs must not be written over.
          ifRevision: revision,
        });
      }
      forgetOldest(known);
      return ok(records);
    },
    forget: () => known.clear(),
  };
}

type KeptRuns = Omit<JobRuns, "job">;

interface KnownRuns {
  readonly kept: KeptRuns;
  readonly revision: number;
}

function forgetOldest(known: Map<string, KnownRuns>): void {
  for (const key of known.keys()) {
    if (known.size <= KEPT_JOBS) return;
    known.delete(key);
  }
}

async function readKnownRuns(
  store: LineageStore,
  key: string,
): Promise<Result<KnownRuns | undefined, StoreError>> {
  const record = await store.getRecord(RUNS_COLLECTION, key);
  if (!record.ok) return record;
  if (record.value === undefined) return ok(undefined);
  const { runs, past } = record.value.body as JobRuns;
  return ok({ kept: past ? { runs, past } : { runs }, revision: record.value.revision });
}

function runsByJob(
  events: readonly OpenLineageEvent[],
): ReadonlyMap<string, { job: AssetName; runs: RunRecord[] }> {
  const byJob = new Map<string, { job: AssetName; runs: RunRecord[] }>();
  for (const event of events) {
    const run = readRun(event);
    const job = event.job?.name;
    if (!run || !job) continue;
    const key = assetId(job.namespace, job.name);
    const entry = byJob.get(key) ?? { job, runs: [] };
    byJob.set(key, entry);
    entry.runs.push(run);
  }
  return byJob;
}

/** Adds runs to those that are kept: the same where that is no news. Of what is older than the newest ones only rows are kept, of some. */
export function addRuns(before: KeptRuns, fresh: readonly RunRecord[]): KeptRuns {
  const old = new Map(before.runs.map((run) => [run.runId, run]));
  const byId = new Map(old);
  for (const run of fresh) {
    const known = byId.get(run.runId);
    byId.set(run.runId, known ? mergeRuns(known, run) : run);
  }
  // What was told to and fro may come to what was known.
  for (const { runId } of fresh) {
    const [was, is] = [old.get(runId), byId.get(runId)];
    if (was && was !== is && JSON.stringify(was) === JSON.stringify(is)) byId.set(runId, was);
  }
  const startOf = (run: RunRecord): string => run.startedAt ?? run.at;
  const all = [...byId.values()].sort((a, b) =>
    startOf(a) < startOf(b) ? 1 : startOf(a) > startOf(b) ? -1 : a.runId < b.runId ? -1 : 1,
  );
  const past = addPast(before.past, all.slice(NEWEST));
  const runs = all.slice(0, NEWEST);
  const isSame =
    runs.length === before.runs.length && runs.every((run, at) => run === before.runs[at]);
  if (isSame && past === before.past) return before;
  return { runs, ...(past ? { past } : {}) };
}

/** All runs of which something is known, for who looks at their rows. */
export const allRuns = ({ runs, past }: KeptRuns): readonly RunRecord[] =>
  past === undefined ? runs : [...pastRuns(past), ...runs];
