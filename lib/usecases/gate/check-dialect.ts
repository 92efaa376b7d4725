import { DIALECTS, findDialect } from "#lib/ingest/sql/dialect.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { findSimilarNames } from "../ask/find-similar-names.ts";
import type { Failure } from "../failure.ts";

/** Says whether a SQL dialect that a person named is known, under any of its usual names. None named is fine. */
export function checkDialect(name: string | undefined): Result<string | undefined, Failure> {
  if (name === undefined || findDialect(name) !== undefined) return ok(name);
  return err({
    code: "bad-usage",
    message: `"${name}" is no SQL dialect that is known`,
    candidates: findSimilarNames(name, DIALECTS),
    next: `dialects are: ${DIALECTS.join(", ")}`,
  });
}
