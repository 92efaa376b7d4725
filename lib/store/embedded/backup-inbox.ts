import { existsSync } from "node:fs";
import Database from "libsql";
import { INBOX_TABLES } from "../event-inbox.ts";

/*
 * A backup is one file: beside the store it holds what the inbox had accepted and not taken in yet. The inbox is copied
 * before the store, so that what goes from one to the other in between is in both; taken in twice, it changes nothing.
 */

const PACKED = [
  { table: "inbox", packed: "waiting_inbox", columns: "id, size, body" },
  { table: "aside", packed: "waiting_aside", columns: "id, reason, body" },
] as const;

/** Copies an inbox in use as of one moment, into a new file. Throws what libsql throws. */
export function copyInbox(source: string, target: string): void {
  const db = new Database(source);
  try {
    db.prepare("PRAGMA busy_timeout = 10000").all();
    // One that was just made may have no tables yet.
    db.exec(INBOX_TABLES);
    db.prepare("VACUUM INTO ?").run([target]);
  } finally {
    db.close();
  }
}

/** Puts the copy of an inbox into a backup; gives how many entries wait in it. Throws what libsql throws. */
export function packInbox(backup: string, inbox: string): number {
  return withBoth(backup, inbox, (db) => {
    for (const { table, packed, columns } of PACKED)
      db.exec(`CREATE TABLE ${packed} AS SELECT ${columns} FROM inbox_file.${table}`);
    return countWaiting(db);
  });
}

/** Takes out what `packInbox` put in, into a new inbox; gives how many entries wait in it. Throws what libsql throws. */
export function unpackInbox(restored: string, inbox: string): number {
  const fresh = new Database(inbox);
  fresh.exec(INBOX_TABLES);
  fresh.close();
  return withBoth(restored, inbox, (db) => {
    // A backup of a store that never took events.
    if (!hasPacked(db)) return 0;
    for (const { table, packed, columns } of PACKED)
      db.exec(
        `INSERT INTO inbox_file.${table} (${columns}) SELECT ${columns} FROM ${packed} ORDER BY id`,
      );
    const waiting = countWaiting(db);
    for (const { packed } of PACKED) db.exec(`DROP TABLE ${packed}`);
    return waiting;
  });
}

function withBoth<T>(file: string, inbox: string, task: (db: Database.Database) => T): T {
  if (!existsSync(inbox)) throw new Error(`${inbox} does not exist`);
  const db = new Database(file);
  try {
    db.prepare("ATTACH DATABASE ? AS inbox_file").run([inbox]);
    db.exec("BEGIN IMMEDIATE");
    const result = task(db);
    db.exec("COMMIT");
    return result;
  } finally {
    if (db.inTransaction) db.exec("ROLLBACK");
    db.close();
  }
}

const hasPacked = (db: Database.Database): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(["waiting_inbox"]) !== undefined;

const countWaiting = (db: Database.Database): number =>
  Number((db.prepare("SELECT count(*) FROM waiting_inbox").raw().get() as unknown[])[0]);
