import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { isForPostgres } from "../profile/open-postgres.ts";

/** Where statements are proved: bound in DuckDB, run there over files of samples, or run in a database of one's own. */
export type VerifyTarget =
  | { readonly kind: "bind" }
  | { readonly kind: "samples"; readonly folder: string }
  | { readonly kind: "postgres"; readonly url: string };

const SAMPLES = "samples=";

/** Whether a word can be the value of `--verify`; anything else was meant for the command. */
export const isVerifyTarget = (text: string): boolean =>
  text.startsWith(SAMPLES) || isForPostgres(text);

/** `true` (no value), `samples=FOLDER` or `postgres://…`; a folder is resolved by the caller's `resolvePath`. */
export function readVerifyTarget(
  text: string | true,
  resolvePath: (path: string) => string,
): Result<VerifyTarget, Failure> {
  if (text === true) return ok({ kind: "bind" });
  if (isForPostgres(text)) return ok({ kind: "postgres", url: text });
  if (text.startsWith(SAMPLES) && text.length > SAMPLES.length)
    return ok({ kind: "samples", folder: resolvePath(text.slice(SAMPLES.length)) });
  return err({
    code: "bad-usage",
    message: `--verify ${text}: not known where that is`,
    next: "leave the value out to bind in DuckDB, or give samples=FOLDER or postgres://user@host/database",
  });
}
