import { checkEvent } from "#lib/ingest/openlineage/check-event.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { EventInbox } from "#lib/store/event-inbox.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import type { Delivery } from "./event-sources.ts";
import type { EventProjector } from "./project-events.ts";
import { createWriteQueue } from "./queue-writes.ts";

/**
 * Takes events in. An event is acknowledged when it is on disk in the inbox, and is in the graph a moment later; when the
 * graph cannot be written for a while, events wait in the inbox up to a limit, and beyond it they are refused as `busy`.
 */
export interface EventWriter {
  /** Resolves once the events are durable. */
  readonly submit: (delivery: Delivery) => Promise<Result<void, Failure>>;
  /** Characters that wait to be taken into the graph. */
  readonly waiting: () => number;
  /** Resolves when all that was accepted is in the graph, as far as the store takes it. */
  readonly settle: () => Promise<void>;
  /** Runs other work on the store between two groups, so that two writers never resolve names over each other. */
  readonly runAlone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Ends at once: what waits is taken in when the inbox is opened again. */
  readonly close: () => Promise<void>;
}

const MAX_GROUP_WEIGHT = 8e6;
/** Of what waits in memory for the disk. */
const MAX_UNWRITTEN = 64e6;
/** Of what waits on disk for the graph. */
const MAX_WAITING = 512e6;
/** Requests that come within this time share one write to the disk, which costs more than this. */
const GATHER_MS = 2;

/** Why an event can never be accepted, or undefined where it can. */
export function refuseEvent(value: unknown): Failure | undefined {
  const checked = checkEvent(value);
  return checked.ok ? undefined : { code: checked.error.code, message: checked.error.message };
}

export function createEventWriter({
  openInbox,
  projector,
  maxWaiting = MAX_WAITING,
}: {
  readonly openInbox: () => Result<EventInbox, StoreError>;
  readonly projector: Pick<EventProjector, "wake" | "runAlone" | "settle" | "close">;
  readonly maxWaiting?: number;
}): EventWriter {
  const state: State = {
    openInbox,
    inbox: undefined,
    waiting: 0,
    countedAt: Number.NEGATIVE_INFINITY,
  };
  const queue = createWriteQueue<string, void>({
    maxGroupWeight: MAX_GROUP_WEIGHT,
    maxWaitingWeight: MAX_UNWRITTEN,
    gatherMs: GATHER_MS,
    write: async (bodies) => {
      const inbox = openOnce(state);
      if (!inbox.ok) return inbox;
      const appended = inbox.value.append(bodies);
      if (!appended.ok) return err(failureOfStore(appended.error));
      state.waiting += bodies.reduce((sum, body) => sum + body.length, 0);
      projector.wake();
      return ok(bodies.map(() => undefined));
    },
  });
  return {
    submit: async (delivery) => {
      if (countWaiting(state) > maxWaiting) return err(BUSY);
      const body = JSON.stringify(delivery);
      return queue.submit(body, body.length);
    },
    waiting: () => countWaiting(state) + queue.waiting(),
    settle: async () => {
      await queue.drain();
      await projector.settle();
    },
    runAlone: projector.runAlone,
    close: async () => {
      await queue.drain();
      await projector.close();
      state.inbox?.close();
    },
  };
}

const BUSY: Failure = {
  code: "busy",
  message: "more events arrive than can be taken in",
  next: "send it again in a moment",
};

interface State {
  readonly openInbox: () => Result<EventInbox, StoreError>;
  inbox: EventInbox | undefined;
  /** As last counted, and what was appended since. */
  waiting: number;
  countedAt: number;
}

function openOnce(state: State): Result<EventInbox, Failure> {
  if (state.inbox) return ok(state.inbox);
  const opened = state.openInbox();
  if (!opened.ok) return err(failureOfStore(opened.error));
  state.inbox = opened.value;
  return opened;
}

const COUNT_EVERY_MS = 200;

function countWaiting(state: State): number {
  const now = performance.now();
  // Nothing waits but what was appended, or was left by an earlier process.
  const isDue = state.inbox === undefined || state.waiting > 0;
  const inbox = isDue && now - state.countedAt > COUNT_EVERY_MS ? openOnce(state) : undefined;
  if (inbox?.ok) {
    const counted = inbox.value.waiting();
    if (counted.ok) state.waiting = counted.value;
    state.countedAt = now;
  }
  return state.waiting;
}
