import { err, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "../lineage-store.ts";
import type { StoreEnvironment } from "../open-store.ts";
import type { StoreError } from "../store-error.ts";

export async function openNeo4jStore(url: string, _env: StoreEnvironment): Promise<Result<LineageStore, StoreError>> {
  return err({ code: "failed", message: `${url} cannot be opened yet.` });
}
