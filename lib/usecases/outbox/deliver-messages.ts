import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore, StoreRecord } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Channel } from "./channel.ts";
import type { Delivery } from "./outbox-message.ts";
import { DELIVERIES } from "./post-messages.ts";

/** Longer than any channel waits for an answer. */
const LEASE_MS = 120_000;
const FIRST_WAIT_MS = 10_000;
const MOST_WAIT_MS = 6 * 3_600_000;
/** About two days, with the waits above. */
const MOST_ATTEMPTS = 16;

export interface Delivering {
  readonly store: LineageStore;
  readonly channels: readonly Channel[];
  readonly now: () => Date;
}

export interface Delivered {
  readonly sent: number;
  readonly failed: number;
  /** ISO 8601: when the next one is due. */
  readonly nextAt?: string;
}

/**
 * Sends what is due, one attempt each. A delivery is marked as on its way before anything leaves, so that a process that
 * dies in that moment leaves a mark, and nobody sends it a second time: it is `unclear` then, and a person decides.
 */
export async function deliverMessages(hand: Delivering): Promise<Result<Delivered, Failure>> {
  const records = await hand.store.listRecords(DELIVERIES);
  if (!records.ok) return err(failureOfStore(records.error));
  const byName = new Map(hand.channels.map((channel) => [channel.name, channel]));
  const groups = new Map<string, StoreRecord[]>();
  for (const record of records.value) {
    const { channel, state } = record.body as Delivery;
    if (state !== "waiting" && state !== "sending") continue;
    const group = groups.get(channel);
    if (group) group.push(record);
    else groups.set(channel, [record]);
  }
  const done = await Promise.all(
    [...groups].map(([name, group]) => deliverGroup(hand, { channel: byName.get(name), group })),
  );
  const failure = done.find((one) => !one.ok);
  if (failure !== undefined && !failure.ok) return failure;
  const all = done.flatMap((one) => (one.ok ? [one.value] : []));
  const nextAt = all.flatMap((one) => one.nextAt ?? []).sort()[0];
  return ok({
    sent: all.reduce((sum, { sent }) => sum + sent, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    ...(nextAt === undefined ? {} : { nextAt }),
  });
}

/** One after another within a channel, in the order in which they were told; channels do not wait for one another. */
async function deliverGroup(
  hand: Delivering,
  {
    channel,
    group,
  }: { readonly channel: Channel | undefined; readonly group: readonly StoreRecord[] },
): Promise<Result<Delivered, Failure>> {
  let [sent, failed] = [0, 0];
  const next: string[] = [];
  const ordered = [...group].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  for (const record of ordered) {
    const done = await deliverOne(hand, { channel, record });
    if (!done.ok) return done;
    if (done.value === undefined) continue;
    if (done.value.state === "sent") sent += 1;
    else if (done.value.state !== "waiting" || done.value.attempts > 0) failed += 1;
    if (done.value.state === "waiting") next.push(done.value.nextAt);
  }
  const [nextAt] = next.sort();
  return ok({ sent, failed, ...(nextAt === undefined ? {} : { nextAt }) });
}

const timeOf = ({ body }: StoreRecord): string => (body as Delivery).message.at;

/** Undefined: another process has it. */
async function deliverOne(
  { store, now }: Delivering,
  { channel, record }: { readonly channel: Channel | undefined; readonly record: StoreRecord },
): Promise<Result<Delivery | undefined, Failure>> {
  const delivery = record.body as Delivery;
  const put = (body: Delivery, revision: number) =>
    store.putRecord(DELIVERIES, record.key, body, revision);
  const at = now().toISOString();
  if (delivery.state === "sending") {
    if ((delivery.leasedUntil ?? "") > at) return ok(undefined);
    return written(await put(unclear(delivery), record.revision), unclear(delivery));
  }
  if (delivery.nextAt > at || channel === undefined) return ok(delivery);
  const leasedUntil = new Date(now().getTime() + LEASE_MS).toISOString();
  const sending: Delivery = {
    ...delivery,
    state: "sending",
    attempts: delivery.attempts + 1,
    leasedUntil,
  };
  const taken = await put(sending, record.revision);
  if (!taken.ok) return written(taken, undefined);
  const sent = await channel.send(delivery.message, record.key);
  const after = afterAttempt(sending, { sent, now: now() });
  return written(await put(after, taken.value.revision), after);
}

function written(
  put: Awaited<ReturnType<LineageStore["putRecord"]>>,
  delivery: Delivery | undefined,
): Result<Delivery | undefined, Failure> {
  if (put.ok) return ok(delivery);
  return put.error.code === "conflict" ? ok(undefined) : err(failureOfStore(put.error));
}

const unclear = ({ leasedUntil: _, ...delivery }: Delivery): Delivery => ({
  ...delivery,
  state: "unclear",
  lastProblem: "the process ended while it was sent: it may have arrived",
});

function afterAttempt(
  { leasedUntil: _, ...delivery }: Delivery,
  { sent, now }: { readonly sent: Awaited<ReturnType<Channel["send"]>>; readonly now: Date },
): Delivery {
  if (sent.ok) return { ...delivery, state: "sent", sentAt: now.toISOString() };
  const { message, mayRetry } = sent.error;
  const isOver = !mayRetry || delivery.attempts >= MOST_ATTEMPTS;
  return {
    ...delivery,
    state: isOver ? "given_up" : "waiting",
    nextAt: new Date(now.getTime() + waitMs(delivery.attempts)).toISOString(),
    lastProblem: message,
  };
}

/** Twice as long after each attempt. */
const waitMs = (attempts: number): number =>
  Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
