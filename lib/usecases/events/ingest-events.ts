import { isDeepStrictEqual } from "node:util";
import { assembleChange, type SourceChange } from "#lib/ingest/assemble-change.ts";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { factOf, LineageWorld } from "#lib/ingest/lineage-world.ts";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import { mergeEventFact } from "#lib/ingest/openlineage/merge-event-facts.ts";
import type { QueryAnalyzer } from "#lib/ingest/query-analyzer.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { PROBLEMS_COLLECTION, type SourceProblems } from "#lib/store/source-problems.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import { changeRecord, type DetectedChange, detectChanges } from "../history/detect-changes.ts";
import { keepEventProblems } from "../sources/ingest-problems.ts";
import { ingestSources, type RecordsToKeep } from "../sources/ingest-sources.ts";
import { keepToDomain } from "../sources/keep-to-domain.ts";
import { retryOvertaken } from "../sources/retry-overtaken.ts";
import { createQueryAnalyzer } from "../sources/sql-analyzer.ts";

export interface EventIngest {
  /** Sources whose `complete` is false: what they say adds to what they said. */
  readonly ingest: (request: EventIngestRequest) => Promise<Result<EventIngestOutcome, StoreError>>;
}

export interface EventIngestRequest {
  readonly store: LineageStore;
  readonly sources: readonly AssembleSource[];
  readonly names?: NamesConfig;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  readonly records?: RecordsToKeep;
}

export interface EventIngestOutcome {
  /** Of the store afterwards. */
  readonly version: number;
  readonly written: number;
  /** Tables that are not what their source said before. */
  readonly changes: readonly DetectedChange[];
  /** Whether only the part of the graph was looked at that the events are about. */
  readonly incremental: boolean;
}

/** A change that touches more claims than this is assembled with the whole graph, which then costs about the same. */
const MAX_CLAIMS = 20_000;

/**
 * Writes what events say, group by group, and keeps the names and columns of the whole store in memory between two groups:
 * a group costs what it touches. What is kept holds for the version of the store at which it was read; what others have
 * committed since then is read from the change feed before the next group. The result is that of `ingestSources`.
 */
export function createEventIngest(options: { readonly maxClaims?: number } = {}): EventIngest {
  const state: State = { kept: undefined, maxClaims: options.maxClaims ?? MAX_CLAIMS };
  return {
    ingest: async (request) => {
      const sum: Sum = { written: 0, found: [] };
      const outcome = await retryOvertaken(() => ingestIncrementally(state, { request, sum }));
      // After a failure it is not known what was written.
      if (!outcome.ok) state.kept = undefined;
      return outcome;
    },
  };
}

/** Of all tries. */
interface Sum {
  written: number;
  readonly found: DetectedChange[];
}

interface State {
  kept: Kept | undefined;
  readonly maxClaims: number;
}

interface Kept {
  readonly store: LineageStore;
  readonly world: LineageWorld;
  version: number;
  /** Names mean something else since the last group, and all of them have to be looked up once. */
  isUnsettled: boolean;
}

async function ingestIncrementally(
  state: State,
  { request, sum }: { readonly request: EventIngestRequest; readonly sum: Sum },
): Promise<Result<EventIngestOutcome, StoreError>> {
  const analyzer = readOnce(createQueryAnalyzer(request.parser));
  const kept = await bringUpToDate(state, { request, analyzer });
  if (!kept.ok) return kept;
  if (kept.value.isUnsettled) {
    kept.value.isUnsettled = false;
    return ingestWhole(request);
  }
  const news = leaveOutOldNews(kept.value.world, request);
  const changes = await assembleChange({
    world: kept.value.world,
    sources: news,
    analyzer,
    isSame: isDeepStrictEqual,
    maxClaims: state.maxClaims,
  });
  if (!changes) return ingestWhole(request);
  return applyChanges(kept.value, changes, { ...request, sum });
}

/** What was last seen within this time is not marked as seen again. */
const SEEN_LATELY_MS = 15 * 60_000;

/** Most events say what others of their kind have said: then nothing has to be resolved, and nothing written. */
function leaveOutOldNews(
  world: LineageWorld,
  { sources, now }: EventIngestRequest,
): readonly AssembleSource[] {
  return sources.map((source) => ({
    ...source,
    facts: source.facts.filter((fact) => {
      const entry = world.find(source.source.id, fact);
      if (!entry || Date.parse(now) - Date.parse(entry.lastSeen) > SEEN_LATELY_MS) return true;
      const before = factOf(entry.claim);
      return mergeEventFact(before, fact) !== before;
    }),
  }));
}

/** The change feed brings what this writes to the next group. */
async function ingestWhole(
  request: EventIngestRequest,
): Promise<Result<EventIngestOutcome, StoreError>> {
  const ingested = await ingestSources({ ...request, eventsKeepTo: true });
  if (!ingested.ok) return ingested;
  const { version, written, madeStale, changes = [] } = ingested.value;
  return ok({ version, written: written + madeStale, changes, incremental: false });
}

const changesIn = (
  { source, at, claims }: LineageBatch,
  before: (asset: AssetId) => AssetClaim | undefined,
): readonly DetectedChange[] => detectChanges({ source, at, before, after: claims });

/** The reads of one text are asked for more than once in a group. */
function readOnce(analyzer: QueryAnalyzer): QueryAnalyzer {
  const known = new Map<string, readonly (readonly string[])[]>();
  return {
    analyze: (request) => analyzer.analyze(request),
    listReads: (request) => {
      const key = `${request.dialect}\u0000${request.sql}`;
      const reads = known.get(key) ?? analyzer.listReads(request);
      known.set(key, reads);
      return reads;
    },
  };
}

async function bringUpToDate(
  state: State,
  context: { readonly request: EventIngestRequest; readonly analyzer: QueryAnalyzer },
): Promise<Result<Kept, StoreError>> {
  const { request, analyzer } = context;
  const { store } = request;
  const names = request.names ?? DEFAULT_NAMES;
  const { kept } = state;
  const holds = kept?.store === store && isDeepStrictEqual(kept.world.names, names);
  const newest = await store.version();
  if (!newest.ok) return newest;
  if (holds && newest.value.version === kept.version) return ok(kept);
  if (holds && newest.value.version > kept.version) {
    const feed = await store.claimsSince(kept.version);
    if (!feed.ok) return feed;
    kept.world.take(feed.value.changed);
    kept.version = feed.value.version;
    return ok(kept);
  }
  const claims = await store.claims();
  if (!claims.ok) return claims;
  const world = new LineageWorld(names, (query) => analyzer.listReads(query));
  world.take(claims.value);
  // What was committed while the claims were read comes again with the feed.
  state.kept = { store, world, version: newest.value.version, isUnsettled: false };
  return ok(state.kept);
}

async function applyChanges(
  kept: Kept,
  changes: readonly SourceChange[],
  { store, sources, records, sum }: EventIngestRequest & { readonly sum: Sum },
): Promise<Result<EventIngestOutcome, StoreError>> {
  const own = await records?.();
  if (own && !own.ok) return own;
  // What the names and columns in memory hold; a source that has a newer version makes the whole group be done again.
  const readAt = kept.version;
  let { version } = kept;
  let isAlone = true;
  for (const whole of changes) {
    const change = keepChange(kept, whole, sources);
    const batch = await withEarlierProblems(store, change.batch);
    if (!batch.ok) return batch;
    const { id } = batch.value.source;
    const known = kept.world.sources.get(id)?.entries;
    const isSaid = sources.some(({ source }) => source.id === id);
    const detected = isSaid ? changesIn(batch.value, (asset) => known?.get(asset)?.claim) : [];
    const kinds = [...(own?.value.get(id) ?? []), ...detected.map(changeRecord)];
    if (kinds.length === 0 && isSilent(batch.value)) continue;
    const applied = await store.apply({ ...batch.value, readAt, records: kinds });
    if (!applied.ok) return applied;
    sum.found.push(...detected);
    const wrote = applied.value.written + applied.value.madeStale;
    sum.written += wrote;
    // After somebody else's commit in between, the version that is kept stays as it was, and the feed brings both.
    isAlone &&= applied.value.version === version + (wrote > 0 ? 1 : 0);
    version = applied.value.version;
    if (isAlone) kept.version = version;
    takeIn(kept, change);
  }
  const problems = await keepEventProblems(store, sources);
  if (!problems.ok) return err(problems.error);
  return ok({ version, written: sum.written, changes: sum.found, incremental: true });
}

/** What a token's events say of other domains' assets is no news. */
function keepChange(
  { world }: Kept,
  change: SourceChange,
  sources: readonly AssembleSource[],
): SourceChange {
  const { id, domain } = change.batch.source;
  if (domain === undefined || !sources.some(({ source }) => source.id === id)) return change;
  const claimsOf = (asset: AssetId): readonly StoredClaim[] =>
    [...world.peers(asset)].map(({ source, claim, lastSeen }) => ({
      source,
      claim,
      lastSeen,
      firstSeen: lastSeen,
      version: 0,
    }));
  return {
    ...change,
    batch: keepToDomain(change.batch, { domain, claimsOf, foreign: "lineage" }),
  };
}

function takeIn(kept: Kept, { batch, retired, namespace }: SourceChange): void {
  const { id } = batch.source;
  for (const asset of retired) kept.world.remove(id, asset);
  kept.world.put(batch.source, batch.claims, batch.at);
  // Two names turned out to be one table, and most tables of the source are in another namespace without it.
  kept.isUnsettled ||= kept.world.namespaceOf(id) !== namespace && kept.world.hasLooseQueries(id);
}

const isSilent = ({ claims, complete, problems }: LineageBatch): boolean =>
  claims.length === 0 && !complete && problems.length === 0;

/** A complete batch would take the problems of earlier events away. */
async function withEarlierProblems(
  store: LineageStore,
  batch: LineageBatch,
): Promise<Result<LineageBatch, StoreError>> {
  if (!batch.complete) return ok(batch);
  const record = await store.getRecord(PROBLEMS_COLLECTION, batch.source.id);
  if (!record.ok) return record;
  const earlier = (record.value?.body as SourceProblems | undefined)?.problems ?? [];
  const all = new Map<string, Problem>(
    [...earlier, ...batch.problems].map((problem) => [JSON.stringify(problem), problem]),
  );
  return ok({ ...batch, problems: [...all.values()] });
}
