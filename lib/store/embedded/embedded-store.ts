import { setTimeout as sleep } from "node:timers/promises";
import type Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import { batchTime, parseAsOf } from "../batch-content.ts";
import type {
  ApplyOutcome,
  AsOf,
  ClaimFeed,
  LineageStore,
  StoreRecord,
  StoreVersion,
} from "../lineage-store.ts";
import { overtaken, overtakenRecord, revisionConflict } from "../revision-conflict.ts";
import { SerialQueue } from "../serial-queue.ts";
import type { StoreError } from "../store-error.ts";
import { VERSION_ZERO } from "../version-zero.ts";
import { newestVersion, newestVersionOf, writeBatch } from "./apply-batch.ts";
import { prepareOnce } from "./prepare-once.ts";
import { atTime, atVersion, changedSince, type Moment, NOW, readClaims } from "./read-claims.ts";
import { readRecord, readRecords, removeRecord, writeRecord } from "./record-table.ts";
import { describeSqliteError, isLocked } from "./sqlite-error.ts";

/** Writers of several processes take turns; one that waits longer than this says so. */
const LOCK_PATIENCE_MS = 60_000;

interface Connection {
  readonly db: Database.Database;
  /** Transactions of one connection must not interleave. */
  readonly queue: SerialQueue;
}

export interface EmbeddedConnections {
  readonly label: string;
  readonly writer: Database.Database;
  /** A second connection, so that reads do not wait for a long write; absent for a store in memory. */
  readonly reader?: Database.Database;
  /** A third, for records and versions: they are asked for by every request, and do not wait while all claims are read. */
  readonly glancer?: Database.Database;
  readonly lockPatienceMs?: number;
}

/** The port over one SQLite file, or over memory. Readers see the last committed version and are never locked out (WAL). */
export class EmbeddedStore implements LineageStore {
  readonly label: string;
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #glancer: Connection;
  readonly #lockPatienceMs: number;

  constructor(connections: EmbeddedConnections) {
    const { label, writer, reader, glancer, lockPatienceMs = LOCK_PATIENCE_MS } = connections;
    this.label = label;
    this.#writer = { db: writer, queue: new SerialQueue() };
    this.#reader = reader === undefined ? this.#writer : { db: reader, queue: new SerialQueue() };
    this.#glancer =
      glancer === undefined ? this.#reader : { db: glancer, queue: new SerialQueue() };
    this.#lockPatienceMs = lockPatienceMs;
  }

  async apply(batch: LineageBatch): Promise<Result<ApplyOutcome, StoreError>> {
    const time = batchTime(batch);
    if (!time.ok) return time;
    return this.#write(async (db) => {
      const conflict = findConflict(db, batch);
      return conflict ? err(conflict) : ok(await writeBatch(db, batch, time.value));
    });
  }

  version(): Promise<Result<StoreVersion, StoreError>> {
    return this.#glance(async (db) =>
      ok(readVersions(db, newestVersion(db) - 1).at(-1) ?? VERSION_ZERO),
    );
  }

  versions(since = 0): Promise<Result<readonly StoreVersion[], StoreError>> {
    return this.#glance(async (db) => ok(readVersions(db, since)));
  }

  async claims(at?: AsOf): Promise<Result<readonly StoredClaim[], StoreError>> {
    const moment = momentOf(at);
    return moment.ok ? this.#read((db) => readClaims(db, moment.value)) : moment;
  }

  claimsSince(version: number): Promise<Result<ClaimFeed, StoreError>> {
    return this.#read(async (db) => {
      const newest = newestVersion(db);
      const changed = await readClaims(db, changedSince(version));
      return changed.ok ? ok({ version: newest, changed: changed.value }) : changed;
    });
  }

  getRecord(collection: string, key: string): Promise<Result<StoreRecord | undefined, StoreError>> {
    return this.#glance(async (db) => ok(readRecord(db, collection, key)));
  }

  listRecords(collection: string): Promise<Result<readonly StoreRecord[], StoreError>> {
    return this.#glance(async (db) => ok(readRecords(db, collection)));
  }

  putRecord(
    collection: string,
    key: string,
    body: unknown,
    ifRevision?: number,
  ): Promise<Result<StoreRecord, StoreError>> {
    return this.#write(async (db) => {
      const revision = readRecord(db, collection, key)?.revision ?? 0;
      if (ifRevision !== undefined && ifRevision !== revision) {
        return err(revisionConflict({ collection, key, expected: ifRevision, found: revision }));
      }
      const at = new Date().toISOString();
      writeRecord(db, { collection, key, body, revision: revision + 1, at });
      return ok({ collection, key, body: body ?? null, revision: revision + 1, at });
    });
  }

  deleteRecord(collection: string, key: string): Promise<Result<boolean, StoreError>> {
    return this.#write(async (db) => ok(removeRecord(db, collection, key)));
  }

  async close(): Promise<void> {
    for (const { db, queue } of new Set([this.#glancer, this.#reader, this.#writer])) {
      await queue.run(async () => {
        if (db.open) db.close();
      });
    }
  }

  #read<T>(
    task: (db: Database.Database) => Promise<Result<T, StoreError>>,
  ): Promise<Result<T, StoreError>> {
    return this.#transact({ connection: this.#reader, begin: "BEGIN" }, task);
  }

  #glance<T>(
    task: (db: Database.Database) => Promise<Result<T, StoreError>>,
  ): Promise<Result<T, StoreError>> {
    return this.#transact({ connection: this.#glancer, begin: "BEGIN" }, task);
  }

  #write<T>(
    task: (db: Database.Database) => Promise<Result<T, StoreError>>,
  ): Promise<Result<T, StoreError>> {
    return this.#transact({ connection: this.#writer, begin: "BEGIN IMMEDIATE" }, task);
  }

  /** One transaction: committed when the task succeeds, undone when it fails or throws. */
  #transact<T>(
    { connection, begin }: { connection: Connection; begin: string },
    task: (db: Database.Database) => Promise<Result<T, StoreError>>,
  ): Promise<Result<T, StoreError>> {
    const { db, queue } = connection;
    return queue.run(async () => {
      try {
        await this.#begin(db, begin);
        const result = await task(db);
        db.exec(result.ok ? "COMMIT" : "ROLLBACK");
        return result;
      } catch (thrown) {
        rollBack(db);
        return err(describeSqliteError(thrown, this.label));
      }
    });
  }

  /** Waits for another process's write without blocking this one's event loop. */
  async #begin(db: Database.Database, begin: string): Promise<void> {
    const deadline = Date.now() + this.#lockPatienceMs;
    for (;;) {
      try {
        db.exec(begin);
        return;
      } catch (thrown) {
        if (!isLocked(thrown) || Date.now() > deadline) throw thrown;
        await sleep(5 + Math.random() * 45);
      }
    }
  }
}

function findConflict(db: Database.Database, batch: LineageBatch): StoreError | undefined {
  const { source, readAt, records = [] } = batch;
  const newest =
    readAt === undefined ? 0 : newestVersionOf(db, { source: source.id, after: readAt });
  const conflict = overtaken(batch, newest);
  if (conflict) return conflict;
  for (const record of records) {
    if (record.ifRevision === undefined) continue;
    const found = readRecord(db, record.collection, record.key)?.revision ?? 0;
    const late = overtakenRecord(record, found);
    if (late) return late;
  }
  return undefined;
}

function rollBack(db: Database.Database): void {
  // SQLite has already rolled back by itself after some errors, such as a full disk.
  if (db.open && db.inTransaction) db.exec("ROLLBACK");
}

function momentOf(at: AsOf | undefined): Result<Moment, StoreError> {
  if (at === undefined) return ok(NOW);
  const asked = parseAsOf(at);
  if (!asked.ok) return asked;
  return ok("version" in asked.value ? atVersion(asked.value.version) : atTime(asked.value.ms));
}

const readVersions = (db: Database.Database, since: number): readonly StoreVersion[] =>
  (
    prepareOnce(
      db,
      "SELECT version, at, source, written FROM versions WHERE version > ? ORDER BY version",
    ).all(since) as [number, string, string, number][]
  ).map(([version, at, source, written]) => ({ version, at, source, written }));
