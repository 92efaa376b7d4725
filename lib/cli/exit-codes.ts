import type { Failure } from "#lib/usecases/failure.ts";
import { kindOfFailure } from "#lib/usecases/failure.ts";

/** What a process of the command line ends with. Scripts rely on the numbers. */
export const EXIT = {
  /** Fine, or passed. */
  ok: 0,
  /** `check` alone: the policy blocks. */
  blocked: 1,
  /** Bad usage or bad input. */
  usage: 2,
  /** `check` alone: lineage incomplete for an affected asset of tier 1 or 2. */
  incomplete: 3,
  /** The store or the server cannot be reached. */
  unreachable: 4,
} as const;

export const exitCodeOf = (failure: Failure): number => kindOfFailure(failure.code).exit;
