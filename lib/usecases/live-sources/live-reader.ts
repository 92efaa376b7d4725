import type { Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import type { LiveAddress } from "./live-address.ts";

/** What a reader of a live source is handed from outside. */
export interface LiveContext {
  /** Secrets come from here, by the names that the system's own tools use. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ISO 8601. */
  readonly now: string;
  readonly fetch: typeof fetch;
  /** Aborted: no more time is given to the source. */
  readonly signal?: AbortSignal;
  /** Told again and again of a source that has not given all yet. */
  readonly onWait?: (wait: LiveWait) => void;
  /** After how long, and how often then; in milliseconds. */
  readonly waitMs?: number;
}

export interface LiveWait {
  /** Without secrets. */
  readonly place: string;
  readonly seconds: number;
}

/**
 * Asks a live source for all that it knows, as files of the kind that its reader in `lib/ingest` takes. All or nothing: a
 * source that was read in part would make the rest look as if it were gone.
 */
export type LiveReader = (
  address: LiveAddress,
  context: LiveContext,
) => Promise<Result<readonly ReadFile[], Failure>>;
