import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { silentSources } from "./gone-sources.ts";
import { listSyncStatuses, type SyncStatus, writeSyncStatus } from "./sync-status.ts";

/**
 * Sources that a configuration named and does not name any more: what they said becomes stale, with the time. Only those of
 * this very configuration, and nothing that another of its sources still says. Gives their names.
 */
export async function retireRemoved({
  store,
  configured,
  root,
  parser,
  now,
}: {
  readonly store: LineageStore;
  /** The names of all sources that it names. */
  readonly configured: ReadonlySet<string>;
  readonly root: string;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
}): Promise<Result<readonly string[], Failure>> {
  const statuses = await listSyncStatuses(store);
  if (!statuses.ok) return statuses;
  const isLeft = ({ root: own, name, state }: SyncStatus): boolean =>
    own === root && state !== "removed" && !configured.has(name);
  const removed = statuses.value.filter(isLeft);
  if (removed.length === 0) return ok([]);
  const kept = new Set(
    statuses.value.filter((one) => !isLeft(one)).flatMap(({ sources }) => sources),
  );
  const ids = new Set(removed.flatMap(({ sources }) => sources).filter((id) => !kept.has(id)));
  const silent = await silentSources(store, { ids, at: now });
  if (!silent.ok) return silent;
  if (silent.value.length > 0) {
    const done = await ingestSources({ sources: silent.value, store, parser, now });
    if (!done.ok) return err(failureOfStore(done.error));
  }
  for (const status of removed) {
    const written = await writeSyncStatus(store, {
      ...status,
      state: "removed",
      endedAt: now,
      sources: [],
    });
    if (!written.ok) return written;
  }
  return ok(removed.map(({ name }) => name));
}
