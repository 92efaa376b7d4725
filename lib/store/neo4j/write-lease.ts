import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedTransaction } from "neo4j-driver";
import { type Neo4jAccess, rowsOf, StoreFailure, whole } from "./neo4j-access.ts";

/**
 * One writer at a time. A batch is written in several transactions, so the writer holds a lease on the `:Store` node, and
 * each of its transactions first checks and renews it under that node's write lock: a writer that lost its lease (paused
 * too long, cut off) cannot write any more, and what it left behind is cleared by the next. `step` counts its
 * transactions, so that one whose commit was not confirmed is not run twice.
 */
export interface LeaseTiming {
  /** A writer that is silent for longer is taken for dead. */
  readonly leaseMs: number;
  /** How long to wait for another writer. */
  readonly patienceMs: number;
}

export const LEASE_TIMING: LeaseTiming = { leaseMs: 15_000, patienceMs: 60_000 };

export interface StoreState {
  /** The published version. */
  readonly version: number;
  readonly lastClaim: number;
  /** The last writer ended before it published: what it left must be cleared first. */
  readonly isPending: boolean;
}

const ACQUIRE = `
MATCH (s:Store {key: 'store'}) SET s.touched = timestamp() WITH s
FOREACH (x IN CASE WHEN s.writer IS NULL THEN [] ELSE [1] END | SET s.awaited = true)
WITH s WHERE s.writer IS NULL OR s.writer = $token OR s.leaseUntil < timestamp()
SET s.writer = $token, s.leaseUntil = timestamp() + $leaseMs, s.step = 0 REMOVE s.awaited
RETURN s.version AS version, s.lastClaim AS lastClaim, coalesce(s.isPending, false) AS isPending`;

const GUARD = `
MATCH (s:Store {key: 'store'}) SET s.touched = timestamp() WITH s
RETURN s.writer = $token AS holds, s.step AS step`;

const ADVANCE = `
MATCH (s:Store {key: 'store'}) SET s.step = $step, s.isPending = $isPending, s.leaseUntil = timestamp() + $leaseMs`;

export class WriteLease {
  readonly state: StoreState;
  readonly #access: Neo4jAccess;
  readonly #token: string;
  readonly #leaseMs: number;
  #step = 0;
  #isPublished = false;

  private constructor(
    access: Neo4jAccess,
    token: string,
    held: { state: StoreState; leaseMs: number },
  ) {
    this.#access = access;
    this.#token = token;
    this.state = held.state;
    this.#leaseMs = held.leaseMs;
  }

  /** Waits for another writer; throws a `StoreFailure` when it does not end in time. */
  static async acquire(access: Neo4jAccess, timing: LeaseTiming): Promise<WriteLease> {
    const token = randomUUID();
    const deadline = Date.now() + timing.patienceMs;
    for (;;) {
      const [state] = await access.write((tx) =>
        rowsOf<StoreState>(tx, ACQUIRE, {
          token,
          leaseMs: whole(timing.leaseMs),
        }),
      );
      if (state !== undefined)
        return new WriteLease(access, token, { state, leaseMs: timing.leaseMs });
      if (Date.now() > deadline) throw new StoreFailure(stillWriting(access.label));
      await sleep(20 + Math.random() * 80);
    }
  }

  /** One transaction of the writer. Gives undefined where an earlier try had already been committed. */
  step<T>(work: (tx: ManagedTransaction) => Promise<T>): Promise<T | undefined> {
    this.#step++;
    const step = this.#step;
    return this.#access.write(async (tx) => {
      const [guard] = await rowsOf<{ holds: boolean | null; step: number }>(tx, GUARD, {
        token: this.#token,
      });
      if (!guard?.holds) throw new StoreFailure(leaseLost(this.#access.label));
      if (guard.step >= step) return undefined;
      await tx.run(ADVANCE, {
        step: whole(step),
        leaseMs: whole(this.#leaseMs),
        isPending: !this.#isPublished,
      });
      return await work(tx);
    });
  }

  /** For the transaction that publishes: from here on nothing that this writer does is pending. */
  async publishIn(tx: ManagedTransaction): Promise<void> {
    await tx.run("MATCH (s:Store {key: 'store', writer: $token}) SET s.isPending = false", {
      token: this.#token,
    });
  }

  markPublished(): void {
    this.#isPublished = true;
  }

  /** Another writer waits for the lease. */
  async isAwaited(): Promise<boolean> {
    const [row] = await this.#access.read((tx) =>
      rowsOf<{ awaited: boolean }>(
        tx,
        "MATCH (s:Store {key: 'store'}) RETURN coalesce(s.awaited, false) AS awaited",
      ),
    );
    return row?.awaited ?? true;
  }

  /** Lets the next writer in at once; what was left behind, if anything, is its to clear. */
  async release(): Promise<void> {
    const release = "MATCH (s:Store {key: 'store', writer: $token}) REMOVE s.writer, s.leaseUntil";
    await this.#access
      .write((tx) => tx.run(release, { token: this.#token }))
      .catch(() => undefined);
  }
}

const stillWriting = (label: string) =>
  ({
    code: "refused",
    message: `${label}: another process is writing and did not finish in time.`,
    next: "Wait for it to end, then run it again.",
  }) as const;

const leaseLost = (label: string) =>
  ({
    code: "conflict",
    message: `${label}: another process has taken over the writing, and nothing of this batch was kept.`,
    next: "Run it again.",
  }) as const;
