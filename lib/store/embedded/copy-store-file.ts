import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { StoreError } from "../store-error.ts";
import { newestVersion } from "./apply-batch.ts";
import { isStoreFile } from "./schema.ts";
import { describeSqliteError, isLocked } from "./sqlite-error.ts";

interface CopyOutcome {
  readonly bytes: number;
  readonly version: number;
}

/** Writes all that one transaction sees of `source` into the new file `target`, and waits until it is on the disk. */
export function copyStoreFile({
  source,
  target,
}: {
  source: string;
  target: string;
}): Result<CopyOutcome, StoreError> {
  const copied = withDatabase(source, (db) => {
    db.prepare("PRAGMA busy_timeout = 10000").all();
    if (!isStoreFile(db)) return err(notAStore(source));
    try {
      db.prepare("VACUUM INTO ?").run([target]);
      return ok(undefined);
    } catch (thrown) {
      const error = describeSqliteError(thrown, target);
      // Whatever else goes wrong, it is the source that could not be read.
      return err(error.code === "no-space" ? error : describeSqliteError(thrown, source));
    }
  });
  if (!copied.ok) return copied;
  try {
    syncFile(target);
  } catch (thrown) {
    return err(describeSqliteError(thrown, target));
  }
  const version = withDatabase(target, (db) => ok(newestVersion(db)));
  return version.ok ? ok({ bytes: statSync(target).size, version: version.value }) : version;
}

/** Waits until a file is on the disk. Throws what the file system throws. */
export function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Reads every page, so that a damaged backup does not replace a store. */
export function checkStoreFile(file: string): Result<undefined, StoreError> {
  return withDatabase(file, (db) => {
    if (!isStoreFile(db)) return err(notAStore(file));
    const [found] = db.prepare("PRAGMA integrity_check(1)").raw().get() as [string];
    if (found === "ok") return ok(undefined);
    return err({
      code: "corrupt",
      message: `${file} is damaged: ${found}`,
      next: "Use another backup.",
    });
  });
}

/**
 * Refused while another process has the store open: it would go on writing into what is no longer the store. Leaving WAL
 * needs the file for oneself, and brings what is in the log into the file.
 */
export function checkUnused(file: string): Result<undefined, StoreError> {
  const alone = withDatabase(file, (db) => {
    db.prepare("PRAGMA busy_timeout = 1000").all();
    try {
      db.prepare("PRAGMA journal_mode = DELETE").all();
    } catch (thrown) {
      if (isLocked(thrown)) return err(inUse(file));
    }
    return ok(undefined);
  });
  // A damaged store is what a backup is for: it is moved aside as it is.
  return alone.ok || alone.error.code === "corrupt" ? ok(undefined) : alone;
}

const inUse = (file: string): StoreError => ({
  code: "refused",
  message: `${file} is open in another process.`,
  next: "Stop the server, and whatever else uses the store; then run it again.",
});

function withDatabase<T>(
  file: string,
  task: (db: Database.Database) => Result<T, StoreError>,
): Result<T, StoreError> {
  let db: Database.Database | undefined;
  try {
    db = new Database(file);
    return task(db);
  } catch (thrown) {
    return err(describeSqliteError(thrown, file));
  } finally {
    db?.close();
  }
}

const notAStore = (file: string): StoreError => ({
  code: "corrupt",
  message: `${file} is not a store of Faultline.`,
});
