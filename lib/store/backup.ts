import { existsSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { copyInbox, packInbox, unpackInbox } from "./embedded/backup-inbox.ts";
import {
  checkStoreFile,
  checkUnused,
  copyStoreFile,
  syncFile,
} from "./embedded/copy-store-file.ts";
import { DATABASE_FILE } from "./embedded/open-embedded-store.ts";
import { describeSqliteError } from "./embedded/sqlite-error.ts";
import { INBOX_FILE } from "./event-inbox.ts";
import { folderOf } from "./open-store.ts";
import type { StoreError } from "./store-error.ts";

export interface BackupOutcome {
  /** The file that was written. */
  readonly file: string;
  readonly bytes: number;
  /** The version of the graph in it. */
  readonly version: number;
  /** Requests with events that were accepted and are not in the graph yet; they are in the file too. */
  readonly waiting: number;
}

/**
 * Copies the embedded store at `storeUrl` (`file:PATH`) into one file, as of one moment, while others go on reading and
 * writing; with it go the events that were accepted and are not in the graph yet. The file must not exist. Errors: `refused` (not an embedded store, the file exists), `no-space`, `corrupt`.
 */
export async function backupStore(
  storeUrl: string,
  file: string,
): Promise<Result<BackupOutcome, StoreError>> {
  const source = databaseOf(storeUrl);
  if (!source.ok) return source;
  if (!existsSync(source.value)) return err(refused(`${source.value} does not exist.`));
  if (existsSync(file))
    return err(refused(`${file} exists already.`, "Name another file for the backup."));
  const target = resolve(file);
  const part = `${target}.inbox`;
  const inbox = inboxOf(source.value);
  try {
    await mkdir(dirname(target), { recursive: true });
    await rm(part, { force: true });
    if (existsSync(inbox)) copyInbox(inbox, part);
    const copied = await copyInto({ source: source.value, target });
    if (!copied.ok) return copied;
    const waiting = existsSync(part) ? packInbox(target, part) : 0;
    syncFile(target);
    return ok({ ...copied.value, bytes: statSync(target).size, waiting });
  } catch (thrown) {
    // Half a copy would look like a backup.
    await rm(target, { force: true });
    return err(describeSqliteError(thrown, target));
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Puts a backup in the place of the embedded store at `storeUrl`. What was there is moved aside, to a file beside it that
 * the answer names, never deleted. Errors as in `backupStore`; `refused` too while any process has the store open.
 */
export async function restoreStore(
  storeUrl: string,
  file: string,
): Promise<Result<BackupOutcome & { readonly previous?: string }, StoreError>> {
  const target = databaseOf(storeUrl);
  if (!target.ok) return target;
  if (!existsSync(file)) return err(refused(`${file} does not exist.`));
  const checked = checkStoreFile(file);
  if (!checked.ok) return checked;
  const unused = existsSync(target.value) ? checkUnused(target.value) : ok(undefined);
  if (!unused.ok) return unused;
  const fresh = `${target.value}.restoring`;
  const freshInbox = inboxOf(fresh);
  await rm(fresh, { force: true });
  await rm(freshInbox, { force: true });
  const copied = await copyInto({ source: file, target: fresh });
  if (!copied.ok) return copied;
  try {
    const waiting = unpackInbox(fresh, freshInbox);
    for (const one of [fresh, freshInbox]) syncFile(one);
    // What waits there was accepted for the store that is replaced.
    const stamp = `before-restore-${Date.now()}`;
    const inbox = inboxOf(target.value);
    await moveAside(inbox, stamp);
    const previous = await moveAside(target.value, stamp);
    await rename(freshInbox, inbox);
    await rename(fresh, target.value);
    return ok({
      ...copied.value,
      file: target.value,
      waiting,
      ...(previous === undefined ? {} : { previous }),
    });
  } catch (thrown) {
    await rm(fresh, { force: true });
    await rm(freshInbox, { force: true });
    return err(describeSqliteError(thrown, target.value));
  }
}

/** The inbox beside a store's file. */
const inboxOf = (database: string): string =>
  join(dirname(database), INBOX_FILE + (database.endsWith(".restoring") ? ".restoring" : ""));

function databaseOf(storeUrl: string): Result<string, StoreError> {
  if (storeUrl.startsWith("file:")) return ok(resolve(join(folderOf(storeUrl), DATABASE_FILE)));
  return err(
    refused(
      `${storeUrl} is not an embedded store.`,
      "Back up Neo4j with neo4j-admin database dump.",
    ),
  );
}

async function copyInto(copy: {
  source: string;
  target: string;
}): Promise<Result<Omit<BackupOutcome, "waiting">, StoreError>> {
  try {
    await mkdir(dirname(copy.target), { recursive: true });
  } catch (thrown) {
    return err(describeSqliteError(thrown, copy.target));
  }
  const copied = copyStoreFile(copy);
  // Half a copy would look like a backup.
  if (!copied.ok) await rm(copy.target, { force: true });
  return copied.ok ? ok({ file: copy.target, ...copied.value }) : copied;
}

/** Together with its log, in which the newest transactions may be. */
async function moveAside(database: string, stamp: string): Promise<string | undefined> {
  if (!existsSync(database)) return undefined;
  const previous = `${database}.${stamp}`;
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(database + suffix)) await rename(database + suffix, previous + suffix);
  }
  await rename(database, previous);
  return previous;
}

const refused = (message: string, next?: string): StoreError => ({
  code: "refused",
  message,
  ...(next === undefined ? {} : { next }),
});
