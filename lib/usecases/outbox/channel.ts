import type { Result } from "#lib/kit/result.ts";
import type { OutboxMessage } from "./outbox-message.ts";

/** Why a message did not go out, and whether it is worth to try it again. */
export interface SendProblem {
  readonly message: string;
  readonly mayRetry: boolean;
}

/** A way to people. */
export interface Channel {
  readonly name: string;
  /** Whether the message is for those who listen here. */
  readonly takes: (message: OutboxMessage) => boolean;
  /** `id` is the same for every attempt of one delivery. */
  readonly send: (message: OutboxMessage, id: string) => Promise<Result<void, SendProblem>>;
  readonly close: () => void;
}

/** The address of a page; its path alone where the server's address is not configured. */
export const linkOf = (base: string | undefined, { path }: Pick<OutboxMessage, "path">): string =>
  base === undefined ? path : `${base.replace(/\/$/, "")}${path}`;
