import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { answerNodeRequest, isApiPath } from "#lib/server/answer-node-request.ts";
import { isAuthConfigured } from "#lib/usecases/access/authenticate-request.ts";
import { isLoopbackAddress } from "#lib/usecases/access/check-host.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import { sharedServices } from "#lib/usecases/open-services.ts";
import type { StoreOptions } from "./choose-store.ts";
import { chooseStoreUrl } from "./choose-store.ts";
import type { CliIo } from "./cli-io.ts";
import { EXIT } from "./exit-codes.ts";
import { fillDemoAside } from "./fill-demo-aside.ts";
import { findPackageRoot } from "./find-package-root.ts";
import { guardRequests } from "./guard-requests.ts";
import { reportFailure } from "./report-failure.ts";
import { startSyncs } from "./start-syncs.ts";

export interface ServeOptions extends StoreOptions {
  readonly port?: string;
  readonly host: string;
  readonly demo?: boolean;
}

const DEFAULT_PORT = 3000;

/** Runs until it is told to stop, and gives the exit code. */
export async function runServer(io: CliIo, options: ServeOptions): Promise<number> {
  const began = io.now().getTime();
  const port = portOf(io, options);
  if (!port.ok) return reportFailure(io, port.error);
  const root = findPackageRoot();
  if (root === undefined) {
    return reportFailure(io, {
      code: "internal",
      message: "the folder of the package was not found",
    });
  }
  const isLoopback = isLoopbackAddress(options.host);
  const storeUrl = await chooseStoreUrl(io, options);
  if (!storeUrl.ok) return reportFailure(io, storeUrl.error);
  setEnvironment({ options, root, isLoopback, storeUrl: storeUrl.value });
  const services = await openGuarded(io, { isLoopback });
  if (!services.ok) return reportFailure(io, services.error);
  const gate = createGate();
  const server = createServer(guardRequests({ services: services.value, answer: gate.answer }));
  const listening = await listen(server, { port: port.value, host: options.host });
  if (!listening.ok) {
    await services.value.close();
    return reportFailure(io, listening.error);
  }
  const stop = stopOnSignal(server);
  const started = await start(io, {
    options,
    root,
    services: services.value,
    storeUrl: storeUrl.value,
    gate,
  });
  if (!started.ok) {
    server.close();
    await services.value.close();
    return reportFailure(io, started.error);
  }
  const scheduler = startSyncs({ services: services.value, storeUrl: storeUrl.value });
  services.value.outbox.start();
  announce(io, { options, port: listening.value, seconds: (io.now().getTime() - began) / 1000 });
  await stop;
  io.err("Stopping.\n");
  await scheduler.close();
  await services.value.close();
  return EXIT.ok;
}

function portOf(io: CliIo, options: ServeOptions): Result<number, Failure> {
  const text = options.port ?? io.env["PORT"];
  if (text === undefined || text === "") return ok(DEFAULT_PORT);
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return ok(port);
  return err({ code: "bad-usage", message: `"${text}" is not a port` });
}

/** The web framework loads the same code in a bundle of its own: what both must know is in the environment. */
function setEnvironment({
  options,
  root,
  isLoopback,
  storeUrl,
}: {
  readonly options: ServeOptions;
  readonly root: string;
  readonly isLoopback: boolean;
  readonly storeUrl: string;
}): void {
  Object.assign(process.env, {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    FAULTLINE_VERSION: process.env["FAULTLINE_VERSION"] ?? "0.0.0-source",
    FAULTLINE_STORE: storeUrl,
    FAULTLINE_HOP_SECRET: randomBytes(24).toString("hex"),
    FAULTLINE_REQUIRE_AUTH: isLoopback ? "0" : "1",
    FAULTLINE_EVENT_WORKER: findEventWorker() ?? "",
    FAULTLINE_DEMO: options.demo ? join(root, "graph-seed") : "",
  });
}

/** Beside the bundle or, in a chunk of it, one folder above. Run from its source, there is none. */
const findEventWorker = (): string | undefined =>
  ["./event-worker.mjs", "../event-worker.mjs"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));

async function openGuarded(
  io: CliIo,
  { isLoopback }: { readonly isLoopback: boolean },
): Promise<Result<Services, Failure>> {
  const services = sharedServices();
  if (!services.ok) return services;
  const view = await services.value.workspace.view();
  if (!view.ok) return giveUp(services.value, view.error);
  if (view.value.asOf.staleBecause !== undefined) {
    io.err(
      `The store does not answer (${view.value.asOf.staleBecause}). Answering from the version of ${view.value.asOf.at}.\n`,
    );
  }
  const auth = await services.value.auth();
  if (!auth.ok) return giveUp(services.value, auth.error);
  const isConfigured = isAuthConfigured(auth.value);
  if (!isLoopback && !isConfigured) {
    return giveUp(services.value, {
      code: "bad-usage",
      message: "this address can be reached by others, and nobody would have to say who they are",
      next: "make a token with `faultline token create NAME`, or name a proxy that signs people in with FAULTLINE_PROXY",
    });
  }
  if (!isConfigured) {
    io.err(
      "No tokens are configured: whoever reaches this machine's loopback address may read and write, with any token or none.\n",
    );
  }
  return services;
}

async function giveUp(services: Services, failure: Failure): Promise<Result<never, Failure>> {
  await services.close();
  return err(failure);
}

interface Gate {
  readonly answer: RequestListener;
  readonly open: (answer: RequestListener) => void;
}

/** The port is taken at once, so that a busy one is noticed before anything is done; until all is ready the answer is 503. */
function createGate(): Gate {
  let current: RequestListener = answerStarting;
  return {
    answer: (request, response) => current(request, response),
    open: (answer) => {
      current = answer;
    },
  };
}

function answerStarting(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "1" });
  response.end("Faultline is starting.\n");
}

function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Result<number, Failure>> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(err(listenFailure(error, { port, host })));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(ok(typeof address === "object" && address ? address.port : port));
    });
  });
}

function listenFailure(
  error: NodeJS.ErrnoException,
  { port, host }: { readonly port: number; readonly host: string },
): Failure {
  if (error.code === "EADDRINUSE") {
    return {
      code: "bad-usage",
      message: `port ${port} is taken by another program, or by a Faultline that runs already`,
      next: `choose another: --port ${port + 1}, or PORT=${port + 1}`,
    };
  }
  if (error.code === "EACCES") {
    return {
      code: "bad-usage",
      message: `port ${port} needs rights that this user has not`,
      next: "choose one from 1024 on",
    };
  }
  return { code: "bad-usage", message: `cannot listen on ${host}:${port}: ${error.message}` };
}

async function start(
  io: CliIo,
  {
    options,
    root,
    services,
    storeUrl,
    gate,
  }: {
    readonly options: ServeOptions;
    readonly root: string;
    readonly services: Services;
    readonly storeUrl: string;
    readonly gate: Gate;
  },
): Promise<Result<void, Failure>> {
  const filling = options.demo
    ? fillDemoAside({ services, storeUrl })
    : Promise.resolve(ok(undefined));
  if (!existsSync(join(root, ".next", "BUILD_ID"))) {
    // One after the other, so that each can say how far it is.
    const filled = await filling;
    if (!filled.ok) return filled;
    const built = await buildWeb(io, root);
    if (!built.ok) return built;
  }
  const web = await prepareWeb(root);
  const filled = await filling;
  if (!filled.ok) return filled;
  gate.open((request, response) => {
    // Without the framework an event costs a third.
    if (isApiPath(request.url ?? "/")) void answerNodeRequest(request, { response, services });
    else web(request, response);
  });
  return ok(undefined);
}

async function buildWeb(io: CliIo, root: string): Promise<Result<void, Failure>> {
  const { spawn } = await import("node:child_process");
  io.err("Building the web application (once, about a minute) …\n");
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, [next, "build"], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code === 0) return ok(undefined);
  return err({
    code: "internal",
    message: "the web application could not be built",
    next: `cd ${root} && npx next build shows why`,
  });
}

async function prepareWeb(root: string): Promise<RequestListener> {
  const loaded = await import("next");
  // A CommonJS package: what it exports by default may be one level deeper.
  const inner = loaded.default as unknown as { readonly default?: typeof loaded.default };
  const createApp = inner.default ?? loaded.default;
  const app = createApp({ dev: false, dir: root, quiet: true });
  await withStdoutAside(() => app.prepare());
  return app.getRequestHandler();
}

/** The framework greets on stdout, where only the answer belongs. */
async function withStdoutAside(work: () => Promise<void>): Promise<void> {
  const write = process.stdout.write;
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write;
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
}

function announce(
  io: CliIo,
  {
    options,
    port,
    seconds,
  }: { readonly options: ServeOptions; readonly port: number; readonly seconds: number },
): void {
  const isEverywhere = options.host === "0.0.0.0" || options.host === "::";
  const named = options.host.includes(":") ? `[${options.host}]` : options.host;
  const host = isEverywhere ? "127.0.0.1" : named;
  io.out(`Faultline is ready at http://${host}:${port} (${seconds.toFixed(1)} s)\n`);
  if (isEverywhere) io.out(`Others reach it at http://${hostname()}:${port}\n`);
  io.err("Next: open it and search for a column. Stop with Ctrl+C.\n");
}

function stopOnSignal(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      server.close();
      server.closeAllConnections();
      resolve();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
}
