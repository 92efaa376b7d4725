import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { StoreOptions } from "../choose-store.ts";
import { addStoreOption, chooseStoreUrl } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { reportFailure } from "../report-failure.ts";

/** `backup`: a consistent copy of the embedded store, also while a server uses it. */
export function addBackupCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("backup"))
    .description("copy the embedded store into a file, also while it is in use")
    .argument("<file>", "where to; it must not exist yet")
    .action(async (file: string, options: StoreOptions) => {
      if (existsSync(resolve(io.cwd, file))) {
        const message = `${file} exists already`;
        const next = "name another file for the backup";
        return endWith(reportFailure(io, { code: "bad-usage", message, next }));
      }
      const done = await runOnEmbedded({ io, options, what: "backup" }, async (url) => {
        const { backupStore } = await import("#lib/store/backup.ts");
        return backupStore(url, resolve(io.cwd, file));
      });
      if (!done.ok) return endWith(reportFailure(io, done.error));
      const { bytes, version, waiting } = done.value;
      io.out(`${done.value.file}\n`);
      io.err(`Version ${version}, ${(bytes / 1e6).toFixed(1)} MB.${sayWaiting(waiting)}\n`);
    });
}

/** `restore`: puts a copy in the place of the embedded store. */
export function addRestoreCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("restore"))
    .description("make the embedded store from a copy; stop the server before")
    .argument("<file>", "what `backup` wrote")
    .action(async (file: string, options: StoreOptions) => {
      const wrong = await checkCopy(resolve(io.cwd, file));
      if (wrong !== undefined) {
        const message = `${file} ${wrong}`;
        return endWith(reportFailure(io, { code: "bad-usage", message }));
      }
      const done = await runOnEmbedded({ io, options, what: "restore" }, async (url) => {
        const { restoreStore } = await import("#lib/store/backup.ts");
        return restoreStore(url, resolve(io.cwd, file));
      });
      if (!done.ok) return endWith(reportFailure(io, done.error));
      const { previous, version, waiting } = done.value;
      io.out(`${done.value.file}\n`);
      io.err(
        `Version ${version} is in place.${previous === undefined ? "" : ` What was there is kept as ${previous}.`}${sayWaiting(waiting)}\n`,
      );
    });
}

/** How every file of the embedded store begins. */
const STORE_HEAD = "SQLite format 3\0";

async function checkCopy(path: string): Promise<string | undefined> {
  if (!existsSync(path)) return "does not exist";
  try {
    const file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(STORE_HEAD.length), 0, STORE_HEAD.length, 0);
    await file.close();
    return buffer.toString("latin1") === STORE_HEAD ? undefined : "is no store that was backed up";
  } catch {
    return "is no store that was backed up: it cannot be read";
  }
}

/** Requests with events, in the inbox. */
const sayWaiting = (waiting: number): string =>
  waiting === 0
    ? ""
    : ` ${waiting} accepted and not yet in the graph: the next server takes them in.`;

async function runOnEmbedded<T>(
  {
    io,
    options,
    what,
  }: { readonly io: CliIo; readonly options: StoreOptions; readonly what: string },
  work: (url: string) => Promise<Result<T, StoreError>>,
): Promise<Result<T, Failure>> {
  const chosen = await chooseStoreUrl(io, options);
  if (!chosen.ok) return chosen;
  const url = chosen.value;
  if (!url.startsWith("file:")) {
    return err({
      code: "bad-usage",
      message: `${what} is for the embedded store; this is ${url}`,
      next: "for Neo4j use neo4j-admin database dump and load",
    });
  }
  const done = await work(url);
  return done.ok ? ok(done.value) : err(failureOfStore(done.error));
}
