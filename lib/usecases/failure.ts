import type { Problem, ProblemCode } from "#lib/model/problem.ts";
import { PROBLEM_CODES } from "#lib/model/problem.ts";
import type { StoreError } from "#lib/store/store-error.ts";

interface FailureKind {
  /** HTTP status. */
  readonly status: number;
  /** Exit code of the command line. */
  readonly exit: number;
  readonly title: string;
}

const badInput = (title: string): FailureKind => ({ status: 400, exit: 2, title });

const problemKinds = Object.fromEntries(
  Object.entries(PROBLEM_CODES).map(([code, title]) => [code, badInput(title)]),
) as Record<ProblemCode, FailureKind>;

/**
 * Every way in which a request or a command can fail as a whole. HTTP status and exit code come from this one table, so
 * the same mistake has the same name on both doors.
 */
export const FAILURES = {
  ...problemKinds,
  "too-large": { status: 413, exit: 2, title: PROBLEM_CODES["too-large"] },
  "unknown-asset": { status: 404, exit: 2, title: PROBLEM_CODES["unknown-asset"] },
  "unknown-column": { status: 404, exit: 2, title: PROBLEM_CODES["unknown-column"] },
  "wrong-shape": { status: 422, exit: 2, title: PROBLEM_CODES["wrong-shape"] },
  "bad-usage": badInput("the command or request was not understood"),
  "missing-package": badInput("this needs a package that is not installed"),
  "bad-encoding": badInput("the body is not encoded as its headers say"),
  "unsupported-media-type": {
    status: 415,
    exit: 2,
    title: "the body has a type or encoding that is not read here",
  },
  "not-found": { status: 404, exit: 2, title: "there is nothing at this address" },
  "method-not-allowed": {
    status: 405,
    exit: 2,
    title: "this address does not answer to this method",
  },
  unauthenticated: { status: 401, exit: 2, title: "no valid token came with the request" },
  forbidden: { status: 403, exit: 2, title: "the token does not allow this" },
  busy: { status: 503, exit: 4, title: "more arrives than can be written; try again" },
  unreachable: { status: 503, exit: 4, title: "the store cannot be reached" },
  "server-unreachable": { status: 503, exit: 4, title: "the server cannot be reached" },
  refused: { status: 503, exit: 4, title: "the store refuses the login" },
  corrupt: { status: 503, exit: 4, title: "the store's files are damaged" },
  "no-space": { status: 507, exit: 4, title: "no space is left where the store lives" },
  "newer-format": { status: 503, exit: 4, title: "the store was written by a newer Faultline" },
  conflict: { status: 409, exit: 2, title: "somebody else changed it in the meantime" },
  failed: { status: 500, exit: 4, title: "the store failed" },
  internal: { status: 500, exit: 4, title: "an error in Faultline itself" },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

/** A command or a request that came to nothing: what, and what to do next. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly next?: string;
  /** Names that may have been meant. */
  readonly candidates?: readonly string[];
  readonly problems?: readonly Problem[];
}

export const kindOfFailure = (code: FailureCode): FailureKind => FAILURES[code];

export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code);

/** A store's error has the same codes; the type only forgets nothing. */
export function failureOfStore(error: StoreError): Failure {
  return error.next === undefined
    ? { code: error.code, message: error.message }
    : { code: error.code, message: error.message, next: error.next };
}
