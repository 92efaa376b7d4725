import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";

interface DomainLimit {
  /** The only domain that is written for. */
  readonly domain: string;
  /** What the graph holds of an asset, this source's own claim included. */
  readonly claimsOf: (asset: AssetId) => readonly StoredClaim[];
  /** Of an asset that the graph knows in another domain: `leave-out` the claim, or keep its `lineage` only. */
  readonly foreign: "leave-out" | "lineage";
}

/** A batch without what it says of other domains' assets, each with a problem. Tables that are only read stay. */
export function keepToDomain(batch: LineageBatch, limit: DomainLimit): LineageBatch {
  const problems: Problem[] = [];
  const claims = batch.claims.flatMap((claim) => {
    const said = claim.attributes.domain;
    if (said !== undefined && said !== limit.domain) {
      problems.push(leftOut(claim, said, limit));
      return [];
    }
    if (claim.placeholder && said === undefined) return [withoutSay(claim)];
    const known = domainOf(limit.claimsOf(claim.asset));
    if (known === undefined || known === limit.domain) return [claim];
    if (limit.foreign === "lineage") return [withoutSay(claim)];
    problems.push(leftOut(claim, known, limit));
    return [];
  });
  return { ...batch, claims, problems: [...batch.problems, ...problems] };
}

/** The domain that an asset is in, after all that is said of it. */
function domainOf(claims: readonly StoredClaim[]): string | undefined {
  const [asset] = mergeClaims(claims, 0).assets.values();
  return asset?.attributes.domain;
}

function withoutSay(claim: AssetClaim): AssetClaim {
  const { domain: _domain, owner: _owner, tier: _tier, ...attributes } = claim.attributes;
  return { ...claim, attributes };
}

const leftOut = (
  { name, provenance }: AssetClaim,
  other: string,
  { domain }: DomainLimit,
): Problem => ({
  code: "other-domain",
  message: `${name} is in the domain ${other}, and the token writes for ${domain} only; it is left out`,
  next: `Let ${other} send it, or use a token without a domain.`,
  ...(provenance.file === undefined ? {} : { file: provenance.file }),
  ...(provenance.line === undefined ? {} : { line: provenance.line }),
  severity: "error",
});
