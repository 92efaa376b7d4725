import { isDeepStrictEqual } from "node:util";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";

/** Problems of readers, kept so that they are not lost when a source is resolved again without its files. */
const SAID_PROBLEMS = "reader-problems";

export async function readSaidProblems(
  store: LineageStore,
): Promise<Result<ReadonlyMap<string, readonly Problem[]>, StoreError>> {
  const records = await store.listRecords(SAID_PROBLEMS);
  if (!records.ok) return records;
  return ok(
    new Map(records.value.map((record) => [record.key, record.body as readonly Problem[]])),
  );
}

export async function keepSaidProblems(
  store: LineageStore,
  sources: readonly AssembleSource[],
): Promise<Result<undefined, StoreError>> {
  const records = await store.listRecords(SAID_PROBLEMS);
  if (!records.ok) return records;
  const said = new Map(records.value.map((record) => [record.key, record]));
  for (const source of sources) {
    const known = said.get(source.source.id);
    const before = (known?.body ?? []) as readonly Problem[];
    const after = saidAfter(before, source);
    if (isDeepStrictEqual(before, after)) continue;
    // What another process tells in the meantime adds up too.
    const revision = known?.revision ?? 0;
    const put = await store.putRecord(SAID_PROBLEMS, source.source.id, after, revision);
    if (!put.ok) return err(put.error);
  }
  return ok(undefined);
}

/** As many as a store keeps of a source that is told bit by bit. */
const MOST_SAID = 1_000;

/** Problems of events add up; those of files are what the files have now. */
function saidAfter(before: readonly Problem[], source: AssembleSource): readonly Problem[] {
  if (source.complete) return source.problems;
  const all = new Map([...before, ...source.problems].map((one) => [JSON.stringify(one), one]));
  return [...all.values()].slice(-MOST_SAID);
}

/** The same of events that were written without looking at the other sources. */
export async function keepEventProblems(
  store: LineageStore,
  sources: readonly AssembleSource[],
): Promise<Result<undefined, StoreError>> {
  const telling = sources.filter(({ problems }) => problems.length > 0);
  return telling.length === 0 ? ok(undefined) : keepSaidProblems(store, telling);
}
