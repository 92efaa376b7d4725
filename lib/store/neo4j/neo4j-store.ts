import { ok, type Result } from "#lib/kit/result.ts";
import type { LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import { batchTime, parseAsOf } from "../batch-content.ts";
import type {
  ApplyOutcome,
  AsOf,
  ClaimFeed,
  LineageStore,
  StoreRecord,
  StoreVersion,
} from "../lineage-store.ts";
import { revisionConflict } from "../revision-conflict.ts";
import { SerialQueue } from "../serial-queue.ts";
import type { StoreError } from "../store-error.ts";
import { VERSION_ZERO } from "../version-zero.ts";
import { type AppliedBatch, applyBatch } from "./apply-batch.ts";
import { type Neo4jAccess, StoreFailure } from "./neo4j-access.ts";
import {
  atTime,
  atVersion,
  changedSince,
  readClaims,
  readPublished,
  readVersions,
} from "./read-claims.ts";
import {
  lockRecordNode,
  readRecordNode,
  readRecordNodes,
  removeRecordNode,
  writeRecordNode,
} from "./record-nodes.ts";
import { showClaims } from "./show-claims.ts";
import type { WritePace } from "./write-lease.ts";

/**
 * The port over Neo4j. A batch is published as soon as its claims are there; the graph that people ask in Cypher is brought
 * up to it afterwards, in the same turn. Readers see the last published version; the driver finds a server that was away by itself.
 */
export class Neo4jStore implements LineageStore {
  readonly label: string;
  readonly #access: Neo4jAccess;
  readonly #pace: WritePace;
  readonly #writes = new SerialQueue();
  /** Batches that wait for their turn: they come before the graph for people. */
  #waiting = 0;

  constructor(access: Neo4jAccess, pace: WritePace) {
    this.label = access.label;
    this.#access = access;
    this.#pace = pace;
  }

  async apply(batch: LineageBatch): Promise<Result<ApplyOutcome, StoreError>> {
    const time = batchTime(batch);
    if (!time.ok) return time;
    const options = { atMs: time.value, pace: this.#pace };
    this.#waiting++;
    return new Promise((resolve) => {
      void this.#writes.run(async () => {
        this.#waiting--;
        const applied = await this.#access.attempt(async () =>
          ok(await applyBatch(this.#access, batch, options)),
        );
        resolve(applied.ok ? ok(applied.value.outcome) : applied);
        // The caller need not wait for this, but the next batch does: at least one step, so that it always gets on.
        if (applied.ok) await this.#show(applied.value);
      });
    });
  }

  version(): Promise<Result<StoreVersion, StoreError>> {
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => {
        const published = await readPublished(tx);
        return ok((await readVersions(tx, published - 1)).at(0) ?? VERSION_ZERO);
      }),
    );
  }

  versions(since = 0): Promise<Result<readonly StoreVersion[], StoreError>> {
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => ok(await readVersions(tx, since))),
    );
  }

  async claims(at?: AsOf): Promise<Result<readonly StoredClaim[], StoreError>> {
    const asked = at === undefined ? undefined : parseAsOf(at);
    if (asked?.ok === false) return asked;
    const moment = asked?.value;
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => {
        if (moment !== undefined && "ms" in moment) {
          return ok(await readClaims(tx, await atTime(tx, moment.ms)));
        }
        const published = await readPublished(tx);
        const version = Math.min(moment?.version ?? published, published);
        return ok(await readClaims(tx, atVersion(version)));
      }),
    );
  }

  claimsSince(version: number): Promise<Result<ClaimFeed, StoreError>> {
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => {
        const published = await readPublished(tx);
        const changed = await readClaims(tx, changedSince(version, published));
        return ok({ version: published, changed });
      }),
    );
  }

  getRecord(collection: string, key: string): Promise<Result<StoreRecord | undefined, StoreError>> {
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => ok(await readRecordNode(tx, collection, key))),
    );
  }

  listRecords(collection: string): Promise<Result<readonly StoreRecord[], StoreError>> {
    return this.#access.attempt(() =>
      this.#access.read(async (tx) => ok(await readRecordNodes(tx, collection))),
    );
  }

  putRecord(
    collection: string,
    key: string,
    body: unknown,
    ifRevision?: number,
  ): Promise<Result<StoreRecord, StoreError>> {
    return this.#access.attempt(() =>
      this.#access.write(async (tx) => {
        const found = (await lockRecordNode(tx, collection, key))?.revision ?? 0;
        if (ifRevision !== undefined && ifRevision !== found) {
          throw new StoreFailure(
            revisionConflict({ collection, key, expected: ifRevision, found }),
          );
        }
        const at = new Date().toISOString();
        const record = { collection, key, body: body ?? null, revision: found + 1, at };
        await writeRecordNode(tx, record);
        return ok(record);
      }),
    );
  }

  deleteRecord(collection: string, key: string): Promise<Result<boolean, StoreError>> {
    return this.#access.attempt(() =>
      this.#access.write(async (tx) => ok(await removeRecordNode(tx, collection, key))),
    );
  }

  /** Waits for what is being written, and for the graph for people to catch up. */
  close(): Promise<void> {
    return this.#writes.run(() => this.#access.close());
  }

  /** The batch is published already: a failure here takes nothing from it, and the next batch takes up what is left. */
  async #show({ lease, recall }: AppliedBatch): Promise<void> {
    const isWanted = (): boolean => this.#waiting === 0;
    await this.#access.attempt(async () => ok(await showClaims(lease, { isWanted, recall })));
    await lease.release();
  }
}
