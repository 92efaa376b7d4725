import type { Assessment } from "#lib/impact/assessment.ts";
import { assetId } from "#lib/model/asset-id.ts";

/** Whom a review asks. */
export interface Asked {
  /** In order. */
  readonly owners: readonly string[];
  /** Assets that nobody owns: an approver answers for them. */
  readonly unowned: number;
}

/** Whom a review of these changes would ask: owners of all that is not proved unaffected, the changed itself left out. */
export function ownersAsked({ changes, verdicts }: Assessment): Asked {
  const changed = new Set(changes.map(({ asset }) => assetId(asset.namespace, asset.name)));
  const reached = verdicts.filter(
    ({ asset, verdict }) => verdict !== "unaffected" && !changed.has(asset.id),
  );
  const owners = reached.flatMap(({ asset }) => asset.owner ?? []);
  return {
    owners: [...new Set(owners)].sort(),
    unowned: reached.length - owners.length,
  };
}
