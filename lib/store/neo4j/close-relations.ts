import type { ManagedTransaction } from "neo4j-driver";
import { rowsOf, whole } from "./neo4j-access.ts";
import { refreshAssets } from "./write-readable.ts";

/** A claim node, by its number and the key of its asset. */
export interface ClaimPlace {
  readonly id: number;
  readonly asset: string;
}

/**
 * Every relationship that one claim wrote, as patterns from its asset: relationships carry the claim's number and hang
 * on the asset itself, on its columns, or on a job that writes it, so that none of them needs an index.
 */
const FROM_ASSET: readonly string[] = [
  "(a)-[r:READS|IN_DOMAIN|PART_OF {claim: row.id}]->()",
  "(a)<-[r:OWNS|INFLUENCES {claim: row.id}]-()",
  "(a)-[:HAS_COLUMN]->()<-[r:DERIVES {claim: row.id}]-()",
  // A job's reads before its writes: they are found by way of the write.
  "(a)<-[:WRITES {claim: row.id}]-()-[r:READS {claim: row.id}]->()",
  "(a)<-[r:WRITES {claim: row.id}]-()",
];

async function forRelations(
  tx: ManagedTransaction,
  claims: readonly ClaimPlace[],
  { action, version }: { action: string; version: number },
): Promise<void> {
  const rows = claims.map(({ id, asset }) => ({ id: whole(id), asset }));
  for (const pattern of FROM_ASSET) {
    await tx.run(
      `UNWIND $rows AS row MATCH (a:Asset {key: row.asset}) MATCH ${pattern} WITH DISTINCT r ${action}`,
      { rows, version: whole(version) },
    );
  }
}

/** Ends claims that a new body replaces, with all that they wrote; columns that nobody names any more end with them. */
export async function closeClaims(
  tx: ManagedTransaction,
  claims: readonly ClaimPlace[],
  version: number,
): Promise<void> {
  if (claims.length === 0) return;
  await tx.run(
    `UNWIND $rows AS row MATCH (c:Claim {id: row.id}) SET c.validTo = $version
     WITH c MATCH (c)-[:WENT_STALE]->(m:StaleMark) WHERE m.validTo IS NULL SET m.validTo = $version`,
    { rows: claims.map(({ id }) => ({ id: whole(id) })), version: whole(version) },
  );
  await forRelations(tx, claims, { action: "SET r.validTo = $version", version });
}

/** After the new bodies are written: columns of the closed ones that no present claim of their asset names. */
export async function closeColumns(
  tx: ManagedTransaction,
  claims: readonly ClaimPlace[],
  version: number,
): Promise<void> {
  if (claims.length === 0) return;
  await tx.run(
    `UNWIND $rows AS row MATCH (old:Claim {id: row.id})
     MATCH (:Asset {key: row.asset})-[:HAS_COLUMN]->(c:Column)
     WHERE c.validTo IS NULL AND c.name IN old.columns AND NOT EXISTS {
       MATCH (other:Claim {asset: row.asset}) WHERE other.validTo IS NULL AND c.name IN other.columns }
     SET c.validTo = $version`,
    { rows: claims.map(({ id, asset }) => ({ id: whole(id), asset })), version: whole(version) },
  );
}

const PAGE = 500;

/**
 * Takes away what a writer that died has left of a version that was never published, a page at a time: each page is
 * whole, so that this too may be interrupted. Gives false when nothing is left.
 */
export async function clearPendingPage(
  tx: ManagedTransaction,
  published: number,
): Promise<boolean> {
  const parameters = { published: whole(published), limit: whole(PAGE) };
  const begun = await rowsOf<ClaimPlace>(
    tx,
    "MATCH (c:Claim) WHERE c.validFrom > $published RETURN c.id AS id, c.asset AS asset LIMIT $limit",
    parameters,
  );
  const ended = await rowsOf<ClaimPlace>(
    tx,
    "MATCH (c:Claim) WHERE c.validTo > $published RETURN c.id AS id, c.asset AS asset LIMIT $limit",
    parameters,
  );
  await forRelations(tx, begun, { action: "DELETE r", version: published });
  await forRelations(tx, ended, {
    action: "WHERE r.validTo > $version REMOVE r.validTo",
    version: published,
  });
  await tx.run(
    `UNWIND $ids AS id MATCH (c:Claim {id: id})
     OPTIONAL MATCH (:Asset {key: c.asset})-[:HAS_COLUMN]->(o:Column) WHERE o.validTo > $published
     REMOVE o.validTo WITH DISTINCT c REMOVE c.validTo`,
    { ids: ended.map(({ id }) => whole(id)), published: whole(published) },
  );
  await tx.run("UNWIND $ids AS id MATCH (c:Claim {id: id}) DETACH DELETE c", {
    ids: begun.map(({ id }) => whole(id)),
  });
  const marks = await rowsOf<{ n: number }>(
    tx,
    `MATCH (m:StaleMark) WHERE m.validFrom > $published WITH m LIMIT $limit DETACH DELETE m RETURN count(*) AS n`,
    parameters,
  );
  const unmarks = await rowsOf<{ n: number }>(
    tx,
    `MATCH (m:StaleMark) WHERE m.validTo > $published WITH m LIMIT $limit REMOVE m.validTo RETURN count(*) AS n`,
    parameters,
  );
  const nodes = await rowsOf<{ n: number }>(tx, PENDING_NODES, parameters);
  await refreshAssets(tx, [...new Set([...begun, ...ended].map(({ asset }) => asset))]);
  const touched =
    begun.length +
    ended.length +
    [...marks, ...unmarks, ...nodes].reduce((sum, { n }) => sum + n, 0);
  return touched > 0;
}

/** Assets and columns of the unpublished version, once no claim of it is left to hold them. */
const PENDING_NODES = `
MATCH (n:Asset) WHERE n.validFrom > $published WITH n LIMIT $limit
OPTIONAL MATCH (n)-[:HAS_COLUMN]->(c:Column) DETACH DELETE c WITH DISTINCT n DETACH DELETE n RETURN count(*) AS n
UNION ALL
MATCH (n:Column) WHERE n.validFrom > $published WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS n`;
