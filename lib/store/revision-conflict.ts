import type { BatchRecord, LineageBatch } from "#lib/model/claim.ts";
import type { StoreError } from "./store-error.ts";

export interface RevisionMismatch {
  readonly collection: string;
  readonly key: string;
  readonly expected: number;
  readonly found: number;
}

/** The error of both stores when a record is not at the revision that the writer has seen. */
export const revisionConflict = ({
  collection,
  key,
  expected,
  found,
}: RevisionMismatch): StoreError => ({
  code: "conflict",
  message:
    expected === 0
      ? `${collection} ${key} exists already.`
      : `${collection} ${key} is at revision ${found}, not ${expected}: somebody else has written it.`,
  next: "Read it again and decide anew.",
});

/** The same of a record that comes with a batch; undefined where it is at the revision that it goes on from. */
export const overtakenRecord = (
  { collection, key, ifRevision }: BatchRecord,
  found: number,
): StoreError | undefined =>
  ifRevision === undefined || ifRevision === found
    ? undefined
    : revisionConflict({ collection, key, expected: ifRevision, found });

/** The error of both stores when a batch goes on from claims that are not its source's newest; undefined when it does not. */
export function overtaken(
  { source, readAt }: LineageBatch,
  newest: number,
): StoreError | undefined {
  if (readAt === undefined || newest <= readAt) return undefined;
  return {
    code: "conflict",
    message: `${source.id} has version ${newest} now, and was read at ${readAt}: somebody else has written it.`,
    next: "Read it again and decide anew.",
  };
}
