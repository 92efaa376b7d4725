import type Database from "libsql";
import { compareText } from "#lib/kit/compare-text.ts";
import type { StoreRecord } from "../lineage-store.ts";
import { storageKey } from "../storage-key.ts";
import { prepareOnce } from "./prepare-once.ts";

type RecordRow = [name: string, body: string, revision: number, at: string];

const toRecord = (row: RecordRow): StoreRecord => {
  const [collection, key] = JSON.parse(row[0]) as [string, string];
  return { collection, key, body: JSON.parse(row[1]) as unknown, revision: row[2], at: row[3] };
};

export function readRecord(
  db: Database.Database,
  collection: string,
  key: string,
): StoreRecord | undefined {
  const row = prepareOnce(
    db,
    "SELECT name, body, revision, at FROM records WHERE collection = ? AND key = ?",
  ).get(storageKey(collection), storageKey(key)) as RecordRow | undefined;
  return row && toRecord(row);
}

/** Ordered by key. */
export function readRecords(db: Database.Database, collection: string): readonly StoreRecord[] {
  const rows = prepareOnce(
    db,
    "SELECT name, body, revision, at FROM records WHERE collection = ?",
  ).all(storageKey(collection)) as RecordRow[];
  return rows.map(toRecord).sort((a, b) => compareText(a.key, b.key));
}

/** Writes the record as it is given; the caller has compared revisions in the same transaction. */
export function writeRecord(db: Database.Database, record: StoreRecord): void {
  const { collection, key, revision, at } = record;
  // The names themselves are kept as JSON, which holds any text; the columns hold what SQLite can index.
  prepareOnce(
    db,
    "INSERT OR REPLACE INTO records (collection, key, name, body, revision, at) VALUES (?, ?, ?, ?, ?, ?)",
  ).run(
    storageKey(collection),
    storageKey(key),
    JSON.stringify([collection, key]),
    JSON.stringify(record.body ?? null),
    revision,
    at,
  );
}

export function removeRecord(db: Database.Database, collection: string, key: string): boolean {
  return (
    prepareOnce(db, "DELETE FROM records WHERE collection = ? AND key = ?").run(
      storageKey(collection),
      storageKey(key),
    ).changes > 0
  );
}
