import { randomUUID } from "node:crypto";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

const COLLECTION = "sync-locks";
/** A holder that gave no sign of life for so long is dead. */
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;

interface LockBody {
  readonly holder: string;
  /** ISO 8601; in the past: free. */
  readonly until: string;
}

/** One run at a time of a source, whichever process, server or machine shares the store. */
export interface SyncLock {
  /** False once somebody else has taken it: what was read since may not be written. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

/** Undefined: somebody else reads the source right now. */
export async function takeSyncLock(
  store: LineageStore,
  { name, now }: { readonly name: string; readonly now: () => Date },
): Promise<Result<SyncLock | undefined, Failure>> {
  const known = await store.getRecord(COLLECTION, name);
  if (!known.ok) return err(failureOfStore(known.error));
  const body = known.value?.body as LockBody | undefined;
  if (body !== undefined && body.until > now().toISOString()) return ok(undefined);
  const lock = new HeldLock(store, { name, now });
  const taken = await lock.take(known.value?.revision ?? 0);
  if (taken.ok) return ok(lock);
  // Two found it free; the other was first.
  return taken.error.code === "conflict" ? ok(undefined) : err(failureOfStore(taken.error));
}

class HeldLock implements SyncLock {
  readonly #store: LineageStore;
  readonly #name: string;
  readonly #now: () => Date;
  readonly #holder = randomUUID();
  #revision = 0;
  #isHeld = true;
  #timer: ReturnType<typeof setInterval> | undefined;
  #renewing: Promise<unknown> = Promise.resolve();

  constructor(
    store: LineageStore,
    { name, now }: { readonly name: string; readonly now: () => Date },
  ) {
    this.#store = store;
    this.#name = name;
    this.#now = now;
  }

  async take(revision: number) {
    const put = await this.#put(LEASE_MS, revision);
    if (put.ok) {
      this.#timer = setInterval(() => {
        this.#renewing = this.#renew();
      }, RENEW_MS);
      this.#timer.unref();
    }
    return put;
  }

  isHeld = (): boolean => this.#isHeld;

  release = async (): Promise<void> => {
    clearInterval(this.#timer);
    await this.#renewing;
    if (this.#isHeld) await this.#put(0, this.#revision);
    this.#isHeld = false;
  };

  async #put(leaseMs: number, revision: number) {
    const until = new Date(this.#now().getTime() + leaseMs).toISOString();
    const body: LockBody = { holder: this.#holder, until };
    const put = await this.#store.putRecord(COLLECTION, this.#name, body, revision);
    if (put.ok) this.#revision = put.value.revision;
    return put;
  }

  async #renew(): Promise<void> {
    if (!this.#isHeld) return;
    const put = await this.#put(LEASE_MS, this.#revision);
    if (!put.ok && put.error.code === "conflict") this.#isHeld = false;
  }
}
