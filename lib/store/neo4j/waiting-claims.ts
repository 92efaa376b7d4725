import type { ManagedTransaction } from "neo4j-driver";
import type { AssetClaim } from "#lib/model/claim.ts";
import { decodeClaim } from "../decode-claim.ts";
import { rowsOf, StoreFailure, whole } from "./neo4j-access.ts";
import { damagedClaim } from "./read-claims.ts";
import type { NumberedClaim } from "./readable-nodes.ts";
import type { WriteLease } from "./write-lease.ts";

/** Claims that are shown together: all of one version. */
export interface Round {
  readonly version: number;
  readonly claims: readonly NumberedClaim[];
}

/** Edges and columns of a round, and its claims. A large one meets most columns in the claim that describes them. */
const SMALL = { weight: 40_000, claims: 2_000 };
const LARGE = { weight: 400_000, claims: 20_000 };
const BODIES_AT_A_TIME = 2_000;

const WAITING = `
MATCH (c:ToShow) RETURN c.id AS id, c.domain AS domain, c.validFrom AS version ORDER BY version, id LIMIT $limit`;
const BODIES = "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN c.id AS id, c.body AS body";

interface Waiting {
  readonly [property: string]: unknown;
  readonly id: number;
  readonly domain: string | null;
  readonly version: number;
}

/** The claims that wait longest to be shown. Those that `recall` does not give are read from their nodes. */
export function readRound(
  lease: WriteLease,
  { isSmall, recall }: { isSmall: boolean; recall: (id: number) => AssetClaim | undefined },
): Promise<Round> {
  const most = isSmall ? SMALL : LARGE;
  return lease.read(async (tx) => {
    const waiting = await rowsOf<Waiting>(tx, WAITING, { limit: whole(most.claims) });
    const version = waiting[0]?.version ?? 0;
    const claims: NumberedClaim[] = [];
    let weight = 0;
    for (let from = 0; from < waiting.length; from += BODIES_AT_A_TIME) {
      const page = waiting.slice(from, from + BODIES_AT_A_TIME);
      const read = await readBodies(
        tx,
        page.filter(({ id }) => recall(id) === undefined).map(({ id }) => id),
      );
      for (const { id, domain, version: of } of page) {
        if (of !== version || weight >= most.weight) return { version, claims };
        const claim = recall(id) ?? read.get(id);
        if (claim === undefined) throw new StoreFailure(damagedClaim(id));
        claims.push({ id, claim, domain: domain ?? undefined });
        weight += 2 + claim.edges.length + (claim.columns?.length ?? 0);
      }
    }
    return { version, claims };
  });
}

async function readBodies(
  tx: ManagedTransaction,
  ids: readonly number[],
): Promise<ReadonlyMap<number, AssetClaim | undefined>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf<{ id: number; body: string }>(tx, BODIES, { ids: ids.map(whole) });
  return new Map(rows.map(({ id, body }) => [id, decodeClaim(body)]));
}
