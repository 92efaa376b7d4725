import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Delivery, OutboxMessage } from "./outbox-message.ts";
import { DELIVERIES, MESSAGES } from "./post-messages.ts";

/** A delivery under its id. */
export type ListedDelivery = Delivery & { readonly id: string };

/** What was told and what is on its way, the newest first. */
export async function listDeliveries(
  store: LineageStore,
): Promise<Result<readonly ListedDelivery[], Failure>> {
  const records = await store.listRecords(DELIVERIES);
  if (!records.ok) return err(failureOfStore(records.error));
  const all = records.value.map(({ key, body }) => ({ id: key, ...(body as Delivery) }));
  return ok(all.sort((a, b) => (a.message.at < b.message.at ? 1 : -1)));
}

/** A person has looked: what is unclear or was given up is sent once more. */
export async function retryDelivery(
  store: LineageStore,
  { id, now }: { readonly id: string; readonly now: string },
): Promise<Result<ListedDelivery, Failure>> {
  const record = await store.getRecord(DELIVERIES, id);
  if (!record.ok) return err(failureOfStore(record.error));
  if (record.value === undefined)
    return err({ code: "not-found", message: `there is no delivery ${id}` });
  const delivery = record.value.body as Delivery;
  if (delivery.state === "sent" || delivery.state === "sending")
    return err({ code: "conflict", message: `it is ${delivery.state}` });
  const again: Delivery = { ...delivery, state: "waiting", attempts: 0, nextAt: now };
  const put = await store.putRecord(DELIVERIES, id, again, record.value.revision);
  return put.ok ? ok({ id, ...again }) : err(failureOfStore(put.error));
}

export interface FeedRequest {
  readonly owner?: string;
  readonly domain?: string;
  readonly limit: number;
}

/** What was told, the newest first: all of it, or what is for an owner or a domain. */
export async function listMessages(
  store: LineageStore,
  { owner, domain, limit }: FeedRequest,
): Promise<Result<readonly (OutboxMessage & { readonly id: string })[], Failure>> {
  const records = await store.listRecords(MESSAGES);
  if (!records.ok) return err(failureOfStore(records.error));
  const all = records.value
    .map(({ key, body }) => ({ id: key, ...(body as OutboxMessage) }))
    .filter(
      ({ audience }) =>
        (owner === undefined || audience.owner === owner) &&
        (domain === undefined || audience.domain === domain),
    );
  return ok(all.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limit));
}
