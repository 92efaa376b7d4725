import type { ManagedTransaction } from "neo4j-driver";
import { decodeClaim } from "../claim-codec.ts";
import { storageKey } from "../storage-key.ts";
import { hideClaimsPage } from "./hide-claims.ts";
import { rowsOf, StoreFailure, whole } from "./neo4j-access.ts";
import { damagedClaim } from "./read-claims.ts";
import { buildReadableRows, type NumberedClaim } from "./readable-rows.ts";
import type { WriteLease } from "./write-lease.ts";
import {
  type AssetFacts,
  describeNewAssets,
  keepMade,
  MadeNodes,
  refreshAssets,
  writeReadable,
} from "./write-readable.ts";

/** Edges and columns in one transaction: large enough to be quick, small enough for a server with little memory. */
const WEIGHT_PER_STEP = 40_000;
const PAGE = 2_000;

interface Waiting {
  readonly [property: string]: unknown;
  readonly id: number;
  readonly asset: string;
  readonly body: string;
  readonly domain: string | null;
  readonly validFrom: number;
}

/**
 * Brings the graph for people up to the published claims: those that wait for it carry the label `ToShow` or `ToHide`.
 * Each step is whole, and what is left over, for whatever reason, is taken up after the next batch. At least one step is
 * made; `isWanted` is asked before each further one.
 */
export async function showClaims(lease: WriteLease, isWanted: () => boolean): Promise<void> {
  const made = new MadeNodes();
  do {
    const now = await lease.step((tx) => showPage(tx, made));
    if (now === undefined) return;
    keepMade(made, now);
    for (const key of now.described) made.described.add(key);
    if (!now.isLast) continue;
    while (isWanted() && (await lease.step(hideClaimsPage)));
    return;
  } while (isWanted() && !(await lease.isAwaited()));
}

const WAITING = `
MATCH (c:ToShow) WITH c ORDER BY c.validFrom LIMIT $limit
RETURN c.id AS id, c.asset AS asset, c.body AS body, c.domain AS domain, c.validFrom AS validFrom`;

async function showPage(tx: ManagedTransaction, made: MadeNodes) {
  const page = takePage(await rowsOf<Waiting>(tx, WAITING, { limit: whole(PAGE) }));
  if (page.claims.length === 0) return { newAssets: [], columns: [], described: [], isLast: true };
  const nodes = await writeReadable(tx, buildReadableRows(page.claims), {
    version: page.version,
    made,
  });
  const madeNow = new Set(nodes.newAssets);
  const isNew = (key: string): boolean => madeNow.has(key) || made.newAssets.has(key);
  const [fresh, known] = splitAssets(page, (key) => isNew(key) && !made.described.has(key));
  await Promise.all([
    describeNewAssets(tx, fresh),
    refreshAssets(tx, known),
    tx.run("UNWIND $ids AS id MATCH (c:Claim {id: id}) REMOVE c:ToShow", {
      ids: page.claims.map(({ id }) => whole(id)),
    }),
  ]);
  return { ...nodes, described: page.assets, isLast: false };
}

/** Assets of which the page has the first and only claim, with what it says; and the others. */
function splitAssets(
  { claims, assets }: Page,
  isUndescribed: (key: string) => boolean,
): readonly [fresh: readonly AssetFacts[], known: readonly string[]] {
  const fresh = new Map<string, AssetFacts>();
  const known = new Set<string>();
  for (const { claim, domain } of claims) {
    const key = storageKey(claim.asset);
    if (fresh.delete(key) || known.has(key) || !isUndescribed(key)) {
      known.add(key);
      continue;
    }
    const { owner = null, tier } = claim.attributes;
    fresh.set(key, {
      key,
      kind: claim.kind,
      domain: domain ?? null,
      owner,
      tier: tier === undefined ? null : whole(tier),
    });
  }
  return [[...fresh.values()], assets.filter((key) => known.has(key))];
}

interface Page {
  /** All of a page are of one version. */
  readonly version: number;
  readonly claims: readonly NumberedClaim[];
  readonly assets: readonly string[];
}

function takePage(waiting: readonly Waiting[]): Page {
  const version = waiting[0]?.validFrom ?? 0;
  const claims: NumberedClaim[] = [];
  const assets = new Set<string>();
  let weight = 0;
  for (const { id, asset, body, domain, validFrom } of waiting) {
    if (validFrom !== version || weight >= WEIGHT_PER_STEP) break;
    const claim = decodeClaim(body);
    if (claim === undefined) throw new StoreFailure(damagedClaim(id));
    claims.push({ id, claim, domain: domain ?? undefined });
    assets.add(asset);
    weight += 2 + claim.edges.length + (claim.columns?.length ?? 0);
  }
  return { version, claims, assets: [...assets] };
}
