import type { ManagedTransaction } from "neo4j-driver";
import { rowsOf, whole } from "./neo4j-access.ts";

const PAGE = 2_000;

const STATEMENTS: readonly string[] = [
  "MATCH (c:Claim) WHERE c.validFrom > $published WITH c LIMIT $limit DETACH DELETE c RETURN count(*) AS n",
  "MATCH (c:Claim) WHERE c.validTo > $published WITH c LIMIT $limit REMOVE c.validTo, c:ToHide RETURN count(*) AS n",
  "MATCH (m:StaleMark) WHERE m.validFrom > $published WITH m LIMIT $limit DETACH DELETE m RETURN count(*) AS n",
  "MATCH (m:StaleMark) WHERE m.validTo > $published WITH m LIMIT $limit REMOVE m.validTo RETURN count(*) AS n",
];

/**
 * Takes away what a writer that ended too early has left of a version that was never published, a page at a time, so that
 * this too may be interrupted. Gives false when nothing was left.
 */
export async function clearPendingPage(
  tx: ManagedTransaction,
  published: number,
): Promise<boolean> {
  let touched = 0;
  for (const statement of STATEMENTS) {
    const [row] = await rowsOf<{ n: number }>(tx, statement, {
      published: whole(published),
      limit: whole(PAGE),
    });
    touched += row?.n ?? 0;
  }
  return touched > 0;
}
