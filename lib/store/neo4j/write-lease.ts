import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ManagedTransaction } from "neo4j-driver";
import type { Lane } from "./graph-schema.ts";
import { type Neo4jAccess, rowsOf, StoreFailure, whole } from "./neo4j-access.ts";

/**
 * One writer at a time. A batch is written in several transactions, so the writer holds a lease on the `:Store` node, and
 * each of its transactions first checks and renews it under that node's write lock: a writer that lost its lease (paused
 * too long, cut off) cannot write any more, and what it left behind is cleared by the next. `step` counts its
 * transactions, so that one whose commit was not confirmed is not run twice.
 */
export interface WritePace {
  /** A writer that is silent for longer is taken for dead. */
  readonly leaseMs: number;
  /** How long to wait for another writer. */
  readonly patienceMs: number;
  /** Texts of claims in one transaction, in UTF-16 units: large enough to be quick, small enough for a server with little memory. */
  readonly textPerTransaction: number;
}

export const WRITE_PACE: WritePace = {
  leaseMs: 15_000,
  patienceMs: 60_000,
  textPerTransaction: 4_000_000,
};

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

/** Waits for what a writer that lost its lease is just finishing beside the others; after that it finds that it has lost it. */
const WAIT_FOR_LANES = "MATCH (l:Lane) SET l.touched = timestamp()";

const TAKE_LANE = "MATCH (l:Lane {key: $lane}) SET l.touched = timestamp()";
const HOLDS = "MATCH (s:Store {key: 'store'}) RETURN s.writer = $token AS holds";

/** What it gives is called once the transaction stands. `isRepeated`: an earlier try of it may have stood. */
export type LaneStep = (
  tx: ManagedTransaction,
  isRepeated: boolean,
) => Promise<(() => void) | undefined>;

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
  static async acquire(access: Neo4jAccess, pace: WritePace): Promise<WriteLease> {
    const token = randomUUID();
    const deadline = Date.now() + pace.patienceMs;
    for (;;) {
      const [state] = await access.write(async (tx) => {
        const parameters = { token, leaseMs: whole(pace.leaseMs) };
        const states = await rowsOf<StoreState>(tx, ACQUIRE, parameters);
        if (states.length > 0) await tx.run(WAIT_FOR_LANES);
        return states;
      });
      if (state !== undefined)
        return new WriteLease(access, token, { state, leaseMs: pace.leaseMs });
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

  /** Only what changes nothing if its commit is run twice, and does not need the order of the others. */
  async stepInLane(lane: Lane, work: LaneStep): Promise<void> {
    let tries = 0;
    const keep = await this.#access.write(async (tx) => {
      await tx.run(TAKE_LANE, { lane });
      const [store] = await rowsOf<{ holds: boolean | null }>(tx, HOLDS, { token: this.#token });
      if (!store?.holds) throw new StoreFailure(leaseLost(this.#access.label));
      return work(tx, tries++ > 0);
    });
    keep?.();
  }

  /** A sign of life between long steps. */
  async renew(): Promise<void> {
    await this.step(async () => undefined);
  }

  read<T>(work: (tx: ManagedTransaction) => Promise<T>): Promise<T> {
    return this.#access.read(work);
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
