import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { StoreError } from "#lib/store/store-error.ts";

const MOST_TRIES = 8;
const FIRST_WAIT_MS = 20;
const LAST_WAIT_MS = 1_000;

/**
 * Runs what reads the store, decides and writes, again from its beginning where somebody else wrote in between. After some
 * tries it ends with the last `conflict`: then others write faster than this can read.
 */
export async function retryOvertaken<T>(
  work: () => Promise<Result<T, StoreError>>,
): Promise<Result<T, StoreError>> {
  for (let tries = 1; ; tries++) {
    const outcome = await work();
    if (outcome.ok || outcome.error.code !== "conflict") return outcome;
    if (tries === MOST_TRIES) return err({ ...outcome.error, next: NEXT });
    // Two who collide must not collide again.
    const wait = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
    await sleep(wait * (0.5 + Math.random() / 2));
  }
}

const NEXT =
  "Run it again when less is written, or hand it to the server that takes the events with --server URL; nothing was lost.";
