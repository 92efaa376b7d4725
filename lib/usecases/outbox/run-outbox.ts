import type { ReadServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import type { Workspace } from "../graph/workspace.ts";
import type { Channel } from "./channel.ts";
import { deliverMessages } from "./deliver-messages.ts";
import { type OpenedChannels, openChannels } from "./open-channels.ts";

export interface Outbox {
  /** From now on it looks by itself. */
  readonly start: () => void;
  /** Something was written that may have to be told; before the start it waits for it. */
  readonly wake: () => void;
  /** One round now, and resolves when it is over. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface OutboxOptions {
  readonly workspace: Pick<Workspace, "store">;
  readonly config: ReadServerConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Posts what has to be told. Asked before each round. */
  readonly post: (channels: readonly Channel[]) => Promise<Failure | undefined>;
  readonly onFailed: (message: string) => void;
}

/** How often it is looked whether something is due. */
const LOOK_EVERY_MS = 5_000;
const GATHER_MS = 200;

/** Tells people in the background: posts, sends, tries again. Nothing is lost or told twice when the process ends. */
export function runOutbox(options: OutboxOptions): Outbox {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isOn = false;
  const said = new Set<string>();
  const sayOnce = (message: string): void => {
    if (said.has(message)) return;
    said.add(message);
    options.onFailed(message);
  };
  const round = (): Promise<void> => {
    running ??= oneRound(options, sayOnce).finally(() => {
      running = undefined;
    });
    return running;
  };
  const plan = (wait: number): void => {
    if (!isOn) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      void round().then(() => plan(LOOK_EVERY_MS));
    }, wait);
    timer.unref();
  };
  return {
    start: () => {
      isOn = true;
      plan(GATHER_MS);
    },
    wake: () => plan(GATHER_MS),
    settle: round,
    close: async () => {
      isOn = false;
      clearTimeout(timer);
      // What has been handed to the network is waited for: it would be unclear otherwise.
      await running;
    },
  };
}

async function oneRound(options: OutboxOptions, sayOnce: (message: string) => void): Promise<void> {
  const store = await options.workspace.store();
  if (!store.ok) return;
  const config = await options.config();
  const opened: OpenedChannels =
    config?.config.notify === undefined
      ? { channels: [], problems: [] }
      : openChannels(config.config.notify, options.env);
  for (const problem of opened.problems) sayOnce(problem);
  const failed = await options.post(opened.channels);
  if (failed !== undefined) sayOnce(failed.message);
  const done = await deliverMessages({
    store: store.value,
    channels: opened.channels,
    now: options.now,
  });
  if (!done.ok) sayOnce(done.error.message);
  for (const channel of opened.channels) channel.close();
}
