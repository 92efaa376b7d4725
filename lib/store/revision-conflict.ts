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
