import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import { parseLiveAddress } from "../live-sources/live-address.ts";
import { nameOfSource, scheduleOfSource } from "./configured-source.ts";

/** How the reading of a configured source stands: one record of the store for each. Times are ISO 8601. */
export interface SyncStatus {
  readonly name: string;
  /** Where it is, without secrets. */
  readonly place: string;
  /** `every 15m`, `0 3 * * *`; absent: only when somebody asks. */
  readonly schedule?: string;
  /** The folder of the configuration that names it. */
  readonly root: string;
  readonly state: "running" | "ok" | "failed" | "removed";
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly lastOkAt?: string;
  /** Of the last run: from 1 on. */
  readonly attempts: number;
  /** Runs that failed since the last that did not. */
  readonly failures: number;
  readonly error?: string;
  /** Of the last run that succeeded. */
  readonly result?: {
    readonly assets: number;
    readonly written: number;
    readonly madeStale: number;
    readonly problems: number;
    readonly version: number;
  };
  /** Ids of the sources that it read when it last succeeded: what is missing next time goes stale. */
  readonly sources: readonly string[];
}

export const SYNC_COLLECTION = "syncs";

export async function readSyncStatus(
  store: LineageStore,
  name: string,
): Promise<Result<SyncStatus | undefined, Failure>> {
  const record = await store.getRecord(SYNC_COLLECTION, name);
  if (!record.ok) return err(failureOfStore(record.error));
  return ok(record.value?.body as SyncStatus | undefined);
}

/** All, by name. */
export async function listSyncStatuses(
  store: LineageStore,
): Promise<Result<readonly SyncStatus[], Failure>> {
  const records = await store.listRecords(SYNC_COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  const statuses = records.value.map(({ body }) => body as SyncStatus);
  return ok(statuses.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** How a configured source stands, one that was never read included. */
export type Standing =
  | SyncStatus
  | (Pick<SyncStatus, "name" | "place" | "schedule" | "root" | "failures"> & {
      readonly state: "waiting";
      readonly startedAt?: undefined;
      readonly lastOkAt?: undefined;
      readonly error?: undefined;
    });

/** All that were read, and those of a configuration that have a schedule and were not read yet; by name. */
export async function listStandings(
  store: LineageStore,
  known: { readonly config: FaultlineConfig; readonly root: string } | undefined,
): Promise<Result<readonly Standing[], Failure>> {
  const listed = await listSyncStatuses(store);
  if (!listed.ok || known === undefined) return listed;
  const read = new Set(listed.value.map(({ name }) => name));
  const waiting = known.config.sources.flatMap((source): readonly Standing[] => {
    const name = nameOfSource(source);
    const schedule = scheduleOfSource(source);
    if (schedule === undefined || read.has(name)) return [];
    const place = parseLiveAddress(source.path)?.shown ?? source.path;
    return [{ name, place, schedule, root: known.root, failures: 0, state: "waiting" }];
  });
  return ok([...listed.value, ...waiting].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

export async function writeSyncStatus(
  store: LineageStore,
  status: SyncStatus,
): Promise<Result<void, Failure>> {
  const put = await store.putRecord(SYNC_COLLECTION, status.name, status);
  return put.ok ? ok(undefined) : err(failureOfStore(put.error));
}
