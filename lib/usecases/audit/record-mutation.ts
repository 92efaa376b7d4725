import { randomBytes } from "node:crypto";
import type { BatchRecord } from "#lib/model/claim.ts";
import type { Actor } from "../access/authenticate-request.ts";

export interface Mutation {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: Pick<Actor, "kind" | "name" | "teams">;
  readonly action: "set-attributes" | "ingest-events" | "ingest-files" | "decide-identity";
  readonly details: unknown;
}

/**
 * Who wrote what, to be kept in the transaction that writes it, in the order of time. Kept apart from claims, so that it
 * outlives them.
 */
export function mutationRecord({ actor, ...rest }: Mutation): BatchRecord {
  const who = { kind: actor.kind, name: actor.name, teams: actor.teams };
  const key = `${rest.at}-${randomBytes(4).toString("hex")}`;
  return { collection: "mutations", key, body: { ...rest, actor: who } };
}
