import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { readRememberedNames, rememberNames } from "../events/remember-names.ts";
import { withConfirmed } from "../identity/confirmed-names.ts";

/** With what people confirmed. Those of this ingest, which are remembered, or those of an earlier one. */
export async function chooseNames({
  store,
  names,
  dryRun,
}: {
  readonly store: LineageStore;
  readonly names?: NamesConfig;
  readonly dryRun?: boolean;
}): Promise<Result<NamesConfig, StoreError>> {
  if (names === undefined) {
    const remembered = await readRememberedNames(store);
    return remembered.ok ? withConfirmed(store, remembered.value ?? DEFAULT_NAMES) : remembered;
  }
  const kept = dryRun === true ? ok(undefined) : await rememberNames(store, names);
  return kept.ok ? withConfirmed(store, names) : kept;
}
