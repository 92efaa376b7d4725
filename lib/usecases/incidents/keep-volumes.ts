import type { DbtVolume } from "#lib/incidents/signals/read-dbt-volumes.ts";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import { watchVolumes } from "#lib/incidents/signals/watch-volumes.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { addRuns, allRuns, type JobRuns, RUNS_COLLECTION } from "../history/keep-runs.ts";
import { retryOvertaken } from "../sources/retry-overtaken.ts";

/** Adds runs to what is kept of their jobs, and says of which edges the rows are not what they were. */
export async function keepVolumes(
  store: LineageStore,
  volumes: readonly DbtVolume[],
): Promise<Result<readonly Signal[], Failure>> {
  const signals: Signal[] = [];
  for (const { job, run } of volumes) {
    const key = assetId(job.namespace, job.name);
    const added = await retryOvertaken(async () => {
      const known = await store.getRecord(RUNS_COLLECTION, key);
      if (!known.ok) return known;
      const before = known.value?.body as JobRuns | undefined;
      const kept = addRuns(before ?? { runs: [] }, [run]);
      const revision = known.value?.revision ?? 0;
      const put = await store.putRecord(RUNS_COLLECTION, key, { job, ...kept }, revision);
      return put.ok ? ok(kept) : put;
    });
    if (!added.ok) return err(failureOfStore(added.error));
    signals.push(...watchVolumes(job, allRuns(added.value)));
  }
  return ok(signals);
}
