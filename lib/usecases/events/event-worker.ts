import { parentPort, workerData } from "node:worker_threads";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { openEventInbox } from "#lib/store/event-inbox.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { createConfigReader } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from "./event-worker-messages.ts";
import { createEventProjector, type EventProjector } from "./project-events.ts";

/*
 * The thread that takes events into the graph, so that a large group keeps no request waiting. It has connections of its
 * own to the store and to the inbox, and tells the server what it has written.
 */

/** Large groups: what many events say of one table is written once. */
const MAX_GROUP_SIZE = 1_000_000;
/** Events that come within this time are a group; a commit is seen within a second all the same. */
const GATHER_MS = 100;

function say(answer: WorkerAnswer): void {
  parentPort?.postMessage(answer);
}

function start({ storeUrl, inboxFolder, configPath }: WorkerSetup): void {
  const inbox = openEventInbox(inboxFolder, "take");
  if (!inbox.ok) {
    say({ kind: "failed", failure: failureOfStore(inbox.error) });
    return;
  }
  const store = openLazily(storeUrl);
  const projector = createEventProjector({
    openInbox: () => inbox,
    store,
    config: createConfigReader(configPath),
    now: () => new Date(),
    maxGroupSize: MAX_GROUP_SIZE,
    gatherMs: GATHER_MS,
    onProjected: (projected) => say({ kind: "projected", projected }),
    onFailed: (failure) => say({ kind: "failed", failure }),
  });
  const close = async (): Promise<void> => {
    await projector.close();
    inbox.value.close();
    const opened = await store();
    if (opened.ok) await opened.value.close();
  };
  answerRequests(projector, close);
  projector.wake();
  // The first event need not wait for it; where it cannot be loaded now, that is said of the first event that needs it.
  void loadSqlParser().catch(() => undefined);
}

/** Tried again with the next group where it is away. */
function openLazily(url: string): () => Promise<Result<LineageStore, Failure>> {
  let known: LineageStore | undefined;
  return async () => {
    if (known) return ok(known);
    const opened = await openStore(url, process.env);
    if (!opened.ok) return err(failureOfStore(opened.error));
    known = opened.value;
    return opened;
  };
}

function answerRequests(projector: EventProjector, close: () => Promise<void>): void {
  let release: (() => void) | undefined;
  const pause = (request: Extract<WorkerRequest, { kind: "pause" }>): Promise<void> =>
    projector.runAlone(
      () =>
        new Promise((resolve) => {
          release = resolve;
          say(request);
        }),
    );
  const answers: {
    [K in WorkerRequest["kind"]]: (request: Extract<WorkerRequest, { kind: K }>) => void;
  } = {
    wake: () => projector.wake(),
    settle: (request) => void projector.settle().then(() => say(request)),
    pause: (request) => void pause(request),
    resume: () => release?.(),
    close: (request) => {
      release?.();
      void close().then(() => {
        say(request);
        parentPort?.close();
      });
    },
  };
  parentPort?.on("message", (request: WorkerRequest) => {
    (answers[request.kind] as (request: WorkerRequest) => void)(request);
  });
}

start(workerData as WorkerSetup);
