import { randomBytes } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Actor } from "./authenticate-request.ts";
import type { Failure } from "./failure.ts";
import { failureOfStore } from "./failure.ts";

export interface Mutation {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: Actor;
  readonly action: "set-attributes" | "ingest-events" | "ingest-files";
  /** The version of the store after it. */
  readonly version: number;
  readonly details: unknown;
}

const COLLECTION = "mutations";

/** Keeps who wrote what, in the order of time. Kept apart from claims, so that it outlives them. */
export async function recordMutation(
  store: LineageStore,
  mutation: Mutation,
): Promise<Result<void, Failure>> {
  const { actor, ...rest } = mutation;
  const who = { kind: actor.kind, name: actor.name, teams: actor.teams };
  const key = `${mutation.at}-${randomBytes(4).toString("hex")}`;
  const put = await store.putRecord(COLLECTION, key, { ...rest, actor: who });
  return put.ok ? ok(undefined) : err(failureOfStore(put.error));
}
