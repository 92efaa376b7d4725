import { setImmediate as nextTurn } from "node:timers/promises";
import type Database from "libsql";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { SourceInfo, StoredClaim } from "#lib/model/claim.ts";
import { decodeClaim } from "../decode-claim.ts";
import { orderClaims } from "../order-claims.ts";
import type { StoreError } from "../store-error.ts";

/** Bodies decoded between two looks at the event loop. */
const ROWS_PER_TURN = 500;

/** Which rows of `claims c` and `stale m` hold at the moment asked for; conditions with their parameters. */
export interface Moment {
  readonly claim: string;
  readonly mark: string;
  readonly params: readonly number[];
}

export const NOW: Moment = {
  claim: "c.to_version IS NULL",
  mark: "m.to_version IS NULL",
  params: [],
};

export const atVersion = (version: number): Moment => ({
  claim: "c.from_version <= ?3 AND (c.to_version IS NULL OR c.to_version > ?3)",
  mark: "m.from_version <= ?3 AND (m.to_version IS NULL OR m.to_version > ?3)",
  params: [version],
});

const began = (table: string): string =>
  `(SELECT at_ms FROM versions WHERE version = ${table}.from_version) <= ?3`;
const ended = (table: string): string =>
  `(${table}.to_version IS NULL OR (SELECT at_ms FROM versions WHERE version = ${table}.to_version) > ?3)`;

/** What each source had said by then, by the time of its own batches: a late ingest of another source changes nothing of it. */
export const atTime = (ms: number): Moment => ({
  claim: `${began("c")} AND ${ended("c")}`,
  mark: `${began("m")} AND ${ended("m")}`,
  params: [ms],
});

/** Present claims that a version after the given one has touched: a new body, a stale mark set or taken away, its source renamed. */
export const changedSince = (version: number): Moment => ({
  claim: `c.to_version IS NULL AND c.row IN (
    SELECT row FROM claims WHERE to_version IS NULL AND from_version > ?3
    UNION SELECT claim FROM stale WHERE from_version > ?3
    UNION SELECT claim FROM stale WHERE to_version > ?3
    UNION SELECT row FROM claims WHERE to_version IS NULL AND source IN (SELECT id FROM sources WHERE info_version > ?3))`,
  mark: "m.to_version IS NULL",
  params: [version],
});

type ClaimRow = [
  row: number,
  source: number,
  version: number,
  firstSeen: string,
  lastSeen: string,
  staleSince: string | null,
  body: string,
];

/** All claims of a moment in the port's order. The caller holds a transaction, so that all turns see the same version. */
export async function readClaims(
  db: Database.Database,
  moment: Moment,
): Promise<Result<readonly StoredClaim[], StoreError>> {
  const sources = readSources(db);
  const page = db
    .prepare(
      `SELECT c.row, c.source, c.from_version, c.first_seen, s.last, m.since, c.body
       FROM claims c JOIN seen s ON s.claim = c.row LEFT JOIN stale m ON m.claim = c.row AND ${moment.mark}
       WHERE c.row > ?1 AND ${moment.claim} ORDER BY c.row LIMIT ?2`,
    )
    .raw();
  const claims: StoredClaim[] = [];
  for (let after = 0; ; ) {
    const rows = page.all(after, ROWS_PER_TURN, ...moment.params) as ClaimRow[];
    for (const row of rows) {
      const stored = toStoredClaim(row, sources);
      if (stored === undefined) return err(damagedRow(row[0]));
      claims.push(stored);
    }
    if (rows.length < ROWS_PER_TURN) return ok(orderClaims(claims));
    after = rows.at(-1)?.[0] ?? after;
    await nextTurn();
  }
}

function readSources(db: Database.Database): ReadonlyMap<number, SourceInfo> {
  const rows = db.prepare("SELECT id, info FROM sources").raw().all() as [number, string][];
  return new Map(rows.map(([id, info]) => [id, JSON.parse(info) as SourceInfo]));
}

function toStoredClaim(
  [, sourceRow, version, firstSeen, lastSeen, staleSince, body]: ClaimRow,
  sources: ReadonlyMap<number, SourceInfo>,
): StoredClaim | undefined {
  const source = sources.get(sourceRow);
  const claim = decodeClaim(body);
  if (source === undefined || claim === undefined) return undefined;
  return {
    source,
    claim,
    version,
    firstSeen,
    lastSeen,
    ...(staleSince === null ? {} : { staleSince }),
  };
}

const damagedRow = (row: number): StoreError => ({
  code: "corrupt",
  message: `Claim ${row} of the store cannot be read.`,
  next: "Restore a backup, or ingest into a new store.",
});
