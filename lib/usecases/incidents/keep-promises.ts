import { judgePromises } from "#lib/incidents/promises/judge-promises.ts";
import { addLook, type PromiseDay } from "#lib/incidents/promises/tally-promises.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { dateOfDay, dayOf } from "#lib/review/review-days.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type PromisesPage, showPromises } from "#lib/view/promises.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";

const COLLECTION = "promise-days";
/** Days that are shown and that a budget is counted over. */
const SHOWN_DAYS = 30;
const KEPT_DAYS = 100;

export interface LookAt {
  readonly store: LineageStore;
  readonly view: GraphView;
  /** ISO 8601. */
  readonly now: string;
}

/** Looks at all promises once and adds what is found to the record of the day. Another server's look counts as well. */
export async function lookAtPromises({ store, view, now }: LookAt): Promise<Result<void, Failure>> {
  const statuses = judgePromises(view.graph, now);
  if (statuses.length === 0) return ok(undefined);
  const day = now.slice(0, 10);
  const record = await store.getRecord(COLLECTION, day);
  if (!record.ok) return err(failureOfStore(record.error));
  const known = (record.value?.body as PromiseDay | undefined) ?? { day, assets: {} };
  const next = addLook(known, statuses);
  const put = await store.putRecord(COLLECTION, day, next, record.value?.revision ?? 0);
  if (!put.ok && put.error.code !== "conflict") return err(failureOfStore(put.error));
  return record.value === undefined ? forgetOld(store, day) : ok(undefined);
}

async function forgetOld(store: LineageStore, day: string): Promise<Result<void, Failure>> {
  const oldest = dateOfDay((dayOf(day) ?? 0) - KEPT_DAYS);
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  for (const { key } of records.value) {
    if (key >= oldest) continue;
    const deleted = await store.deleteRecord(COLLECTION, key);
    if (!deleted.ok) return err(failureOfStore(deleted.error));
  }
  return ok(undefined);
}

/** What is promised, whether it is kept now, and how it was kept over the last days. */
export async function listPromises({
  store,
  view,
  now,
}: LookAt): Promise<Result<PromisesPage, Failure>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  const today = dayOf(now) ?? 0;
  const days = Array.from({ length: SHOWN_DAYS }, (_, at) =>
    dateOfDay(today - SHOWN_DAYS + 1 + at),
  );
  return ok(
    showPromises(judgePromises(view.graph, now), {
      days,
      looked: records.value.map(({ body }) => body as PromiseDay),
    }),
  );
}
