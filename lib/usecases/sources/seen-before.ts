import { createHash } from "node:crypto";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { IngestReport } from "./ingest-report.ts";
import type { FilesRead } from "./read-files.ts";
import type { ReadRequest } from "./read-paths.ts";

/** A look at places: under what it is remembered, and the digest of what was found and of all that its meaning depends on. */
export interface Visit {
  readonly key: string;
  readonly digest: string;
}

/** The store as an ingest leaves it. */
export interface Settled {
  /** Of the store, with all that the ingest found, and nothing that others wrote meanwhile. */
  readonly version: number;
  /** That it was told of. */
  readonly sources: readonly SourceInfo[];
}

/** What is kept of a visit: one record for each set of places and way of reading them. */
interface KnownVisit extends Settled {
  readonly digest: string;
  readonly report: VisitReport;
}

type VisitReport = Pick<
  IngestReport,
  "assets" | "columns" | "edges" | "unresolved" | "problems" | "sources"
>;

const COLLECTION = "visits";
/** A report that says more is not kept: reading again is then the smaller cost. */
const MOST_PROBLEMS = 500;
/** Places that are read once, such as the folders of a build, must not add up for ever. */
const MOST_VISITS = 200;

/**
 * Where the same bytes were read in the same way by the same program, and nobody has written to the store since: marks
 * what their sources say as seen again, and gives the report of an ingest that changed nothing. Otherwise undefined, and
 * all is to be read.
 */
export async function seeAgain(
  store: LineageStore,
  visit: Visit,
  now: string,
): Promise<Result<IngestReport | undefined, StoreError>> {
  const record = await store.getRecord(COLLECTION, visit.key);
  if (!record.ok) return record;
  const known = record.value?.body as KnownVisit | undefined;
  if (known === undefined || known.digest !== visit.digest) return ok(undefined);
  const newest = await store.version();
  if (!newest.ok) return newest;
  if (newest.value.version !== known.version) return ok(undefined);
  let unchanged = 0;
  for (const source of known.sources) {
    const seen = await store.apply({
      source,
      at: now,
      claims: [],
      complete: false,
      seenAgain: true,
      problems: [],
      readAt: known.version,
    });
    // Somebody has just written more of it: what that means is to be worked out.
    if (!seen.ok && seen.error.code === "conflict") return ok(undefined);
    if (!seen.ok) return seen;
    unchanged += seen.value.unchanged;
  }
  return ok({
    ...known.report,
    version: known.version,
    written: 0,
    unchanged,
    madeStale: 0,
    dryRun: false,
  });
}

/** Remembers what a visit came to. */
export async function keepVisit(
  store: LineageStore,
  visit: Visit,
  { report, settled }: { readonly report: IngestReport; readonly settled: Settled },
): Promise<Result<void, StoreError>> {
  if (report.problems.length > MOST_PROBLEMS) return ok(undefined);
  const { assets, columns, edges, unresolved, problems } = report;
  const body: KnownVisit = {
    digest: visit.digest,
    ...settled,
    report: { assets, columns, edges, unresolved, problems, sources: report.sources },
  };
  const put = await store.putRecord(COLLECTION, visit.key, body);
  return put.ok ? forgetOldest(store) : put;
}

async function forgetOldest(store: LineageStore): Promise<Result<void, StoreError>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return records;
  const oldest = [...records.value]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, Math.max(0, records.value.length - MOST_VISITS));
  for (const { key } of oldest) {
    const removed = await store.deleteRecord(COLLECTION, key);
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

/** The digest is of bytes, so that times of files and the order of their writing do not count. */
export function describeVisit({
  build,
  request: { paths, as, dialect, domain, known = [] },
  names,
  found,
}: {
  /** Of the program that reads: another one may understand more. */
  readonly build: string;
  readonly request: Pick<ReadRequest, "paths" | "as" | "dialect" | "domain"> & {
    readonly known?: readonly string[];
  };
  /** With what people confirmed. */
  readonly names: NamesConfig;
  readonly found: FilesRead;
}): Visit {
  const digest = createHash("sha256").update(JSON.stringify([build, names, known, found.problems]));
  // With its length, so that no text can pass for the end of one file and the beginning of the next.
  for (const { path, root, kind, text } of found.files)
    digest.update(JSON.stringify([path, root, kind ?? null, text.length])).update(text);
  return {
    // An address may hold a password.
    key: createHash("sha256")
      .update(JSON.stringify([paths, as ?? null, dialect ?? null, domain ?? null]))
      .digest("base64"),
    digest: digest.digest("base64"),
  };
}
