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
}

/**
 * Asks a live source for all that it knows, as files of the kind that its reader in `lib/ingest` takes. All or nothing: a
 * source that was read in part would make the rest look as if it were gone.
 */
export type LiveReader = (
  address: LiveAddress,
  context: LiveContext,
) => Promise<Result<readonly ReadFile[], Failure>>;
