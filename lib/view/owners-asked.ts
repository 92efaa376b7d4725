import type { Assessment } from "#lib/impact/assessment.ts";
import { assetId } from "#lib/model/asset-id.ts";

/** Whom a review of these changes would ask, in order: owners of all that is not proved unaffected, the changed itself left out. */
export function ownersAsked({ changes, verdicts }: Assessment): readonly string[] {
  const changed = new Set(changes.map(({ asset }) => assetId(asset.namespace, asset.name)));
  const owners = verdicts
    .filter(({ asset, verdict }) => verdict !== "unaffected" && !changed.has(asset.id))
    .flatMap(({ asset }) => asset.owner ?? []);
  return [...new Set(owners)].sort();
}
