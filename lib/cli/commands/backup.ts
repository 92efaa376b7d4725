import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { StoreOptions } from "../choose-store.ts";
import { addStoreOption, storeUrlOf } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { reportFailure } from "../report-failure.ts";

/** `backup`: a consistent copy of the embedded store, also while a server uses it. */
export function addBackupCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("backup"))
    .description("copy the embedded store into a file, also while it is in use")
    .argument("<file>", "where to; it must not exist yet")
    .action(async (file: string, options: StoreOptions) => {
      const done = await runOnFolder({ io, options, what: "backup" }, async (folder) => {
        const { backupStore } = await import("#lib/store/backup.ts");
        return backupStore(folder, resolve(io.cwd, file));
      });
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(`${file}\n`);
    });
}

/** `restore`: puts a copy in the place of the embedded store. */
export function addRestoreCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("restore"))
    .description("make the embedded store from a copy; a store that is there is refused without --replace")
    .argument("<file>", "what `backup` wrote")
    .option("--replace", "put it in the place of the store that is there")
    .action(async (file: string, options: StoreOptions & { readonly replace?: boolean }) => {
      const done = await runOnFolder({ io, options, what: "restore" }, async (folder) => {
        const { restoreStore } = await import("#lib/store/backup.ts");
        return restoreStore(resolve(io.cwd, file), folder);
      });
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(`${storeUrlOf(io, options)}\n`);
    });
}

async function runOnFolder<T>(
  { io, options, what }: { readonly io: CliIo; readonly options: StoreOptions; readonly what: string },
  work: (folder: string) => Promise<Result<T, import("#lib/store/store-error.ts").StoreError>>,
): Promise<Result<T, Failure>> {
  const url = storeUrlOf(io, options);
  if (!url.startsWith("file:")) {
    return err({
      code: "bad-usage",
      message: `${what} is for the embedded store; this is ${url}`,
      next: "for Neo4j use neo4j-admin database dump and load",
    });
  }
  const { folderOf } = await import("#lib/store/open-store.ts");
  const done = await work(folderOf(url));
  return done.ok ? ok(done.value) : err(failureOfStore(done.error));
}
