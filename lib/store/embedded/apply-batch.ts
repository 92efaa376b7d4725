import { setImmediate as nextTurn } from "node:timers/promises";
import type Database from "libsql";
import type { LineageBatch, SourceInfo } from "#lib/model/claim.ts";
import { claimsByAsset, earlierOf, recordsOf } from "../batch-content.ts";
import { digestBody } from "../body-digest.ts";
import { encodeClaim } from "../encode-claim.ts";
import type { ApplyOutcome, StoreRecord } from "../lineage-store.ts";
import {
  nextSourceProblems,
  PROBLEMS_COLLECTION,
  type SourceProblems,
} from "../source-problems.ts";
import { storageKey } from "../storage-key.ts";
import { prepareOnce } from "./prepare-once.ts";
import { readRecord, writeRecord } from "./record-table.ts";

/** Claims written between two looks at the event loop: about 5 ms. */
const CLAIMS_PER_TURN = 400;
/** Below this many claims an event's neighbours are looked up one by one; above, the whole source is read at once. */
const FEW = 500;

interface KnownClaim {
  readonly row: number;
  readonly digest: string;
  readonly stale: boolean;
}

interface Writing {
  readonly db: Database.Database;
  readonly batch: LineageBatch;
  readonly sourceRow: number;
  /** The version that the batch gets if it writes anything. */
  readonly version: number;
  readonly atMs: number;
  /** The source's present claims by asset key, as far as the batch can touch them. */
  readonly known: (assetKey: string) => KnownClaim | undefined;
}

interface Tally {
  written: number;
  unchanged: number;
  madeStale: number;
}

/** Writes the batch inside the transaction that the caller has begun. Throws what libsql throws; the caller rolls back. */
export async function writeBatch(
  db: Database.Database,
  batch: LineageBatch,
  atMs: number,
): Promise<ApplyOutcome> {
  const before = newestVersion(db);
  const source = findSource(db, batch.source, before + 1);
  const known = source.isNew
    ? new Map<string, KnownClaim>()
    : batch.complete || batch.claims.length > FEW
      ? readKnown(db, source.row)
      : undefined;
  const lookUp = prepareLookUp(db, source.row);
  const writing: Writing = {
    db,
    batch,
    atMs,
    sourceRow: source.row,
    version: before + 1,
    known: known === undefined ? lookUp : (key) => known.get(key),
  };
  const touched = new Set<number>();
  const tally = await writeClaims(writing, touched);
  if (batch.complete && known !== undefined) tally.madeStale = markStale(writing, known, touched);
  if (batch.seenAgain === true) tally.unchanged += countPresent(db, source.row);
  touchSeen(writing, tally);
  const changed = tally.written + tally.madeStale;
  const made = changed > 0 || source.changed;
  if (made) {
    prepareOnce(
      db,
      "INSERT INTO versions (version, at, at_ms, source, written) VALUES (?, ?, ?, ?, ?)",
    ).run(writing.version, batch.at, atMs, batch.source.id, changed);
  }
  writeProblems(db, batch);
  const newest = made ? writing.version : before;
  for (const record of recordsOf(batch, { made, newest })) writeNext(db, record, batch.at);
  return { version: newest, ...tally };
}

export const newestVersion = (db: Database.Database): number =>
  Number((prepareOnce(db, "SELECT max(version) FROM versions").get() as unknown[])[0] ?? 0);

/** The newest version that a source has made after another one; 0 where it has made none. */
export const newestVersionOf = (
  db: Database.Database,
  { source, after }: { readonly source: string; readonly after: number },
): number =>
  Number(
    (
      prepareOnce(db, "SELECT max(version) FROM versions WHERE version > ? AND source = ?").get(
        after,
        source,
      ) as unknown[]
    )[0] ?? 0,
  );

interface FoundSource {
  readonly row: number;
  readonly isNew: boolean;
  readonly changed: boolean;
}

function findSource(db: Database.Database, source: SourceInfo, version: number): FoundSource {
  const info = JSON.stringify(source);
  const key = storageKey(source.id);
  const found = prepareOnce(db, "SELECT id, info FROM sources WHERE key = ?").get(key) as
    | [number, string]
    | undefined;
  if (found === undefined) {
    const added = prepareOnce(
      db,
      "INSERT INTO sources (key, info, info_version) VALUES (?, ?, ?)",
    ).run(key, info, version);
    return { row: Number(added.lastInsertRowid), isNew: true, changed: true };
  }
  const [row, knownInfo] = found;
  if (knownInfo === info) return { row, isNew: false, changed: false };
  prepareOnce(db, "UPDATE sources SET info = ?, info_version = ? WHERE id = ?").run(
    info,
    version,
    row,
  );
  return { row, isNew: false, changed: true };
}

const KNOWN = `SELECT c.row, c.digest, m.claim IS NOT NULL, c.asset FROM claims c
  LEFT JOIN stale m ON m.claim = c.row AND m.to_version IS NULL WHERE c.source = ? AND c.to_version IS NULL`;

type KnownRow = [row: number, digest: string, stale: number, asset: string];

function readKnown(db: Database.Database, sourceRow: number): Map<string, KnownClaim> {
  const rows = prepareOnce(db, KNOWN).all(sourceRow) as KnownRow[];
  return new Map(
    rows.map(([row, digest, stale, asset]) => [asset, { row, digest, stale: stale === 1 }]),
  );
}

function prepareLookUp(
  db: Database.Database,
  sourceRow: number,
): (assetKey: string) => KnownClaim | undefined {
  const one = prepareOnce(db, `${KNOWN} AND c.asset = ?`);
  return (assetKey) => {
    const found = one.get(sourceRow, assetKey) as KnownRow | undefined;
    return found && { row: found[0], digest: found[1], stale: found[2] === 1 };
  };
}

async function writeClaims(writing: Writing, touched: Set<number>): Promise<Tally> {
  const add = prepareAdd(writing);
  const seeAgain = prepareSeeAgain(writing);
  const tally: Tally = { written: 0, unchanged: 0, madeStale: 0 };
  let sinceTurn = 0;
  for (const claim of claimsByAsset(writing.batch)) {
    const body = encodeClaim(claim);
    const digest = digestBody(body);
    const asset = storageKey(claim.asset);
    const known = writing.known(asset);
    if (known !== undefined) touched.add(known.row);
    if (known?.digest === digest) tally[seeAgain(known)]++;
    else {
      add.put({ asset, digest, body, known });
      tally.written++;
    }
    if (++sinceTurn % CLAIMS_PER_TURN === 0) await nextTurn();
  }
  add.finish();
  return tally;
}

interface NewBody {
  readonly asset: string;
  readonly digest: string;
  readonly body: string;
  readonly known: KnownClaim | undefined;
}

/** Rows that one statement adds: half of what a row costs is the call. */
const ROWS_AT_ONCE = 16;

const prepareRows = (db: Database.Database, rows: number): Database.Statement =>
  prepareOnce(
    db,
    `INSERT INTO claims (source, asset, digest, from_version, first_seen, body) VALUES ${Array<string>(rows).fill("(?, ?, ?, ?, ?, ?)").join(", ")}`,
  );

interface AddRows {
  readonly put: (added: NewBody) => void;
  /** Adds the rows that still wait for others. */
  readonly finish: () => void;
}

function prepareAdd(writing: Writing): AddRows {
  const { db, batch, version, sourceRow } = writing;
  const closeClaim = prepareClose(writing);
  const addMany = prepareRows(db, ROWS_AT_ONCE);
  let waiting: (string | number)[][] = [];
  return {
    put: ({ asset, digest, body, known }) => {
      const firstSeen = known === undefined ? batch.at : closeClaim(known);
      waiting.push([sourceRow, asset, digest, version, firstSeen, body]);
      if (waiting.length < ROWS_AT_ONCE) return;
      addMany.run(...waiting.flat());
      waiting = [];
    },
    finish: () => {
      const addOne = prepareRows(db, 1);
      for (const row of waiting) addOne.run(...row);
      waiting = [];
    },
  };
}

/** A claim with the same body: it was stale and is said again, or is only seen again. */
function prepareSeeAgain(writing: Writing): (known: KnownClaim) => "written" | "unchanged" {
  const { db, batch, version, atMs } = writing;
  const endStale = prepareOnce(
    db,
    "UPDATE stale SET to_version = ? WHERE claim = ? AND to_version IS NULL",
  );
  const seeOne = prepareOnce(
    db,
    "UPDATE seen SET last = ?, last_ms = ? WHERE claim = ? AND last_ms < ?",
  );
  return ({ row, stale }) => {
    if (stale) endStale.run(version, row);
    // The others of a complete batch are moved by one statement at its end.
    if (stale || !batch.complete) seeOne.run(batch.at, atMs, row, atMs);
    return stale ? "written" : "unchanged";
  };
}

/** Ends a claim's present body, and gives since when the claim is known. */
function prepareClose({ db, batch, version }: Writing): (known: KnownClaim) => string {
  const end = prepareOnce(db, "UPDATE claims SET to_version = ? WHERE row = ?");
  const endStale = prepareOnce(
    db,
    "UPDATE stale SET to_version = ? WHERE claim = ? AND to_version IS NULL",
  );
  const firstSeen = prepareOnce(db, "SELECT first_seen FROM claims WHERE row = ?");
  return (known) => {
    end.run(version, known.row);
    if (known.stale) endStale.run(version, known.row);
    const [first] = firstSeen.get(known.row) as [string];
    return earlierOf(first, batch.at);
  };
}

function markStale(
  writing: Writing,
  known: ReadonlyMap<string, KnownClaim>,
  touched: ReadonlySet<number>,
): number {
  const mark = prepareOnce(
    writing.db,
    "INSERT INTO stale (claim, from_version, since) VALUES (?, ?, ?)",
  );
  let count = 0;
  for (const claim of known.values()) {
    if (claim.stale || touched.has(claim.row)) continue;
    mark.run(claim.row, writing.version, writing.batch.at);
    count++;
  }
  return count;
}

const countPresent = (db: Database.Database, sourceRow: number): number =>
  Number(
    (
      prepareOnce(
        db,
        `SELECT count(*) FROM claims WHERE source = ? AND to_version IS NULL
         AND row NOT IN (SELECT claim FROM stale WHERE to_version IS NULL)`,
      ).get(sourceRow) as unknown[]
    )[0],
  );

/** New bodies get their row in `seen`; a batch that is all of its source moves all of the source's claims that it still holds. */
function touchSeen({ db, batch, version, sourceRow, atMs }: Writing, tally: Tally): void {
  if (tally.written > 0) {
    prepareOnce(
      db,
      `INSERT INTO seen (claim, source, last, last_ms)
       SELECT row, source, ?, ? FROM claims WHERE from_version = ? AND to_version IS NULL`,
    ).run(batch.at, atMs, version);
  }
  const isWhole = batch.complete || batch.seenAgain === true;
  if (isWhole && tally.unchanged > 0) {
    prepareOnce(
      db,
      `UPDATE seen SET last = ?, last_ms = ? WHERE source = ? AND last_ms < ?
       AND claim IN (SELECT row FROM claims WHERE source = ? AND to_version IS NULL)
       AND claim NOT IN (SELECT claim FROM stale WHERE to_version IS NULL)`,
    ).run(batch.at, atMs, sourceRow, atMs, sourceRow);
  }
}

function writeProblems(db: Database.Database, batch: LineageBatch): void {
  const key = batch.source.id;
  const known = readRecord(db, PROBLEMS_COLLECTION, key);
  const body = nextSourceProblems(known?.body as SourceProblems | undefined, batch);
  if (body !== undefined) writeNext(db, { collection: PROBLEMS_COLLECTION, key, body }, batch.at);
}

function writeNext(
  db: Database.Database,
  { collection, key, body }: Pick<StoreRecord, "collection" | "key" | "body">,
  at: string,
): void {
  const revision = (readRecord(db, collection, key)?.revision ?? 0) + 1;
  writeRecord(db, { collection, key, body, revision, at });
}
