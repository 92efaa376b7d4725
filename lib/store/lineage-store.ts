import type { Result } from "#lib/kit/result.ts";
import type { LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import type { StoreError } from "./store-error.ts";

/**
 * The port that both stores implement. It keeps claims with their versions and the small records beside them; it does
 * not walk: every traversal is in lib/graph, the same code over both stores.
 */
export interface LineageStore {
  /** For people: `embedded store .faultline/faultline.db`, `Neo4j at bolt://…`. */
  readonly label: string;

  /**
   * All or nothing, idempotent: the same batch again writes nothing and keeps the version. A `conflict` where the source
   * has a version after the batch's `readAt`, or one of its records is not at its `ifRevision`.
   */
  apply(batch: LineageBatch): Promise<Result<ApplyOutcome, StoreError>>;

  /** The newest version; 0 when empty. */
  version(): Promise<Result<StoreVersion, StoreError>>;

  /** Versions in order, newest last, each with its source and what it wrote. */
  versions(since?: number): Promise<Result<readonly StoreVersion[], StoreError>>;

  /** All claims as of a version or a time (default: now), ordered by asset id, then source id. */
  claims(at?: AsOf): Promise<Result<readonly StoredClaim[], StoreError>>;

  /** The change feed: claims written after `version`, and up to which version that is. */
  claimsSince(version: number): Promise<Result<ClaimFeed, StoreError>>;

  /** Small records by collection and key: source states, problems, domain rules, tokens, reviews, incidents, resolutions. */
  getRecord(collection: string, key: string): Promise<Result<StoreRecord | undefined, StoreError>>;
  listRecords(collection: string): Promise<Result<readonly StoreRecord[], StoreError>>;
  /** `ifRevision` guards against two writers: 0 means "must not exist"; a mismatch is a `conflict` error. */
  putRecord(
    collection: string,
    key: string,
    body: unknown,
    ifRevision?: number,
  ): Promise<Result<StoreRecord, StoreError>>;
  deleteRecord(collection: string, key: string): Promise<Result<boolean, StoreError>>;

  close(): Promise<void>;
}

export type AsOf = { readonly version: number } | { readonly time: string };

export interface ApplyOutcome {
  /** The version after the batch: a new one if anything was written. */
  readonly version: number;
  readonly written: number;
  readonly unchanged: number;
  readonly madeStale: number;
}

export interface StoreVersion {
  readonly version: number;
  /** ISO 8601; empty for version 0. */
  readonly at: string;
  readonly source: string;
  readonly written: number;
}

export interface ClaimFeed {
  readonly version: number;
  readonly changed: readonly StoredClaim[];
}

export interface StoreRecord {
  readonly collection: string;
  readonly key: string;
  readonly body: unknown;
  /** Starts at 1, grows by one with each write. */
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
}
