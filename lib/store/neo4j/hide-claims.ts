import type { ManagedTransaction } from "neo4j-driver";
import { rowsOf, whole } from "./neo4j-access.ts";
import { refreshAssets } from "./refresh-assets.ts";

const PAGE = 1_000;

/**
 * Every relationship that one claim wrote, as patterns from its asset: relationships carry the claim's number and hang
 * on the asset itself, on its columns, or on a job that writes it, so that none of them needs an index.
 */
const WRITTEN: readonly string[] = [
  "(a)-[r:READS|IN_DOMAIN|PART_OF {claim: row.id}]->()",
  "(a)<-[r:OWNS|INFLUENCES {claim: row.id}]-()",
  "(a)-[:HAS_COLUMN]->()<-[r:DERIVES {claim: row.id}]-()",
  // A job's reads before its writes: they are found by way of the write.
  "(a)<-[:WRITES {claim: row.id}]-()-[r:READS {claim: row.id}]->()",
  "(a)<-[r:WRITES {claim: row.id}]-()",
];

const REPLACED = `
MATCH (c:ToHide) WITH c LIMIT $limit REMOVE c:ToHide
RETURN c.id AS id, c.asset AS asset, c.validTo AS validTo`;

/** Columns of a replaced claim that no present claim of its asset names end with it. */
const END_COLUMNS = `
UNWIND $rows AS row MATCH (old:Claim {id: row.id})
MATCH (:Asset {key: row.asset})-[:HAS_COLUMN]->(c:Column)
WHERE c.validTo IS NULL AND c.name IN old.columns AND NOT EXISTS {
  MATCH (other:Claim {asset: row.asset}) WHERE other.validTo IS NULL AND c.name IN other.columns }
SET c.validTo = row.validTo`;

/** Ends what some of the replaced claims had written for people. Gives false when there were none. */
export async function hideClaimsPage(tx: ManagedTransaction): Promise<boolean> {
  const replaced = await rowsOf<{ id: number; asset: string; validTo: number }>(tx, REPLACED, {
    limit: whole(PAGE),
  });
  if (replaced.length === 0) return false;
  const rows = replaced.map(({ id, asset, validTo }) => ({
    id: whole(id),
    asset,
    validTo: whole(validTo),
  }));
  for (const pattern of WRITTEN) {
    await tx.run(
      `UNWIND $rows AS row MATCH (a:Asset {key: row.asset}) MATCH ${pattern} SET r.validTo = row.validTo`,
      { rows },
    );
  }
  await tx.run(END_COLUMNS, { rows });
  await refreshAssets(tx, [...new Set(replaced.map(({ asset }) => asset))]);
  return true;
}
