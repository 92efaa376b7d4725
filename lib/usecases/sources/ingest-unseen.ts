import { ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { chooseNames } from "./choose-names.ts";
import type { IngestReport } from "./ingest-report.ts";
import type { FilesRead } from "./read-files.ts";
import { type ReadRequest, readFound, readPlaces } from "./read-paths.ts";
import type { SourcesRead } from "./read-sources.ts";
import { describeVisit, keepVisit, type Settled, seeAgain, type Visit } from "./seen-before.ts";

export interface UnseenRequest extends ReadRequest {
  readonly store: LineageStore;
  /** Read, resolve and analyse, and write nothing. */
  readonly dryRun?: boolean;
  /** Of this program. Given, what it has read before and finds unchanged is only seen again; absent, all is always read. */
  readonly build?: string;
  /** The ids of the sources that the places gave before, where what they no longer give is to become stale. */
  readonly known?: readonly string[];
}

export interface ToIngest extends Pick<SourcesRead, "sources" | "problems" | "signals"> {
  /** See `IngestSourcesRequest`. */
  readonly onSettled: (settled: Settled) => void;
}

/** Reads what lies at places and has it ingested, where it is not just what was there before. */
export async function ingestUnseen<E>(
  request: UnseenRequest,
  {
    ingest,
    failureOf,
  }: {
    readonly ingest: (read: ToIngest) => Promise<Result<IngestReport, E>>;
    readonly failureOf: (error: StoreError) => E;
  },
): Promise<Result<IngestReport, E>> {
  const { store, now, onProgress } = request;
  onProgress?.({ stage: "read", done: 0, total: request.paths.length });
  const found = await readPlaces(request.paths, request);
  const visit = await visitOf(request, found);
  if (!visit.ok) return { ok: false, error: failureOf(visit.error) };
  const seen = visit.value ? await seeAgain(store, visit.value, now) : ok(undefined);
  if (!seen.ok) return { ok: false, error: failureOf(seen.error) };
  if (seen.value !== undefined) return ok(seen.value);
  const { sources, problems, signals } = readFound(found, request);
  let settled: Settled | undefined;
  const onSettled = (one: Settled): void => {
    settled = one;
  };
  const ingested = await ingest({ sources, problems, signals, onSettled });
  // What is told as of now is told anew each time.
  const isOfNow = signals.some(({ at }) => at === now);
  if (!ingested.ok || !visit.value || settled === undefined || isOfNow) return ingested;
  const kept = await keepVisit(store, visit.value, { report: ingested.value, settled });
  return kept.ok ? ingested : { ok: false, error: failureOf(kept.error) };
}

/** Undefined where all is to be read in any case. */
async function visitOf(
  request: UnseenRequest,
  found: FilesRead,
): Promise<Result<Visit | undefined, StoreError>> {
  const { build, dryRun } = request;
  if (build === undefined || dryRun === true) return ok(undefined);
  const names = await chooseNames(request);
  return names.ok ? ok(describeVisit({ build, request, names: names.value, found })) : names;
}
