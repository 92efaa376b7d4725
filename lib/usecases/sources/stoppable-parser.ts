import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { ParseTimeError } from "#lib/ingest/sql/sql-parser.ts";

/** Seconds of processor time for one text in one dialect. Texts that people write take less than a tenth of a second. */
const MAX_CPU_SECONDS = 1;

/** Where the machine is too busy to give the thread that much time, it ends here. */
const MAX_SECONDS = 8;

/** Between two looks at the clock. */
const LOOK_MS = 50;

/** A thread that needs more is ended by Node. */
const MAX_HEAP_MB = 320;

/**
 * What the thread runs, as text: no bundler then has to know of a further file. It is CommonJS, since that is what Node
 * takes texts for. A trap of the parser ends the thread, as its instance answers wrongly afterwards.
 */
const THREAD = `
const { workerData: { glue, compiled, port, signal, recursionLimit } } = require("node:worker_threads");
const answer = (message) => {
  port.postMessage(message);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
};
import(glue).then((parser) => {
  parser.initSync({ module: compiled });
  port.on("message", ({ sql, dialect }) => {
    try {
      answer({ statements: parser.parse_sql_with_options(dialect, sql, { recursionLimit }) });
    } catch (error) {
      const broken = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
      answer({ message: String(error?.message ?? error), broken });
    }
  });
}, (error) => answer({ message: String(error?.message ?? error), broken: true }));
`;

type Answer =
  | { readonly statements: readonly unknown[] }
  | { readonly message: string; readonly broken?: boolean };

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

export interface StoppableParserOptions {
  readonly compiled: WebAssembly.Module;
  /** Address of the module that speaks with the WASM instance. */
  readonly glue: string;
  readonly recursionLimit: number;
}

/**
 * The parser in a thread of its own, which is ended where a text takes too long. The caller waits for the answer as it
 * waits for the parser: what parses is the same, and in the same order, with and without the thread.
 */
export class StoppableParser implements SqlParser {
  readonly #options: StoppableParserOptions;
  #thread: Thread | undefined;

  constructor(options: StoppableParserOptions) {
    this.#options = options;
  }

  /** Throws `ParseTimeError` where the time is over, otherwise what the parser throws. */
  readonly parse = (sql: string, dialect: string): readonly unknown[] => {
    this.#thread ??= startThread(this.#options);
    const thread = this.#thread;
    Atomics.store(thread.signal, 0, 0);
    thread.port.postMessage({ sql, dialect });
    if (!waitFor(thread.signal)) {
      this.#end(thread);
      throw new ParseTimeError(`the parser took more than ${MAX_CPU_SECONDS} s`);
    }
    const received: { readonly message: Answer } | undefined = receiveMessageOnPort(thread.port);
    const answer = received?.message ?? { message: "unreachable: no answer", broken: true };
    if ("statements" in answer) return answer.statements;
    if (answer.broken === true) this.#end(thread);
    throw new Error(answer.message);
  };

  #end(thread: Thread): void {
    this.#thread = undefined;
    thread.port.close();
    void thread.worker.terminate();
  }
}

function startThread({ compiled, glue, recursionLimit }: StoppableParserOptions): Thread {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { glue, compiled, port: port2, signal, recursionLimit },
    transferList: [port2],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  // A thread that Node ends for its memory gives no answer; the time limit then speaks for it.
  worker.on("error", () => undefined);
  worker.unref();
  port1.unref();
  return { worker, port: port1, signal };
}

/** The processor's time and not the clock's: an answer should not hang on how busy a machine is. */
function waitFor(signal: Int32Array): boolean {
  const cpu = process.cpuUsage();
  const end = performance.now() + MAX_SECONDS * 1000;
  while (Atomics.wait(signal, 0, 0, LOOK_MS) === "timed-out") {
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1e6 > MAX_CPU_SECONDS || performance.now() > end) return false;
  }
  return true;
}
