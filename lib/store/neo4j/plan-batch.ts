import type { ManagedTransaction } from "neo4j-driver";
import type { AssetClaim, LineageBatch } from "#lib/model/claim.ts";
import { claimsByAsset, earlierOf } from "../batch-content.ts";
import { digestBody } from "../body-digest.ts";
import { encodeClaim } from "../encode-claim.ts";
import { storageKey } from "../storage-key.ts";
import { rowsOf } from "./neo4j-access.ts";

/** A claim node, by its number and the key of its asset. */
export interface ClaimPlace {
  readonly id: number;
  readonly asset: string;
}

/** A claim whose body is new, and the node that it replaces. */
export interface BodyToWrite {
  readonly claim: AssetClaim;
  readonly asset: string;
  readonly body: string;
  readonly digest: string;
  readonly firstSeen: string;
  readonly replaces?: ClaimPlace;
}

/** What a batch changes, decided before anything is written. */
export interface BatchPlan {
  readonly bodies: readonly BodyToWrite[];
  /** Claims with the same body that were stale: said again. */
  readonly returned: readonly ClaimPlace[];
  /** Claims with the same body, only seen again. */
  readonly unchanged: readonly ClaimPlace[];
  readonly stale: readonly ClaimPlace[];
}

interface KnownClaim extends ClaimPlace {
  readonly digest: string;
  readonly firstSeen: string;
  readonly stale: boolean;
}

const KNOWN = `
OPTIONAL MATCH (c)-[:WENT_STALE]->(m:StaleMark) WHERE m.validTo IS NULL
RETURN c.id AS id, c.asset AS asset, c.digest AS digest, c.firstSeen AS firstSeen, m IS NOT NULL AS stale`;
const KNOWN_OF_SOURCE = `MATCH (c:Claim {source: $source}) WHERE c.validTo IS NULL ${KNOWN}`;
const KNOWN_OF_ASSETS = `UNWIND $assets AS asset MATCH (c:Claim {source: $source, asset: asset}) WHERE c.validTo IS NULL ${KNOWN}`;

export async function readKnownClaims(
  tx: ManagedTransaction,
  batch: LineageBatch,
): Promise<ReadonlyMap<string, KnownClaim>> {
  const source = storageKey(batch.source.id);
  const rows =
    batch.complete || batch.seenAgain === true
      ? await rowsOf<KnownClaim>(tx, KNOWN_OF_SOURCE, { source })
      : await rowsOf<KnownClaim>(tx, KNOWN_OF_ASSETS, {
          source,
          assets: claimsByAsset(batch).map((claim) => storageKey(claim.asset)),
        });
  return new Map(rows.map((row) => [row.asset, row]));
}

export function planBatch(batch: LineageBatch, known: ReadonlyMap<string, KnownClaim>): BatchPlan {
  const plan = {
    bodies: [] as BodyToWrite[],
    returned: [] as ClaimPlace[],
    unchanged: [] as ClaimPlace[],
    stale: [] as readonly ClaimPlace[],
  };
  const said = new Set<string>();
  for (const claim of claimsByAsset(batch)) {
    const asset = storageKey(claim.asset);
    said.add(asset);
    const body = encodeClaim(claim);
    const digest = digestBody(body);
    const before = known.get(asset);
    if (before?.digest === digest) {
      plan[before.stale ? "returned" : "unchanged"].push(before);
      continue;
    }
    const firstSeen = before === undefined ? batch.at : earlierOf(before.firstSeen, batch.at);
    plan.bodies.push({
      claim,
      asset,
      body,
      digest,
      firstSeen,
      ...(before && { replaces: before }),
    });
  }
  if (batch.seenAgain === true)
    return { ...plan, unchanged: [...plan.unchanged, ...leftOut(known, said)] };
  return batch.complete ? { ...plan, stale: leftOut(known, said) } : plan;
}

const leftOut = (
  known: ReadonlyMap<string, KnownClaim>,
  said: ReadonlySet<string>,
): readonly KnownClaim[] =>
  [...known.values()].filter((claim) => !claim.stale && !said.has(claim.asset));
