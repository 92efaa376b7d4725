import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import { describeSqliteError } from "./embedded/sqlite-error.ts";
import type { StoreError } from "./store-error.ts";

/** Something that was accepted and is to be taken into the graph, as text. */
export interface InboxEntry {
  /** Grows; never used again. */
  readonly id: number;
  readonly body: string;
}

/**
 * What was accepted and is not in the graph yet, in the order in which it came. It lives beside the store in a file of
 * its own, so that accepting never waits for a transaction of the graph, and so that a store over the network may be away.
 * Several processes may use one inbox: whoever reads an entry first takes it in, and a second time changes nothing.
 */
export interface EventInbox {
  /** On disk when it comes back, all or none. */
  readonly append: (bodies: readonly string[]) => Result<void, StoreError>;
  /** The oldest entries after an id, at least one where there is one, and no more than about so many characters. */
  readonly read: (options: {
    readonly after: number;
    readonly maxSize: number;
  }) => Result<readonly InboxEntry[], StoreError>;
  readonly remove: (ids: readonly number[]) => Result<void, StoreError>;
  /** Keeps an entry that cannot be taken in, with the reason, out of the way of all others. */
  readonly setAside: (entry: InboxEntry, reason: string) => Result<void, StoreError>;
  readonly listAside: () => Result<readonly SetAside[], StoreError>;
  /** Characters that wait. */
  readonly waiting: () => Result<number, StoreError>;
  readonly close: () => void;
}

export interface SetAside {
  readonly body: string;
  readonly reason: string;
}

export const INBOX_FILE = "inbox.db";

/** Two processes wait for each other for as long as a commit takes. */
const PRAGMAS = [
  "busy_timeout = 10000",
  "journal_mode = WAL",
  "temp_store = MEMORY",
  "journal_size_limit = 67108864",
];

export const INBOX_TABLES = `
CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aside (id INTEGER PRIMARY KEY, reason TEXT NOT NULL, body TEXT NOT NULL);
`;

/**
 * Opens the inbox in a folder, which is made where it is missing; without one it is in memory, for a store in memory. What
 * is appended survives a power cut; where one only takes, a removal that is lost has an event taken in once more, which
 * changes nothing, so it need not wait for the disk.
 */
export function openEventInbox(
  folder: string | undefined,
  use: "append" | "take" = "append",
): Result<EventInbox, StoreError> {
  const label = `inbox ${folder === undefined ? "in memory" : join(folder, INBOX_FILE)}`;
  try {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    const db = new Database(folder === undefined ? ":memory:" : join(folder, INBOX_FILE));
    for (const pragma of PRAGMAS) db.prepare(`PRAGMA ${pragma}`).all();
    db.prepare(`PRAGMA synchronous = ${use === "append" ? "FULL" : "NORMAL"}`).all();
    db.exec(INBOX_TABLES);
    return ok(inboxOver(db, label));
  } catch (thrown) {
    return err(describeSqliteError(thrown, label));
  }
}

function inboxOver(db: Database.Database, label: string): EventInbox {
  const insert = db.prepare("INSERT INTO inbox (size, body) VALUES (?, ?)");
  const reading: Reading = {
    sizes: db
      .prepare(`SELECT id, size FROM inbox WHERE id > ? ORDER BY id LIMIT ${SIZES_AT_ONCE}`)
      .raw(),
    bodies: db.prepare("SELECT id, body FROM inbox WHERE id > ? AND id <= ? ORDER BY id").raw(),
  };
  const remove = db.prepare("DELETE FROM inbox WHERE id = ?");
  const setAside = db.prepare("INSERT OR REPLACE INTO aside (id, reason, body) VALUES (?, ?, ?)");
  const attempt = <T>(work: () => T): Result<T, StoreError> => {
    try {
      return ok(work());
    } catch (thrown) {
      return err(describeSqliteError(thrown, label));
    }
  };
  const transact = (work: () => void): Result<void, StoreError> =>
    attempt(() => {
      db.exec("BEGIN IMMEDIATE");
      try {
        work();
        db.exec("COMMIT");
      } catch (thrown) {
        if (db.inTransaction) db.exec("ROLLBACK");
        throw thrown;
      }
    });
  return {
    append: (bodies) =>
      transact(() => {
        for (const body of bodies) insert.run(body.length, body);
      }),
    read: (options) =>
      attempt(() => {
        // Both statements see the inbox as of one moment.
        db.exec("BEGIN");
        try {
          return readUpTo(reading, options);
        } finally {
          if (db.inTransaction) db.exec("COMMIT");
        }
      }),
    remove: (ids) =>
      transact(() => {
        for (const id of ids) remove.run(id);
      }),
    setAside: ({ id, body }, reason) =>
      transact(() => {
        setAside.run(id, reason, body);
        remove.run(id);
      }),
    listAside: () =>
      attempt(() =>
        (db.prepare("SELECT body, reason FROM aside ORDER BY id").raw().all() as string[][]).map(
          ([body = "", reason = ""]) => ({ body, reason }),
        ),
      ),
    waiting: () =>
      attempt(() =>
        Number((db.prepare("SELECT sum(size) FROM inbox").raw().get() as unknown[])[0] ?? 0),
      ),
    close: () => {
      if (db.open) db.close();
    },
  };
}

/** Sizes that are looked at in one go, to find where a group ends. */
const SIZES_AT_ONCE = 1_000;

interface Reading {
  readonly sizes: Database.Statement;
  readonly bodies: Database.Statement;
}

/**
 * First where the group ends, by the sizes, then its bodies: both are read to their end. A statement that is left halfway
 * holds its view of the file, and what is then to be removed over the same connection is refused as locked.
 */
function readUpTo(
  { sizes, bodies }: Reading,
  { after, maxSize }: { readonly after: number; readonly maxSize: number },
): readonly InboxEntry[] {
  const last = findLast(sizes, { after, maxSize });
  if (last === after) return [];
  return (bodies.all(after, last) as [number, string][]).map(([id, body]) => ({ id, body }));
}

/** The id of the last entry of a group; that after which it begins where there is none. */
function findLast(
  sizes: Database.Statement,
  { after, maxSize }: { readonly after: number; readonly maxSize: number },
): number {
  let last = after;
  let total = 0;
  for (;;) {
    const page = sizes.all(last) as [number, number][];
    for (const [id, size] of page) {
      total += size;
      if (last > after && total > maxSize) return last;
      last = id;
    }
    if (page.length < SIZES_AT_ONCE) return last;
  }
}
