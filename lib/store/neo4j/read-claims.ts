import type { ManagedTransaction } from "neo4j-driver";
import type { SourceInfo, StoredClaim } from "#lib/model/claim.ts";
import { decodeClaim } from "../decode-claim.ts";
import type { StoreVersion } from "../lineage-store.ts";
import { orderClaims } from "../order-claims.ts";
import type { StoreError } from "../store-error.ts";
import { type Parameters, rowsOf, StoreFailure, whole } from "./neo4j-access.ts";

/** Which claims `c` and stale marks `m` hold at the moment asked for; conditions with their parameters. */
export interface Moment {
  readonly claim: string;
  readonly mark: string;
  readonly parameters: Parameters;
}

const heldAt = (node: string): string =>
  `${node}.validFrom <= $version AND (${node}.validTo IS NULL OR ${node}.validTo > $version)`;

/** A version, never a later one: what is being written has a number above the published one. */
export const atVersion = (version: number): Moment => ({
  claim: heldAt("c"),
  mark: heldAt("m"),
  parameters: { version: whole(version) },
});

const heldIn = (node: string): string =>
  `${node}.validFrom IN $versions AND (${node}.validTo IS NULL OR NOT ${node}.validTo IN $versions)`;

/** What each source had said by a time: the published versions whose batches are not from later. */
export async function atTime(tx: ManagedTransaction, ms: number): Promise<Moment> {
  const rows = await rowsOf<{ version: number }>(
    tx,
    `MATCH (s:Store {key: 'store'}) MATCH (v:Version) WHERE v.version <= s.version AND v.atMs <= $ms
     RETURN v.version AS version`,
    { ms: whole(ms) },
  );
  return {
    claim: heldIn("c"),
    mark: heldIn("m"),
    parameters: { versions: rows.map(({ version }) => whole(version)) },
  };
}

/** Claims of the published version that another after `since` has touched. */
export const changedSince = (since: number, published: number): Moment => ({
  claim: `${heldAt("c")} AND (c.validFrom > $since
    OR EXISTS { MATCH (c)-[:WENT_STALE]->(n:StaleMark)
      WHERE n.validFrom > $since AND n.validFrom <= $version OR n.validTo > $since AND n.validTo <= $version }
    OR EXISTS { MATCH (s:Source {key: c.source}) WHERE s.infoVersion > $since })`,
  mark: heldAt("m"),
  parameters: { version: whole(published), since: whole(since) },
});

export async function readPublished(tx: ManagedTransaction): Promise<number> {
  const [row] = await rowsOf<{ version: number }>(
    tx,
    "MATCH (s:Store {key: 'store'}) RETURN s.version AS version",
  );
  return row?.version ?? 0;
}

/** Published versions after `since`, newest last. */
export function readVersions(
  tx: ManagedTransaction,
  since: number,
): Promise<readonly StoreVersion[]> {
  return rowsOf<{ version: number; at: string; source: string; written: number }>(
    tx,
    `MATCH (v:Version) WHERE v.version > $since
     RETURN v.version AS version, v.at AS at, v.source AS source, v.written AS written ORDER BY version`,
    { since: whole(since) },
  );
}

/** All claims of a moment in the port's order; bodies are decoded while more arrive. */
export async function readClaims(
  tx: ManagedTransaction,
  { claim, mark, parameters }: Moment,
): Promise<readonly StoredClaim[]> {
  const sources = await readSources(tx);
  const result = tx.run(
    `MATCH (c:Claim) WHERE ${claim} OPTIONAL MATCH (c)-[:WENT_STALE]->(m:StaleMark) WHERE ${mark}
     WITH c, m ORDER BY m.validFrom WITH c, last(collect(m.since)) AS staleSince
     RETURN c.id, c.source, c.validFrom, c.firstSeen, c.lastSeen, staleSince, c.body`,
    parameters,
  );
  const claims: StoredClaim[] = [];
  for await (const record of result) claims.push(toStoredClaim(record, sources));
  return orderClaims(claims);
}

async function readSources(tx: ManagedTransaction): Promise<ReadonlyMap<string, SourceInfo>> {
  const rows = await rowsOf<{ key: string; info: string }>(
    tx,
    "MATCH (s:Source) RETURN s.key AS key, s.info AS info",
  );
  return new Map(rows.map(({ key, info }) => [key, JSON.parse(info) as SourceInfo]));
}

function toStoredClaim(
  record: { get(key: string): unknown },
  sources: ReadonlyMap<string, SourceInfo>,
): StoredClaim {
  const source = sources.get(String(record.get("c.source")));
  const claim = decodeClaim(String(record.get("c.body")));
  if (source === undefined || claim === undefined) {
    throw new StoreFailure(damagedClaim(Number(record.get("c.id"))));
  }
  const staleSince = record.get("staleSince");
  return {
    source,
    claim,
    version: Number(record.get("c.validFrom")),
    firstSeen: String(record.get("c.firstSeen")),
    lastSeen: String(record.get("c.lastSeen")),
    ...(typeof staleSince === "string" ? { staleSince } : {}),
  };
}

export const damagedClaim = (id: number): StoreError => ({
  code: "corrupt",
  message: `Claim ${id} of the store cannot be read.`,
  next: "Restore a backup of the database, or ingest into an empty one.",
});
