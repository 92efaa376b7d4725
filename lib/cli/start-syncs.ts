import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import { type Scheduler, startScheduler } from "#lib/usecases/sync/scheduler.ts";
import { syncConfigured } from "#lib/usecases/sync/sync-configured.ts";

/**
 * The scheduler of a server. Each run is a process of its own, so that reading a large source neither keeps questions waiting
 * nor leaves its memory behind; a store in memory, which no other process sees, is filled here.
 */
export function startSyncs({
  services,
  storeUrl,
}: {
  readonly services: Services;
  readonly storeUrl: string;
}): Scheduler {
  const { workspace, config, now } = services;
  const store = async () => {
    const opened = await workspace.store();
    return opened.ok ? opened : err(opened.error);
  };
  const run = async (name: string): Promise<Result<unknown, Failure>> => {
    const done =
      storeUrl === "memory:"
        ? await runHere(services, name)
        : await runInProcess({ name, storeUrl });
    workspace.noteCommit();
    return done;
  };
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  return startScheduler({ config, store, run, now, say });
}

async function runHere(
  { workspace, config, now }: Services,
  name: string,
): Promise<Result<unknown, Failure>> {
  const found = await config();
  const store = await workspace.store();
  if (found === undefined) return ok(undefined);
  if (!store.ok) return store;
  const { loadSqlParser } = await import("#lib/usecases/sources/load-sql-parser.ts");
  return syncConfigured({
    ...found,
    store: store.value,
    parser: await loadSqlParser(),
    names: [name],
    env: process.env,
    now,
    sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
    random: Math.random,
  });
}

function runInProcess({
  name,
  storeUrl,
}: {
  readonly name: string;
  readonly storeUrl: string;
}): Promise<Result<unknown, Failure>> {
  const [, script = ""] = process.argv;
  const config = resolve(process.env["FAULTLINE_CONFIG"] ?? "faultline.yaml");
  const argv = [...process.execArgv, script, "sync", name, "--config", config, "--store", storeUrl];
  return new Promise((done) => {
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said = `${said}${text.toString()}`.slice(-2_000);
    });
    child.once("error", (error) => done(err({ code: "internal", message: error.message })));
    child.once("close", (code) => {
      const lines = said.trim().split("\n");
      const message =
        lines.find((line) => line.startsWith("faultline: "))?.slice("faultline: ".length) ??
        lines.at(-1);
      done(
        code === 0
          ? ok(undefined)
          : err({ code: "internal", message: message || `it ended with ${code}` }),
      );
    });
  });
}
