import { isDeepStrictEqual } from "node:util";
import { type NamesConfig, namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";

const COLLECTION = "settings";
const KEY = "names";

/**
 * How names meet over borders, as it was last configured for a store: whoever ingests without a configuration of names
 * (a server that takes events, a job that sends one project) must resolve as the others do.
 */
export async function readRememberedNames(
  store: LineageStore,
): Promise<Result<NamesConfig | undefined, StoreError>> {
  const record = await store.getRecord(COLLECTION, KEY);
  if (!record.ok) return record;
  const names = namesConfigSchema.safeParse((record.value?.body as { names?: unknown })?.names);
  return ok(record.value && names.success ? names.data : undefined);
}

export async function rememberNames(
  store: LineageStore,
  names: NamesConfig,
): Promise<Result<void, StoreError>> {
  const known = await readRememberedNames(store);
  if (!known.ok) return known;
  if (isDeepStrictEqual(known.value, names)) return ok(undefined);
  const put = await store.putRecord(COLLECTION, KEY, { names });
  return put.ok ? ok(undefined) : put;
}
