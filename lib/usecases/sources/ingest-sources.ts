import { isDeepStrictEqual } from "node:util";
import type { Signal } from "#lib/incidents/signals/signal.ts";
import type { EarlierQuery } from "#lib/ingest/analyse-queries.ts";
import {
  type AssembledClaims,
  type AssembleSource,
  assembleClaims,
  type EarlierName,
} from "#lib/ingest/assemble-claims.ts";
import { claimsToFacts } from "#lib/ingest/claim-to-fact.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { mergeEventFacts } from "#lib/ingest/openlineage/merge-event-facts.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { ok, type Result } from "#lib/kit/result.ts";
import { type AssetId, type AssetName, assetId } from "#lib/model/asset-id.ts";
import type {
  AssetClaim,
  BatchRecord,
  LineageBatch,
  SourceInfo,
  StoredClaim,
} from "#lib/model/claim.ts";
import { countEdges } from "#lib/model/edge-lanes.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import {
  changeRecord,
  type DetectedChange,
  detectChanges,
  detectGone,
  tellsOfChanges,
} from "../history/detect-changes.ts";
import { adviseNames } from "./advise-names.ts";
import { chooseNames } from "./choose-names.ts";
import { readSaidProblems } from "./ingest-problems.ts";
import type { IngestReport } from "./ingest-report.ts";
import { ingestUnseen, type UnseenRequest } from "./ingest-unseen.ts";
import { keepToDomain } from "./keep-to-domain.ts";
import { analysing, type IngestProgress } from "./read-paths.ts";
import { retryOvertaken } from "./retry-overtaken.ts";
import type { Settled } from "./seen-before.ts";
import { createQueryAnalyzer } from "./sql-analyzer.ts";
import { watchNulls } from "./watch-nulls.ts";
import { type BatchToWrite, type Done, dryOutcome, writeBatches } from "./write-batches.ts";

/** Reads files and folders into the store. Fails only where the store does; bad input is in the report's problems. */
export async function ingestPaths(
  request: UnseenRequest,
): Promise<Result<IngestReport, StoreError>> {
  return ingestUnseen(request, {
    ingest: (read) => ingestSources({ ...request, ...read }),
    failureOf: (error) => error,
  });
}

/**
 * What to keep in the transactions that write what the sources say, by the source's id. Asked for at each try: what a
 * record goes on from may have been written by somebody else in the meantime.
 */
export type RecordsToKeep = () => Promise<
  Result<ReadonlyMap<string, readonly BatchRecord[]>, StoreError>
>;

export interface IngestSourcesRequest {
  readonly sources: readonly AssembleSource[];
  /** Of files that belong to no source. */
  readonly problems?: readonly Problem[];
  readonly names?: NamesConfig;
  readonly parser: SqlParser;
  readonly store: LineageStore;
  readonly now: string;
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly records?: RecordsToKeep;
  /** What the sources say of other domains' assets is left out; when nothing else is said, nothing is written. */
  readonly onlyDomain?: string;
  /** What the files tell to be broken, or to be over; kept once the sources are. */
  readonly signals?: readonly Signal[];
  /** The sources are events that tokens sent: each source keeps to its domain, if it has one. */
  readonly eventsKeepTo?: boolean;
  /** Called at the end where nobody else wrote in between: the same sources again would change nothing. */
  readonly onSettled?: (settled: Settled) => void;
}

/**
 * Writes sources that were read already. The names and queries of all other sources are looked at again in the light of
 * the new ones, so the order in which a company's projects arrive does not matter; what did not change is not written.
 */
export async function ingestSources(
  request: IngestSourcesRequest,
): Promise<Result<IngestReport, StoreError>> {
  const names = await chooseNames(request);
  if (!names.ok) return names;
  const done: Done = { before: undefined, written: 0, madeStale: 0, changes: [] };
  return retryOvertaken(() => ingestOnce(request, { names: names.value, done }));
}

async function ingestOnce(
  request: IngestSourcesRequest,
  { names, done }: { readonly names: NamesConfig; readonly done: Done },
): Promise<Result<IngestReport, StoreError>> {
  const { store } = request;
  // Before the claims: what is committed while they are read may be among them, and counts as not seen.
  const readAt = await store.version();
  if (!readAt.ok) return readAt;
  const stored = await store.claims();
  if (!stored.ok) return stored;
  done.before ??= stored.value;
  const said = await readSaidProblems(store);
  if (!said.ok) return said;
  const records = (await request.records?.()) ?? ok(NO_RECORDS);
  if (!records.ok) return records;
  const known = groupStored(stored.value);
  const fresh = request.sources.map((source) => addToEarlier(source, known.get(source.source.id)));
  const freshIds = new Set(fresh.map((one) => one.source.id));
  const others = [...known.values()].filter(({ source }) => !freshIds.has(source.id));
  const whole = await assembleClaims({
    sources: [...fresh, ...others.map((other) => toAssembleSource(other, said.value))],
    names,
    analyzer: createQueryAnalyzer(request.parser),
    earlier: earlierQueries(known),
    ...(request.onProgress ? { onProgress: analysing(request.onProgress) } : {}),
  });
  const assembled = keepFresh(whole, { request, freshIds, stored: stored.value });
  const isRefused = request.onlyDomain !== undefined && saysNothing(assembled, freshIds);
  const rankOf = ({ batch }: BatchToWrite): number => Number(freshIds.has(batch.source.id));
  const changed = assembled.batches
    .filter(
      (batch) => freshIds.has(batch.source.id) || !sameClaims(batch, known.get(batch.source.id)),
    )
    .map((batch) => retireOld(batch, known.get(batch.source.id)))
    .map((batch): BatchToWrite => {
      const { id } = batch.source;
      const tells = fresh.some(
        ({ source, complete }) => source.id === id && tellsOfChanges(source, complete),
      );
      return withRecords(
        { ...batch, readAt: readAt.value.version },
        {
          records: records.value.get(id) ?? [],
          changes: tells ? changesSince(batch, known.get(id)) : [],
        },
      );
    })
    // What follows from the new sources first: if the rest fails, sending them again starts from the beginning.
    .sort((a, b) => rankOf(a) - rankOf(b));
  const outcome =
    request.dryRun || isRefused
      ? await dryOutcome(store)
      : await writeBatches({
          store,
          readAt: readAt.value.version,
          done,
          batches: changed,
          sources: fresh,
          signals: request.signals ?? [],
          ...(request.onProgress ? { onProgress: request.onProgress } : {}),
        });
  if (!outcome.ok) return outcome;
  const { isAlone, ...written } = outcome.value;
  if (isAlone)
    request.onSettled?.({
      version: written.version,
      sources: assembled.batches.map(({ source }) => source).filter(({ id }) => freshIds.has(id)),
    });
  const onlyNulls = watchNulls({
    before: done.before.map(({ claim }) => claim),
    fresh: assembled.batches.filter((batch) => freshIds.has(batch.source.id)),
    all: assembled.batches,
  });
  return ok({
    ...countBatches(assembled, freshIds),
    unresolved: assembled.unresolved,
    problems: [
      ...(request.problems ?? []),
      ...problemsOf(assembled.batches, freshIds),
      ...adviseNames(assembled.batches, freshIds),
    ],
    ...written,
    dryRun: request.dryRun === true,
    ...(onlyNulls.length === 0 ? {} : { onlyNulls }),
    ...(done.changes.length === 0 ? {} : { changes: done.changes }),
  });
}

/** The new sources without what they may not say. */
function keepFresh(
  assembled: AssembledClaims,
  about: {
    readonly request: IngestSourcesRequest;
    readonly freshIds: ReadonlySet<string>;
    readonly stored: readonly StoredClaim[];
  },
): AssembledClaims {
  const { onlyDomain, eventsKeepTo } = about.request;
  if (onlyDomain === undefined && eventsKeepTo !== true) return assembled;
  const byAsset = new Map<AssetId, StoredClaim[]>();
  for (const one of about.stored) {
    const known = byAsset.get(one.claim.asset);
    if (known) known.push(one);
    else byAsset.set(one.claim.asset, [one]);
  }
  return {
    ...assembled,
    batches: assembled.batches.map((batch) => {
      const domain = onlyDomain ?? batch.source.domain;
      if (domain === undefined || !about.freshIds.has(batch.source.id)) return batch;
      return keepToDomain(batch, {
        domain,
        claimsOf: (asset) => byAsset.get(asset) ?? [],
        foreign: onlyDomain === undefined ? "lineage" : "leave-out",
      });
    }),
  };
}

const saysNothing = ({ batches }: AssembledClaims, ids: ReadonlySet<string>): boolean =>
  batches
    .filter(({ source }) => ids.has(source.id))
    .every(({ claims }) => claims.every(({ placeholder }) => placeholder === true));

const NO_RECORDS: ReadonlyMap<string, readonly BatchRecord[]> = new Map();

function withRecords(
  batch: LineageBatch,
  {
    records,
    changes,
  }: Pick<BatchToWrite, "changes"> & { readonly records: readonly BatchRecord[] },
): BatchToWrite {
  const all = [...records, ...changes.map(changeRecord)];
  return { batch: all.length === 0 ? batch : { ...batch, records: all }, changes };
}

function changesSince(
  { source, at, claims, complete }: LineageBatch,
  known: KnownSource | undefined,
): readonly DetectedChange[] {
  const byAsset = new Map(known?.claims.map((claim) => [claim.asset, claim]));
  const gone =
    complete && tellsOfChanges(source, true)
      ? detectGone({ source, at, before: known?.claims ?? [], after: claims })
      : [];
  return [
    ...detectChanges({ source, at, before: (asset) => byAsset.get(asset), after: claims }),
    ...gone,
  ];
}

interface KnownSource {
  readonly source: SourceInfo;
  readonly claims: AssetClaim[];
  lastSeen: string;
}

/** What sources say now; what they no longer say is left to the store. */
function groupStored(claims: readonly StoredClaim[]): Map<string, KnownSource> {
  const known = new Map<string, KnownSource>();
  for (const { source, claim, lastSeen, staleSince } of claims) {
    if (staleSince !== undefined) continue;
    const entry = known.get(source.id) ?? { source, claims: [], lastSeen };
    known.set(source.id, entry);
    entry.claims.push(claim);
    if (lastSeen > entry.lastSeen) entry.lastSeen = lastSeen;
  }
  return known;
}

/** A source that says a part at a time (events) keeps what it said before. */
function addToEarlier(source: AssembleSource, earlier: KnownSource | undefined): AssembleSource {
  if (source.complete || !earlier) return source;
  return { ...source, facts: mergeEventFacts(claimsToFacts(earlier.claims), source.facts) };
}

function toAssembleSource(
  known: KnownSource,
  said: ReadonlyMap<string, readonly Problem[]>,
): AssembleSource {
  return {
    source: known.source,
    facts: claimsToFacts(known.claims),
    at: known.lastSeen,
    complete: true,
    problems: said.get(known.source.id) ?? [],
  };
}

function earlierQueries(
  known: ReadonlyMap<string, KnownSource>,
): (name: EarlierName) => EarlierQuery | undefined {
  const bySource = new Map<string, Map<string, AssetClaim>>();
  for (const { source, claims } of known.values()) {
    bySource.set(
      source.id,
      new Map(claims.map((claim) => [saidId(claim.origin?.said ?? claim), claim])),
    );
  }
  return ({ source, fact, query }) => {
    const claim = bySource.get(source)?.get(saidId(fact.name));
    const found = claim?.queries.find((one) => one.name === query);
    return claim && found
      ? { query: found, edges: claim.edges.filter((edge) => edge.query === query) }
      : undefined;
  };
}

/** A batch of events holds all that its source ever said; what has another name since then must not stay under the old one. */
function retireOld(batch: LineageBatch, known: KnownSource | undefined): LineageBatch {
  if (batch.complete || !known) return batch;
  const assets = new Set(batch.claims.map((claim) => claim.asset));
  return known.claims.every((claim) => assets.has(claim.asset))
    ? batch
    : { ...batch, complete: true };
}

const saidId = (name: AssetName): string => assetId(name.namespace, name.name);

function sameClaims(batch: LineageBatch, known: KnownSource | undefined): boolean {
  if (!known || known.claims.length !== batch.claims.length) return false;
  const byAsset = new Map(known.claims.map((claim) => [claim.asset, claim]));
  return batch.claims.every((claim) => isDeepStrictEqual(byAsset.get(claim.asset), claim));
}

function problemsOf(
  batches: readonly LineageBatch[],
  ids: ReadonlySet<string>,
): readonly Problem[] {
  return batches.filter((batch) => ids.has(batch.source.id)).flatMap((batch) => batch.problems);
}

function countBatches(
  assembled: AssembledClaims,
  ids: ReadonlySet<string>,
): Pick<IngestReport, "assets" | "columns" | "edges" | "sources"> {
  const columns = new Map<string, number>();
  let edges = 0;
  const sources: IngestReport["sources"][number][] = [];
  for (const { source, claims } of assembled.batches) {
    if (!ids.has(source.id)) continue;
    sources.push({ id: source.id, kind: source.kind, label: source.label, assets: claims.length });
    for (const claim of claims) {
      columns.set(claim.asset, Math.max(columns.get(claim.asset) ?? 0, claim.columns?.length ?? 0));
      edges += countEdges(claim);
    }
  }
  const total = [...columns.values()].reduce((sum, count) => sum + count, 0);
  return { assets: columns.size, columns: total, edges, sources };
}
