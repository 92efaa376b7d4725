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
  const after = db.prepare("SELECT id, size, body FROM inbox WHERE id > ? ORDER BY id").raw();
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
    read: (options) => attempt(() => readUpTo(after, options)),
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

function readUpTo(
  statement: Database.Statement,
  { after, maxSize }: { readonly after: number; readonly maxSize: number },
): readonly InboxEntry[] {
  const entries: InboxEntry[] = [];
  let size = 0;
  for (const row of statement.iterate(after)) {
    const [id, length, body] = row as unknown as [number, number, string];
    size += length;
    if (entries.length > 0 && size > maxSize) break;
    entries.push({ id, body });
  }
  return entries;
}
