import type Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { StoreError } from "../store-error.ts";

/** "FLT1": tells our files from any other SQLite file. */
const APPLICATION_ID = 0x464c5431;

/**
 * One row of `claims` is one body of one (source, asset) over the versions in which it held: `[from_version, to_version)`,
 * open while it is the present one. `stale` holds, in the same way, when the source did not say it any more. When a claim
 * was last seen changes without a new version, so it has a narrow table of its own that is cheap to update in bulk.
 */
const FORMAT_1 = `
CREATE TABLE sources (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, info TEXT NOT NULL, info_version INTEGER NOT NULL);
CREATE TABLE versions (version INTEGER PRIMARY KEY, at TEXT NOT NULL, at_ms INTEGER NOT NULL, source TEXT NOT NULL, written INTEGER NOT NULL);
CREATE TABLE claims (
  row INTEGER PRIMARY KEY, source INTEGER NOT NULL, asset TEXT NOT NULL, digest TEXT NOT NULL,
  from_version INTEGER NOT NULL, to_version INTEGER, first_seen TEXT NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX claims_current ON claims (source, asset, digest) WHERE to_version IS NULL;
CREATE INDEX claims_feed ON claims (from_version) WHERE to_version IS NULL;
CREATE TABLE seen (claim INTEGER PRIMARY KEY, source INTEGER NOT NULL, last TEXT NOT NULL, last_ms INTEGER NOT NULL);
CREATE TABLE stale (claim INTEGER NOT NULL, from_version INTEGER NOT NULL, to_version INTEGER, since TEXT NOT NULL,
  PRIMARY KEY (claim, from_version)) WITHOUT ROWID;
CREATE INDEX stale_ended ON stale (to_version);
CREATE INDEX stale_begun ON stale (from_version);
CREATE TABLE records (collection TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  revision INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
`;

/** Each entry takes a store from the format of its index to the next; a store of today has the format of the list's length. */
export const MIGRATIONS: readonly string[] = [FORMAT_1];

/** Brings a store to the newest format, in one transaction; refuses one that a newer Faultline has written. */
export function migrateStore(
  db: Database.Database,
  migrations: readonly string[] = MIGRATIONS,
): Result<"created" | "migrated" | "current", StoreError> {
  const format = readPragma(db, "user_version");
  const application = readPragma(db, "application_id");
  if (format > migrations.length) return err(newerFormat(format, migrations.length));
  if (application === APPLICATION_ID && format === migrations.length) return ok("current");
  db.exec("BEGIN IMMEDIATE");
  // Another process may have done it between the look and the lock.
  const from = readPragma(db, "user_version");
  const isOurs = readPragma(db, "application_id") === APPLICATION_ID;
  if (!isOurs && countTables(db) > 0) {
    db.exec("ROLLBACK");
    return err(notOurs());
  }
  for (const statements of migrations.slice(from)) db.exec(statements);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${Math.max(from, migrations.length)}`);
  db.exec("COMMIT");
  return ok(isOurs ? "migrated" : "created");
}

/** True for a store of any format, our own mark being in the file's header. */
export const isStoreFile = (db: Database.Database): boolean =>
  readPragma(db, "application_id") === APPLICATION_ID;

function readPragma(db: Database.Database, name: string): number {
  const row = db.prepare(`PRAGMA ${name}`).raw().get() as readonly unknown[] | undefined;
  return Number(row?.[0] ?? 0);
}

const countTables = (db: Database.Database): number =>
  Number((db.prepare("SELECT count(*) FROM sqlite_master").raw().get() as unknown[])[0]);

const newerFormat = (format: number, known: number): StoreError => ({
  code: "newer-format",
  message: `The store has format ${format}, and this Faultline knows formats up to ${known}.`,
  next: "Use the Faultline that wrote it, or a newer one; or ingest into a new store.",
});

const notOurs = (): StoreError => ({
  code: "refused",
  message: "The file is an SQLite database, and not one of Faultline's.",
  next: "Choose another folder for the store.",
});
