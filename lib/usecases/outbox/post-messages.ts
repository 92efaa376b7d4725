import { createHash } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";
import type { Channel } from "./channel.ts";
import type { Delivery, OutboxMessage } from "./outbox-message.ts";

export const MESSAGES = "outbox-messages";
export const DELIVERIES = "outbox-deliveries";

/**
 * Puts messages down for every channel that takes them. What was posted under the same key before stays as it is, sent or
 * not: posting again after a crash, or from two processes at once, tells nobody twice.
 */
export async function postMessages(
  store: LineageStore,
  {
    messages,
    channels,
  }: { readonly messages: readonly OutboxMessage[]; readonly channels: readonly Channel[] },
): Promise<Result<number, Failure>> {
  let posted = 0;
  for (const message of messages) {
    for (const { name, takes } of channels) {
      if (!takes(message)) continue;
      const delivery: Delivery = {
        message,
        channel: name,
        state: "waiting",
        attempts: 0,
        nextAt: message.at,
      };
      const put = await store.putRecord(DELIVERIES, deliveryId(message, name), delivery, 0);
      if (put.ok) posted += 1;
      else if (put.error.code !== "conflict") return err(failureOfStore(put.error));
    }
    // Last, so that a message that is there has its deliveries.
    const kept = await store.putRecord(MESSAGES, messageId(message), message, 0);
    if (!kept.ok && kept.error.code !== "conflict") return err(failureOfStore(kept.error));
  }
  return ok(posted);
}

/** The same whenever the same thing is told. */
const messageId = ({ key }: OutboxMessage): string => digest(key);

const deliveryId = ({ key }: OutboxMessage, channel: string): string =>
  digest(JSON.stringify([key, channel]));

const digest = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 32);
