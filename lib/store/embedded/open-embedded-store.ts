import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "../lineage-store.ts";
import type { StoreError } from "../store-error.ts";
import { EmbeddedStore } from "./embedded-store.ts";
import { migrateStore } from "./schema.ts";
import { describeSqliteError } from "./sqlite-error.ts";

export const DATABASE_FILE = "faultline.db";

/**
 * WAL: readers go on while one process writes. FULL: what is acknowledged survives a power cut. The short busy timeout
 * is only for the moments that SQLite itself locks; whole transactions wait in JavaScript, where the event loop goes on.
 */
const PRAGMAS = [
  "busy_timeout = 200",
  "journal_mode = WAL",
  "synchronous = FULL",
  "foreign_keys = OFF",
  "temp_store = MEMORY",
  "journal_size_limit = 67108864",
];

/**
 * Pages that a connection keeps, in KB. Only writing comes back to the same pages; who reads, reads all claims once from the
 * first to the last, and would keep as much of the file for nothing.
 */
const CACHE_KB = { writes: 65_536, reads: 4_096 };

/** Opens the store in a folder, which is made where it is missing, and brings its format up to date. */
export function openEmbeddedStore(folder: string): Result<LineageStore, StoreError> {
  const label = `embedded store ${join(folder, DATABASE_FILE)}`;
  const opened: Database.Database[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    const writer = openConnection(join(folder, DATABASE_FILE), {
      opened,
      cacheKb: CACHE_KB.writes,
    });
    const migrated = migrateStore(writer);
    if (!migrated.ok) {
      closeAll(opened);
      return err({ ...migrated.error, message: `${label}: ${migrated.error.message}` });
    }
    const reading = { opened, cacheKb: CACHE_KB.reads };
    const reader = openConnection(join(folder, DATABASE_FILE), reading);
    const glancer = openConnection(join(folder, DATABASE_FILE), reading);
    return ok(new EmbeddedStore({ label, writer, reader, glancer }));
  } catch (thrown) {
    closeAll(opened);
    return err(describeSqliteError(thrown, label));
  }
}

/** The same store without a file: for tests, and for questions about files that nothing is kept of. */
export function openMemoryStore(): Result<LineageStore, StoreError> {
  const label = "store in memory";
  try {
    const writer = new Database(":memory:");
    const migrated = migrateStore(writer);
    return migrated.ok ? ok(new EmbeddedStore({ label, writer })) : migrated;
  } catch (thrown) {
    return err(describeSqliteError(thrown, label));
  }
}

function openConnection(
  file: string,
  { opened, cacheKb }: { readonly opened: Database.Database[]; readonly cacheKb: number },
): Database.Database {
  const db = new Database(file);
  opened.push(db);
  // Before the first table is made, and without effect afterwards: bodies of a few hundred bytes pack better.
  db.exec("PRAGMA page_size = 8192");
  for (const pragma of [...PRAGMAS, `cache_size = -${cacheKb}`])
    db.prepare(`PRAGMA ${pragma}`).all();
  return db;
}

function closeAll(databases: readonly Database.Database[]): void {
  for (const db of databases) if (db.open) db.close();
}
