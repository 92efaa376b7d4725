import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch, SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact, QueryFact } from "#lib/model/fact.ts";
import type { EarlierQuery } from "./analyse-queries.ts";
import {
  type AssembledClaims,
  type AssembleSource,
  assembleClaims,
  type BesideFact,
  commonNamespace,
} from "./assemble-claims.ts";
import {
  bareFactOf,
  countTable,
  type FactMark,
  factOf,
  type LineageWorld,
  type WorldEntry,
} from "./lineage-world.ts";
import type { Draft } from "./merge-facts.ts";
import { mergeEventFacts } from "./openlineage/merge-event-facts.ts";
import { queriesInCircles } from "./queries-in-circles.ts";
import type { QueryAnalyzer } from "./query-analyzer.ts";
import { buildSchemas, type TableSchemas } from "./table-schemas.ts";

export interface ChangeInput {
  readonly world: LineageWorld;
  /** What sources say besides what they said before (`complete` is false): events. */
  readonly sources: readonly AssembleSource[];
  readonly analyzer: QueryAnalyzer;
  readonly isSame: (a: AssetClaim, b: AssetClaim) => boolean;
  /** Above so many claims, the change is one that the whole graph is better assembled for. */
  readonly maxClaims: number;
}

/** What a change comes to for one source. */
export interface SourceChange {
  readonly batch: LineageBatch;
  /** Claims that stand under another name now, or are made no more; the batch is complete then. */
  readonly retired: readonly AssetId[];
  /** The namespace that names in its queries were looked up from, where those are not a table's own. */
  readonly namespace: string;
}

/**
 * The batches that `assembleClaims` would give for all sources with the new facts added, as far as they differ from what is
 * known: only the assets that the facts name are assembled, those whose names mean something else now, and the queries
 * that read what changed. Batches of other sources come first. Undefined where the change is too large for that, or brings
 * names that could mean several tables.
 */
export async function assembleChange(
  input: ChangeInput,
): Promise<readonly SourceChange[] | undefined> {
  const fresh = freshItems(input);
  if (fresh === undefined) return undefined;
  const change: Change = {
    input,
    items: new Map(),
    added: [],
    freshByJoin: indexByJoin(fresh),
    touched: new Set(),
    analysed: new Map(),
  };
  for (const item of fresh) addItem(change, item);
  for (const item of fresh) if (hasNewIdentity(item)) touch(change, item);
  for (;;) {
    if (change.items.size + change.added.length > input.maxClaims) return undefined;
    const before = change.items.size;
    const outcome = await assembleItems(change);
    // Where a name might mean several tables, what it means may hang on names far away.
    if (change.touched.size > 0 && isAmbiguous(outcome)) return undefined;
    growBySchemas(change, outcome);
    growByQueries(change, outcome);
    growByPlaceholders(change, outcome);
    growBySameAsset(change, outcome);
    if (change.items.size === before && !outcome.isStale()) return listBatches(change, outcome);
  }
}

const isAmbiguous = ({ assembled }: Outcome): boolean =>
  assembled.batches.some(({ problems }) => problems.some(({ code }) => code === "ambiguous-name"));

/** A fact that is assembled anew. */
interface Item {
  readonly source: SourceInfo;
  readonly fact: AssetFact;
  readonly mark: FactMark;
  /** Absent: the source did not say anything of it before. */
  readonly old?: WorldEntry;
  readonly isFresh: boolean;
}

interface Change {
  readonly input: ChangeInput;
  /** Items that were claims before. */
  readonly items: Map<WorldEntry, Item>;
  /** Items that were not. */
  readonly added: Item[];
  readonly freshByJoin: ReadonlyMap<number, readonly Item[]>;
  /** Numbers whose meaning may have changed. */
  readonly touched: Set<number>;
  /** Analyses of the last round. */
  readonly analysed: Map<string, EarlierQuery>;
}

const itemsOf = (change: Change): readonly Item[] => [...change.items.values(), ...change.added];

/** Undefined where the source's tables have another namespace for the most part now: its other facts change their names too. */
function freshItems({ world, sources, analyzer }: ChangeInput): readonly Item[] | undefined {
  const items: Item[] = [];
  for (const { source, facts } of sources) {
    const found = facts
      .map((fact) => world.find(source.id, fact))
      .filter((one) => one !== undefined);
    const known = [...new Set(found)].sort(byAsset);
    const before = known.map((entry) => factOf(entry.claim));
    const merged = mergeEventFacts(before, facts);
    const namespaces = new Map(world.sources.get(source.id)?.namespaces);
    for (const fact of before) countTable(namespaces, fact, -1);
    for (const fact of merged) countTable(namespaces, fact, 1);
    const namespace = commonNamespace(namespaces);
    const isMoved = namespace !== world.namespaceOf(source.id);
    if (isMoved && world.hasLooseQueries(source.id)) return undefined;
    for (const [at, fact] of merged.entries()) {
      const old = known[at];
      const readsOf = (query: QueryFact) => readsIn(old, query) ?? analyzer.listReads(query);
      const mark = world.mark(fact, { source, namespace, readsOf });
      items.push({ source, fact, mark, isFresh: true, ...(old ? { old } : {}) });
    }
  }
  return items;
}

function readsIn(
  entry: WorldEntry | undefined,
  { name, sql, dialect }: QueryFact,
): readonly (readonly string[])[] | undefined {
  const known = entry?.claim.queries.find((query) => query.name === name);
  return known?.sql === sql && known.dialect === dialect ? known.reads : undefined;
}

function addItem(change: Change, item: Item): void {
  if (item.old) change.items.set(item.old, item);
  else change.added.push(item);
}

/** A claim whose names or queries have to be looked at again. What the resolution made is made again by whoever asks for it. */
function addEntry(change: Change, old: WorldEntry): void {
  if (old.made || change.items.has(old)) return;
  const { source, mark } = old;
  change.items.set(old, { source, mark, old, fact: factOf(old.claim), isFresh: false });
}

const hasNewIdentity = ({ old, mark }: Item): boolean => old?.mark.identity !== mark.identity;

/** All that may be one asset with it now or may have been before, and all that ask for any of those. */
function touch(change: Change, { mark, old }: { mark: FactMark; old?: WorldEntry }): void {
  const { world } = change.input;
  const numbers = new Set([...mark.provides, ...(old?.mark.provides ?? [])]);
  const joined = closeJoins(change, [...mark.joins, ...(old?.mark.joins ?? [])]);
  for (const entry of joined.entries) {
    addEntry(change, entry);
    for (const one of entry.mark.provides) numbers.add(one);
  }
  for (const item of joined.added) for (const one of item.mark.provides) numbers.add(one);
  for (const one of numbers) {
    if (change.touched.has(one)) continue;
    change.touched.add(one);
    for (const asker of world.askers(one)) addEntry(change, asker);
  }
}

/** Whatever hangs together with the numbers by joins: of the world, and of the items that are new. */
function closeJoins(
  change: Change,
  joins: Iterable<number>,
): { readonly entries: ReadonlySet<WorldEntry>; readonly added: ReadonlySet<Item> } {
  const { world } = change.input;
  const queue = [...joins];
  const seen = new Set(queue);
  const entries = new Set<WorldEntry>();
  const added = new Set<Item>();
  const follow = (mark: FactMark): void => {
    for (const next of mark.joins) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  };
  for (const one of queue) {
    for (const entry of world.providers(one)) {
      if (entries.has(entry)) continue;
      entries.add(entry);
      follow(entry.mark);
      const item = change.items.get(entry);
      if (item) follow(item.mark);
    }
    for (const item of change.freshByJoin.get(one) ?? []) {
      if (added.has(item)) continue;
      added.add(item);
      follow(item.mark);
      if (item.old) entries.add(item.old);
    }
  }
  return { entries, added };
}

/** Items whose mark the world does not know. */
function indexByJoin(items: readonly Item[]): ReadonlyMap<number, readonly Item[]> {
  const byJoin = new Map<number, Item[]>();
  for (const item of items) {
    for (const one of item.mark.joins) {
      const list = byJoin.get(one);
      if (list) list.push(item);
      else byJoin.set(one, [item]);
    }
  }
  return byJoin;
}

interface Outcome {
  readonly assembled: AssembledClaims;
  readonly items: readonly Item[];
  readonly claims: ReadonlyMap<string, ReadonlyMap<AssetId, AssetClaim>>;
  /** Placeholders of the items' sources that were left out, as the items might make them again. */
  readonly dropped: readonly WorldEntry[];
  readonly isStale: () => boolean;
}

async function assembleItems(change: Change): Promise<Outcome> {
  const { world, analyzer } = change.input;
  const items = itemsOf(change);
  const { beside, dropped } = gatherBeside(change, items);
  const assembled = await assembleClaims({
    sources: groupItems(change, items),
    names: world.names,
    analyzer,
    beside,
    earlier: earlierOf(change),
  });
  const claims = new Map<string, Map<AssetId, AssetClaim>>();
  for (const { source, claims: own } of assembled.batches) {
    claims.set(source.id, new Map(own.map((claim) => [claim.asset, claim])));
  }
  keepAnalyses(change, assembled);
  const size = items.length;
  return { assembled, items, claims, dropped, isStale: () => itemsOf(change).length !== size };
}

/** Facts in the order that they would have among all of their source: by asset, then as they came. */
function groupItems(change: Change, items: readonly Item[]): readonly AssembleSource[] {
  const fresh = new Map(change.input.sources.map((one) => [one.source.id, one]));
  const bySource = new Map<string, Item[]>();
  for (const item of items) {
    const list = bySource.get(item.source.id);
    if (list) list.push(item);
    else bySource.set(item.source.id, [item]);
  }
  for (const id of fresh.keys()) if (!bySource.has(id)) bySource.set(id, []);
  return [...bySource].map(([id, own]) => {
    const said = fresh.get(id);
    const known = own
      .filter((item) => item.old !== undefined)
      .sort((a, b) => byAsset(a.old, b.old));
    const facts = [...known, ...own.filter((item) => item.old === undefined)].map(
      ({ fact }) => fact,
    );
    const source = said?.source ?? own[0]?.source ?? change.input.world.sources.get(id)?.source;
    return {
      source: source as SourceInfo,
      facts,
      at: said?.at ?? change.input.world.sources.get(id)?.lastSeen ?? "",
      complete: false,
      problems: said?.problems ?? [],
    };
  });
}

const byAsset = (a: WorldEntry | undefined, b: WorldEntry | undefined): number => {
  const left = a?.claim.asset ?? "";
  const right = b?.claim.asset ?? "";
  return left < right ? -1 : left > right ? 1 : 0;
};

const queryKey = (source: string, name: AssetFact["name"], query: string): string =>
  JSON.stringify([source, name.namespace, name.name, query]);

function earlierOf(change: Change) {
  const known = new Map<string, WorldEntry>();
  for (const { source, fact, old } of itemsOf(change)) {
    if (old) known.set(queryKey(source.id, fact.name, ""), old);
  }
  return ({ source, fact, query }: { source: string; fact: AssetFact; query: string }) => {
    const round = change.analysed.get(queryKey(source, fact.name, query));
    if (round) return round;
    const claim = known.get(queryKey(source, fact.name, ""))?.claim;
    return claim && analysisIn(claim, query);
  };
}

function analysisIn(claim: AssetClaim, name: string): EarlierQuery | undefined {
  const query = claim.queries.find((one) => one.name === name);
  return query && { query, edges: claim.edges.filter((edge) => edge.query === name) };
}

/** The next round takes over what stays as it is. */
function keepAnalyses(change: Change, { batches }: AssembledClaims): void {
  for (const { source, claims } of batches) {
    for (const claim of claims) {
      for (const { name } of claim.queries) {
        const found = analysisIn(claim, name);
        const said = claim.origin?.said ?? claim;
        if (found) change.analysed.set(queryKey(source.id, said, name), found);
      }
    }
  }
}

/** All that may answer to a name of the items, and all that may be one asset with those. */
function gatherBeside(change: Change, items: readonly Item[]) {
  const { world } = change.input;
  const start = new Set<number>();
  const wanted = new Set<number>();
  for (const { mark, old } of items) {
    for (const one of mark.joins) start.add(one);
    // What answers to a number that is asked for is found as what is joined under it.
    for (const ask of mark.asks) start.add(ask);
    for (const one of [...mark.wants, ...(old?.mark.wants ?? [])]) wanted.add(one);
  }
  const facts: BesideFact[] = [];
  const placeholders: BesideFact[] = [];
  const dropped: WorldEntry[] = [];
  for (const entry of closeJoins(change, start).entries) {
    if (change.items.has(entry)) continue;
    if (!entry.made) facts.push(besideFact(entry));
    else if (isWantedOnlyBy(change, entry, wanted)) dropped.push(entry);
    else placeholders.push(besideFact(entry));
  }
  for (const entry of lostPlaceholders(change, wanted)) {
    if (!dropped.includes(entry)) dropped.push(entry);
  }
  const tableNamespaces = new Map(
    [...new Set(items.map(({ source }) => source.id))].map((id) => [id, world.namespaceOf(id)]),
  );
  for (const [id, namespace] of freshNamespaces(change)) tableNamespaces.set(id, namespace);
  return { beside: { facts, placeholders, tableNamespaces }, dropped };
}

/** Placeholders that an item asked for before and whose names it does not say any more. */
function lostPlaceholders(change: Change, wanted: ReadonlySet<number>): readonly WorldEntry[] {
  const { world } = change.input;
  const lost = new Set<WorldEntry>();
  for (const { old } of change.items.values()) {
    for (const ask of old?.mark.asks ?? []) {
      for (const entry of world.providers(ask)) {
        if (
          entry.made &&
          entry.source.id === old?.source.id &&
          isWantedOnlyBy(change, entry, wanted)
        )
          lost.add(entry);
      }
    }
  }
  return [...lost];
}

/** Made for items alone: they make it again if they still ask for it. */
function isWantedOnlyBy(change: Change, made: WorldEntry, wanted: ReadonlySet<number>): boolean {
  const { world } = change.input;
  const one = world.wantedNumber(made);
  return wanted.has(one) && world.wanters(one).every((entry) => change.items.has(entry));
}

function freshNamespaces(change: Change): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { world, sources } = change.input;
  for (const { source } of sources) {
    const namespaces = new Map(world.sources.get(source.id)?.namespaces);
    for (const item of itemsOf(change)) {
      if (!item.isFresh || item.source.id !== source.id) continue;
      if (item.old) countTable(namespaces, bareFactOf(item.old.claim), -1);
      countTable(namespaces, item.fact, 1);
    }
    found.set(source.id, commonNamespace(namespaces));
  }
  return found;
}

function besideFact({ source, claim }: WorldEntry): BesideFact {
  const fact = bareFactOf(claim);
  const isInferred = claim.origin?.columns !== undefined && claim.columns !== undefined;
  return {
    source,
    fact,
    ...(isInferred
      ? { inferred: { columns: claim.columns ?? [], complete: claim.columnsComplete } }
      : {}),
  };
}

/** Queries that read an asset whose columns are others now, and the asset's own, which may say what those are. */
function growBySchemas(change: Change, { assembled, items }: Outcome): void {
  const { world } = change.input;
  const byAsset = new Map<AssetId, Item[]>();
  for (const item of items) {
    const id = assembled.idOf(item.fact);
    byAsset.set(id, [...(byAsset.get(id) ?? []), item]);
    if (item.old && !byAsset.has(item.old.claim.asset)) byAsset.set(item.old.claim.asset, []);
  }
  for (const [asset, own] of byAsset) {
    const peers = [...world.peers(asset)];
    const before = buildSchemas(peers.map((entry) => draftOf(entry, asset)));
    const after = buildSchemas([
      ...own.map(({ source, fact }) => ({ id: asset, source, fact })),
      ...peers.filter((entry) => !change.items.has(entry)).map((entry) => draftOf(entry, asset)),
    ]);
    if (before.signatureOf(asset) !== after.signatureOf(asset)) {
      for (const entry of peers) if (entry.claim.queries.length > 0) addEntry(change, entry);
    }
    inferKnown(before, peers);
    if (before.signatureOf(asset) === assembled.schemas.signatureOf(asset)) continue;
    const provides = new Set([...peers, ...own].flatMap(({ mark }) => mark.provides));
    for (const one of provides) for (const entry of world.queryAskers(one)) addEntry(change, entry);
  }
}

const draftOf = ({ source, claim }: WorldEntry, id: AssetId): Draft => ({
  id,
  source,
  fact: bareFactOf(claim),
});

function inferKnown(schemas: TableSchemas, peers: readonly WorldEntry[]): void {
  for (const { claim } of peers) {
    if (claim.origin?.columns === undefined || !claim.columns) continue;
    schemas.infer(claim.asset, claim.columns, claim.columnsComplete);
  }
}

/** All queries of an asset are analysed together, and all in a circle of queries. */
function growByQueries(change: Change, { assembled, items }: Outcome): void {
  const { world } = change.input;
  const idOf = new Map(items.map((item) => [item, assembled.idOf(item.fact)]));
  const asking = items.filter(
    ({ fact, old }) => fact.queries.length > 0 || (old?.claim.queries.length ?? 0) > 0,
  );
  if (asking.length === 0) return;
  const assets = new Set<AssetId>();
  for (const item of asking) {
    const id = idOf.get(item);
    if (id !== undefined) assets.add(id);
    if (item.old) assets.add(item.old.claim.asset);
  }
  for (const asset of queriesInCircles({ world, assets, items: idOf })) assets.add(asset);
  for (const asset of assets) {
    for (const entry of world.peers(asset))
      if (entry.claim.queries.length > 0) addEntry(change, entry);
  }
}

/** Placeholders that came or went: names may mean others then. One that is no longer made may still be by other readers. */
function growByPlaceholders(change: Change, { claims, dropped }: Outcome): void {
  const { world } = change.input;
  for (const [source, own] of claims) {
    const known = world.sources.get(source)?.entries;
    for (const claim of own.values()) {
      if (!world.isMade(claim) || known?.has(claim.asset)) continue;
      touch(change, { mark: world.markOf(claim, source) });
    }
  }
  for (const entry of dropped) {
    if (!claims.get(entry.source.id)?.has(entry.claim.asset)) touch(change, { mark: entry.mark });
  }
  for (const { old } of change.items.values()) {
    if (!old) continue;
    for (const one of old.mark.wants)
      growByLostWant(change, { one, claims, source: old.source.id });
  }
}

/** A reader that does not need a placeholder any more was perhaps not the only one. */
function growByLostWant(
  change: Change,
  {
    one,
    claims,
    source,
  }: { readonly one: number; readonly claims: Outcome["claims"]; readonly source: string },
): void {
  const { world } = change.input;
  const made = world.madeFor(one);
  if (made.every(({ claim }) => claims.get(source)?.has(claim.asset))) return;
  for (const entry of world.wanters(one)) addEntry(change, entry);
}

/** What a source says of one asset is one claim: a fact of it that stands beside belongs to the items. */
function growBySameAsset(change: Change, { claims }: Outcome): void {
  for (const [source, own] of claims) {
    const known = change.input.world.sources.get(source)?.entries;
    for (const asset of own.keys()) {
      const entry = known?.get(asset);
      if (entry) addEntry(change, entry);
    }
  }
}

function listBatches(
  change: Change,
  { assembled, items, claims, dropped }: Outcome,
): readonly SourceChange[] {
  const { world, isSame, sources } = change.input;
  const fresh = new Set(sources.map(({ source }) => source.id));
  const named = new Map<string, Set<AssetId>>();
  const retired = new Map<string, Set<AssetId>>();
  const retire = ({ source, claim }: WorldEntry): void => {
    if (claims.get(source.id)?.has(claim.asset)) return;
    retired.set(source.id, (retired.get(source.id) ?? new Set()).add(claim.asset));
  };
  for (const { source, fact, old, isFresh } of items) {
    if (isFresh)
      named.set(source.id, (named.get(source.id) ?? new Set()).add(assembled.idOf(fact)));
    if (old) retire(old);
  }
  for (const entry of dropped) retire(entry);
  const namespaces = freshNamespaces(change);
  const changes = assembled.batches.map((batch): SourceChange => {
    const { id } = batch.source;
    const known = world.sources.get(id)?.entries;
    const changed = batch.claims.filter((claim) => {
      const before = known?.get(claim.asset)?.claim;
      return named.get(id)?.has(claim.asset) || !before || !isSame(before, claim);
    });
    const gone = retired.get(id);
    const namespace = namespaces.get(id) ?? world.namespaceOf(id);
    if (!gone) {
      return { batch: { ...batch, claims: changed, complete: false }, retired: [], namespace };
    }
    // Only a batch that is all of its source can say that something is no more.
    const all = new Map([...(known ?? [])].map(([asset, entry]) => [asset, entry.claim]));
    for (const asset of gone) all.delete(asset);
    for (const claim of batch.claims) all.set(claim.asset, claim);
    return {
      batch: { ...batch, claims: [...all.values()], complete: true },
      retired: [...gone],
      namespace,
    };
  });
  const telling = changes.filter(
    ({ batch, retired: gone }) =>
      fresh.has(batch.source.id) || batch.claims.length > 0 || gone.length > 0,
  );
  return telling.sort(
    (a, b) => Number(fresh.has(a.batch.source.id)) - Number(fresh.has(b.batch.source.id)),
  );
}
