import { err, ok, type Result } from "#lib/kit/result.ts";
import type { AssetClaim, BatchRecord, LineageBatch } from "#lib/model/claim.ts";
import type { AsOf } from "./lineage-store.ts";
import type { StoreError } from "./store-error.ts";

/** The claims of a batch, each asset once; of several for one asset the last counts. */
export function claimsByAsset(batch: LineageBatch): readonly AssetClaim[] {
  const byAsset = new Map<string, AssetClaim>();
  for (const claim of batch.claims) byAsset.set(claim.asset, claim);
  return byAsset.size === batch.claims.length ? batch.claims : [...byAsset.values()];
}

/** The records to be written with a batch, given the version that it made, if it made one, and the newest. */
export const recordsOf = (
  batch: LineageBatch,
  { made, newest }: { made: boolean; newest: number },
): readonly BatchRecord[] =>
  (batch.records ?? [])
    .filter((record) => made || record.always === true)
    .map((record) => ({ ...record, body: { ...record.body, version: newest } }));

/** Milliseconds since 1970 of a batch's time, or why it cannot be taken. */
export function batchTime(batch: LineageBatch): Result<number, StoreError> {
  const time = Date.parse(batch.at);
  if (!Number.isNaN(time)) return ok(time);
  return err({
    code: "refused",
    message: `The batch of ${batch.source.id} has the time ${JSON.stringify(batch.at)}, which is not ISO 8601.`,
  });
}

/** The moment that `asOf` names in milliseconds, the version that it names, or why neither can be told. */
export function parseAsOf(
  at: AsOf,
): Result<{ readonly version: number } | { readonly ms: number }, StoreError> {
  if ("version" in at) {
    if (Number.isSafeInteger(at.version) && at.version >= 0) return ok({ version: at.version });
    return err({ code: "refused", message: `${at.version} is not a version of the store.` });
  }
  const ms = Date.parse(at.time);
  if (!Number.isNaN(ms)) return ok({ ms });
  return err({
    code: "refused",
    message: `${JSON.stringify(at.time)} is not a time.`,
    next: "Write it like 2026-03-31T02:00:00Z, or give a version.",
  });
}

/** The earlier of two ISO 8601 times, in its own spelling. */
export const earlierOf = (a: string, b: string): string => (Date.parse(b) < Date.parse(a) ? b : a);
