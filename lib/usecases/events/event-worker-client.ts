import { Worker } from "node:worker_threads";
import type { WorkerAnswer, WorkerRequest, WorkerSetup } from "./event-worker-messages.ts";
import type { EventProjector, Projected } from "./project-events.ts";

const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;

/** The projector in a thread of its own. If the thread dies it is started again; what it had not written waits in the inbox. */
export function startEventWorker(options: {
  readonly script: string;
  readonly setup: WorkerSetup;
  readonly onProjected: (projected: Projected) => void;
}): Pick<EventProjector, "wake" | "runAlone" | "settle" | "close"> {
  const state: State = {
    options,
    worker: undefined,
    isClosed: false,
    waiting: new Map(),
    next: 1,
    restartMs: FIRST_RESTART_MS,
  };
  start(state);
  return {
    wake: () => state.worker?.postMessage({ kind: "wake" } satisfies WorkerRequest),
    settle: () => ask(state, "settle"),
    runAlone: createTurns(state),
    close: async () => {
      state.isClosed = true;
      await ask(state, "close");
      await state.worker?.terminate();
    },
  };
}

interface State {
  readonly options: Parameters<typeof startEventWorker>[0];
  worker: Worker | undefined;
  isClosed: boolean;
  readonly waiting: Map<number, () => void>;
  next: number;
  restartMs: number;
}

function start(state: State): void {
  const { script, setup, onProjected } = state.options;
  const worker = new Worker(script, {
    workerData: setup,
    // A group's facts are garbage as soon as it is written; with more room they never grow old.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  state.worker = worker;
  worker.unref();
  worker.on("message", (answer: WorkerAnswer) => {
    if (answer.kind === "projected") {
      state.restartMs = FIRST_RESTART_MS;
      onProjected(answer.projected);
    }
    if (answer.kind === "failed") sayNotTaken(answer.failure.message);
    if ("id" in answer) settle(state, answer.id);
  });
  worker.on("error", (error) =>
    sayNotTaken(error instanceof Error ? error.message : String(error)),
  );
  worker.on("exit", () => {
    state.worker = undefined;
    for (const id of [...state.waiting.keys()]) settle(state, id);
    if (state.isClosed) return;
    setTimeout(() => start(state), state.restartMs).unref();
    state.restartMs = Math.min(LAST_RESTART_MS, state.restartMs * 2);
  });
}

/** What was accepted is safe; it waits. */
export const sayNotTaken = (message: string): void => {
  process.stderr.write(`faultline: events wait to be taken into the graph: ${message}\n`);
};

function settle(state: State, id: number): void {
  state.waiting.get(id)?.();
  state.waiting.delete(id);
}

function ask(state: State, kind: "settle" | "pause" | "close"): Promise<void> {
  const { worker } = state;
  if (!worker) return Promise.resolve();
  const id = state.next++;
  return new Promise((resolve) => {
    state.waiting.set(id, resolve);
    worker.postMessage({ kind, id } satisfies WorkerRequest);
  });
}

function createTurns(state: State): EventProjector["runAlone"] {
  let last: Promise<unknown> = Promise.resolve();
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    await ask(state, "pause");
    try {
      return await work();
    } finally {
      state.worker?.postMessage({ kind: "resume" } satisfies WorkerRequest);
    }
  };
  return (work) => {
    const mine = last.then(
      () => alone(work),
      () => alone(work),
    );
    last = mine.catch(() => undefined);
    return mine;
  };
}
