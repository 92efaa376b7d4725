import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

/**
 * Sources that the last reading of a place gave and this one does not, as sources that say nothing any more: their edges
 * become stale. None where a part could not be read, because what it would have said is not known.
 */
export async function goneSources(
  store: LineageStore,
  {
    known,
    read,
    problems,
    at,
  }: {
    readonly known: readonly string[];
    readonly read: readonly AssembleSource[];
    readonly problems: readonly Problem[];
    readonly at: string;
  },
): Promise<Result<readonly AssembleSource[], Failure>> {
  const there = new Set(read.map(({ source }) => source.id));
  const missing = new Set(known.filter((id) => !there.has(id)));
  const isPartial = problems.some(({ severity }) => severity === "error");
  if (missing.size === 0 || isPartial) return ok([]);
  return silentSources(store, { ids: missing, at });
}

/** Sources of the store that say nothing any more. */
export async function silentSources(
  store: LineageStore,
  { ids, at }: { readonly ids: ReadonlySet<string>; readonly at: string },
): Promise<Result<readonly AssembleSource[], Failure>> {
  const claims = await store.claims();
  if (!claims.ok) return err(failureOfStore(claims.error));
  const found = new Map<string, SourceInfo>();
  for (const { source, staleSince } of claims.value)
    if (ids.has(source.id) && staleSince === undefined) found.set(source.id, source);
  return ok(
    [...found.values()].map((source) => ({ source, facts: [], at, complete: true, problems: [] })),
  );
}
