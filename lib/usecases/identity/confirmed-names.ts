import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";

export const IDENTITY_COLLECTION = "identities";

/** All decisions, the newest first. */
export async function listDecisions(
  store: LineageStore,
): Promise<Result<readonly IdentityDecision[], StoreError>> {
  const records = await store.listRecords(IDENTITY_COLLECTION);
  if (!records.ok) return records;
  const decisions = records.value.map(({ body }) => body as IdentityDecision);
  return ok(decisions.sort((x, y) => (x.at > y.at ? -1 : x.at < y.at ? 1 : 0)));
}

/** The names of a configuration together with what people confirmed in this store, in a stable order. */
export async function withConfirmed(
  store: LineageStore,
  names: NamesConfig,
): Promise<Result<NamesConfig, StoreError>> {
  const decisions = await listDecisions(store);
  if (!decisions.ok) return decisions;
  const confirmed = decisions.value
    .filter(({ decision }) => decision === "same")
    .map(({ a, b }): [AssetName, AssetName] => [a, b])
    .sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
  return ok(
    confirmed.length === 0 ? names : { ...names, same: [...(names.same ?? []), ...confirmed] },
  );
}
