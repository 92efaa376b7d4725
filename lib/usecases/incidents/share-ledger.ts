import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { type Failure, failureOfStore } from "../failure.ts";

/** Who sees more than their own row, decided by whom, when and why; the last decision holds. */
export interface SharingDecision {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly with: "own" | "all";
  readonly reason: string;
}

const COLLECTION = "ledger";
const KEY = "sharing";
const TRIES = 5;

/** All decisions, the oldest first: they are only ever added. */
export async function listSharing(
  store: LineageStore,
): Promise<Result<readonly SharingDecision[], Failure>> {
  const record = await store.getRecord(COLLECTION, KEY);
  if (!record.ok) return err(failureOfStore(record.error));
  return ok(decisionsIn(record.value?.body));
}

const decisionsIn = (body: unknown): readonly SharingDecision[] =>
  (body as { readonly decisions?: readonly SharingDecision[] } | undefined)?.decisions ?? [];

export async function decideSharing(
  store: LineageStore,
  {
    actor,
    now,
    ...said
  }: Pick<SharingDecision, "with" | "reason"> & { readonly actor: Actor; readonly now: string },
): Promise<Result<readonly SharingDecision[], Failure>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const record = await store.getRecord(COLLECTION, KEY);
    if (!record.ok) return err(failureOfStore(record.error));
    const decisions = [
      ...decisionsIn(record.value?.body),
      { at: now, actor: actor.name, with: said.with, reason: said.reason },
    ];
    const put = await store.putRecord(COLLECTION, KEY, { decisions }, record.value?.revision ?? 0);
    if (put.ok) return ok(decisions);
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: "somebody else decides at this moment" });
}
