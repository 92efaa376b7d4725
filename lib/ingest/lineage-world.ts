import type { AssetId } from "#lib/model/asset-id.ts";
import {
  type AssetClaim,
  type SourceInfo,
  type StoredClaim,
  UNRESOLVED,
} from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import type { AssetFact, FactEnd, QueryFact } from "#lib/model/fact.ts";
import { commonNamespace, isTable } from "./assemble-claims.ts";
import { claimToFact } from "./claim-to-fact.ts";
import type { Asker } from "./names/name-index.ts";
import { nameKey } from "./names/name-key.ts";
import { createNameTokenizer, type NameTokenizer, token } from "./names/name-tokens.ts";
import type { NamesConfig } from "./names/names-config.ts";
import { factKey } from "./openlineage/merge-event-facts.ts";

/** What a fact answers to, asks for, and would become a placeholder for, as numbers. */
export interface FactMark {
  readonly provides: readonly number[];
  readonly joins: readonly number[];
  readonly identity: string;
  readonly asks: readonly number[];
  /** Those of `asks` that queries ask. */
  readonly queryAsks: readonly number[];
  /** The placeholders that the fact's names would become in its source if nothing answered to them. */
  readonly wants: readonly number[];
}

/** One living claim of one source. */
export interface WorldEntry {
  readonly source: SourceInfo;
  readonly claim: AssetClaim;
  readonly lastSeen: string;
  /** A placeholder that the resolution made of a name which nothing answered to; no source said it. */
  readonly made: boolean;
  readonly mark: FactMark;
}

export interface WorldSource {
  source: SourceInfo;
  lastSeen: string;
  readonly entries: Map<AssetId, WorldEntry>;
  readonly byFactKey: Map<string, WorldEntry>;
  /** Of the facts that are tables, by namespace. */
  readonly namespaces: Map<string, number>;
}

/**
 * All living claims of a store, by the names that they answer to and ask for: what a small change may touch is found
 * without looking at the rest.
 */
export class LineageWorld {
  readonly names: NamesConfig;
  readonly sources = new Map<string, WorldSource>();
  readonly #tokens: NameTokenizer;
  readonly #listReads: (query: QueryFact) => readonly (readonly string[])[];
  readonly #providers = new Postings();
  readonly #askers = new Postings();
  readonly #queryAskers = new Postings();
  readonly #wanters = new Postings();
  readonly #made = new Postings();
  readonly #byAsset = new Map<AssetId, Set<WorldEntry>>();

  constructor(names: NamesConfig, listReads: (query: QueryFact) => readonly (readonly string[])[]) {
    this.names = names;
    this.#tokens = createNameTokenizer(names);
    this.#listReads = listReads;
  }

  /** Claims of a store or of its change feed: each replaces what its source said of the asset before. */
  take(claims: readonly StoredClaim[]): void {
    const before = new Map<string, string>();
    for (const { source, claim, staleSince } of claims) {
      if (!before.has(source.id)) before.set(source.id, this.namespaceOf(source.id));
      this.remove(source.id, claim.asset);
      if (staleSince === undefined) this.#count(this.#sourceOf(source), claim, 1);
    }
    for (const stored of claims) if (stored.staleSince === undefined) this.#put(stored);
    for (const [source, namespace] of before) {
      if (this.namespaceOf(source) !== namespace) this.#markAgain(source);
    }
  }

  /** What a batch of this process wrote. */
  put(source: SourceInfo, claims: readonly AssetClaim[], lastSeen: string): void {
    this.take(
      claims.map((claim) => ({ source, claim, lastSeen, firstSeen: lastSeen, version: 0 })),
    );
  }

  remove(source: string, asset: AssetId): void {
    const known = this.sources.get(source);
    const entry = known?.entries.get(asset);
    if (!known || !entry) return;
    known.entries.delete(asset);
    this.#count(known, entry.claim, -1);
    const key = keyOf(entry.claim);
    if (known.byFactKey.get(key) === entry) known.byFactKey.delete(key);
    this.#providers.remove(entry.mark.provides, entry);
    this.#askers.remove(entry.mark.asks, entry);
    this.#queryAskers.remove(entry.mark.queryAsks, entry);
    this.#wanters.remove(entry.mark.wants, entry);
    if (entry.made) this.#made.remove([this.wantedNumber(entry)], entry);
    const peers = this.#byAsset.get(asset);
    peers?.delete(entry);
    if (peers?.size === 0) this.#byAsset.delete(asset);
  }

  providers = (one: number): readonly WorldEntry[] => this.#providers.of(one);
  askers = (one: number): readonly WorldEntry[] => this.#askers.of(one);
  queryAskers = (one: number): readonly WorldEntry[] => this.#queryAskers.of(one);
  wanters = (one: number): readonly WorldEntry[] => this.#wanters.of(one);
  peers = (asset: AssetId): Iterable<WorldEntry> => this.#byAsset.get(asset) ?? [];

  /** The fact that a source's earlier events amount to. */
  find(source: string, fact: AssetFact): WorldEntry | undefined {
    return this.sources.get(source)?.byFactKey.get(factKey(fact));
  }

  namespaceOf = (source: string): string =>
    commonNamespace(this.sources.get(source)?.namespaces ?? new Map());

  /** Whether queries of the source look for names in the namespace of its tables, having none of their own. */
  hasLooseQueries(source: string): boolean {
    for (const { claim } of this.sources.get(source)?.entries.values() ?? []) {
      if (claim.queries.length > 0 && bareFactOf(claim).path === undefined) return true;
    }
    return false;
  }

  /** `readsOf`: where the fact's queries were read before. */
  mark(
    fact: AssetFact,
    context: {
      readonly source: SourceInfo;
      readonly namespace: string;
      readonly readsOf: (query: QueryFact) => readonly (readonly string[])[];
    },
  ): FactMark {
    const { source } = context;
    const { provides, joins, identity } = this.#tokens.ofFact(fact, source.id);
    const asks = new Set<number>();
    const queryAsks = new Set<number>();
    const wants = new Set<number>();
    const asker: Asker = { source, namespace: fact.path ? fact.name.namespace : context.namespace };
    const seen = new Set<string>();
    for (const edge of fact.edges) {
      if (edge.via && isFirst(seen, `via ${nameKey(edge.via)}`))
        asks.add(token("name", nameKey(edge.via)));
      if (!isFirst(seen, endKey(edge.from, source))) continue;
      for (const one of this.#tokens.ofEnd(edge.from, asker)) asks.add(one);
      wants.add(wantedToken(source.id, nameKey(edge.from.name)));
    }
    for (const query of fact.queries) {
      const own: Asker = {
        ...asker,
        dialect: query.dialect,
        ...(query.defaultPath ? { defaultPath: query.defaultPath } : {}),
      };
      for (const path of context.readsOf(query)) {
        for (const one of this.#tokens.ofRead(path, own)) {
          asks.add(one);
          queryAsks.add(one);
        }
        wants.add(wantedToken(source.id, nameKey(this.#tokens.nameOfRead(path, own))));
      }
    }
    return {
      provides,
      joins,
      identity,
      asks: [...asks],
      queryAsks: [...queryAsks],
      wants: [...wants],
    };
  }

  isMade = (claim: AssetClaim): boolean => isMade(claim);

  /** The number under which readers of its source ask for a placeholder. */
  wantedNumber = ({ source, claim }: WorldEntry): number =>
    wantedToken(source.id, nameKey(bareFactOf(claim).name));

  /** Placeholders that readers ask for under a number. */
  madeFor = (one: number): readonly WorldEntry[] => this.#made.of(one);

  /** Of a claim that the resolution made and that is not in the world. */
  markOf(claim: AssetClaim, source: string): FactMark {
    const tokens = this.#tokens.ofFact(bareFactOf(claim), source);
    return { ...tokens, asks: [], queryAsks: [], wants: [] };
  }

  #sourceOf(source: SourceInfo): WorldSource {
    const known = this.sources.get(source.id);
    if (known) {
      known.source = source;
      return known;
    }
    const fresh: WorldSource = {
      source,
      lastSeen: "",
      entries: new Map(),
      byFactKey: new Map(),
      namespaces: new Map(),
    };
    this.sources.set(source.id, fresh);
    return fresh;
  }

  #put({ source, claim, lastSeen }: Pick<StoredClaim, "source" | "claim" | "lastSeen">): void {
    const known = this.#sourceOf(source);
    const fact = factOf(withDistinctEnds(claim, source));
    const entry: WorldEntry = {
      source,
      claim,
      lastSeen,
      made: isMade(claim),
      mark: this.mark(fact, {
        source,
        namespace: fact.path ? "" : this.namespaceOf(source.id),
        readsOf: (query) =>
          claim.queries.find((one) => one.name === query.name)?.reads ?? this.#listReads(query),
      }),
    };
    known.entries.set(claim.asset, entry);
    if (lastSeen > known.lastSeen) known.lastSeen = lastSeen;
    if (!entry.made) known.byFactKey.set(factKey(fact), entry);
    this.#providers.add(entry.mark.provides, entry);
    this.#askers.add(entry.mark.asks, entry);
    this.#queryAskers.add(entry.mark.queryAsks, entry);
    this.#wanters.add(entry.mark.wants, entry);
    if (entry.made) this.#made.add([this.wantedNumber(entry)], entry);
    const peers = this.#byAsset.get(claim.asset);
    if (peers) peers.add(entry);
    else this.#byAsset.set(claim.asset, new Set([entry]));
  }

  /** Queries of what is no table look for names in the namespace of their source's tables. */
  #markAgain(source: string): void {
    for (const entry of [...(this.sources.get(source)?.entries.values() ?? [])]) {
      if (entry.claim.queries.length === 0 || bareFactOf(entry.claim).path) continue;
      this.remove(source, entry.claim.asset);
      this.#count(this.#sourceOf(entry.source), entry.claim, 1);
      this.#put(entry);
    }
  }

  #count({ namespaces }: WorldSource, claim: AssetClaim, by: 1 | -1): void {
    if (isMade(claim)) return;
    countTable(namespaces, bareFactOf(claim), by);
  }
}

/** Counts a fact in or out of the namespaces of its source's tables. */
export function countTable(namespaces: Map<string, number>, fact: AssetFact, by: 1 | -1): void {
  if (!isTable(fact)) return;
  const { namespace } = fact.name;
  const count = (namespaces.get(namespace) ?? 0) + by;
  if (count > 0) namespaces.set(namespace, count);
  else namespaces.delete(namespace);
}

export const wantedToken = (source: string, name: string): number =>
  token("wanted", `${source}\u0000${name}`);

const isMade = (claim: AssetClaim): boolean =>
  claim.placeholder === true && claim.attributes.extra?.[UNRESOLVED] === true;

const keyOf = (claim: AssetClaim): string =>
  factKey({
    ...EMPTY,
    name: claim.origin?.said ?? claim,
    kind: claim.kind,
    provenance: claim.provenance,
  });

const EMPTY = { attributes: {}, edges: [], queries: [] };

/** As `claimToFact`, and placeholders that the resolution made as the facts that they were then. */
export function factOf(claim: AssetClaim): AssetFact {
  const fact = claimToFact(claim);
  if (fact) return fact;
  const said = claim.origin?.said;
  return {
    name: { namespace: (said ?? claim).namespace, name: (said ?? claim).name },
    ...(said?.path ? { path: said.path } : {}),
    kind: claim.kind,
    attributes: claim.attributes,
    edges: [],
    queries: [],
    provenance: claim.provenance,
    placeholder: true,
  };
}

const bareFacts = new WeakMap<AssetClaim, AssetFact>();

/** The same for its name and its columns only. */
export function bareFactOf(claim: AssetClaim): AssetFact {
  const known = bareFacts.get(claim) ?? factOf({ ...claim, edges: [], queries: [] });
  bareFacts.set(claim, known);
  return known;
}

function isFirst(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** A wide table reads every column of the same few tables, which answer to the same names. */
const endKey = ({ name, path, column }: FactEnd, source: SourceInfo): string =>
  `${nameKey(name)}\u0000${path?.join("\u0000") ?? ""}${columnIn(column, source)}`;

/** In a graph file, what looks like a column may be a part of the table's name. */
const columnIn = (column: string | undefined, source: SourceInfo): string =>
  source.kind === "graph" ? `#${column ?? ""}` : "";

function withDistinctEnds(claim: AssetClaim, source: SourceInfo): AssetClaim {
  if (claim.edges.length < 2) return claim;
  const ends = new Map<string, Edge>();
  for (const edge of claim.edges) {
    if (edge.query !== undefined) continue;
    const { from, said, via } = edge;
    const called = said
      ? endKey({ name: said, ...(said.path ? { path: said.path } : {}) }, source)
      : "";
    const key = `${from.asset}\u0000${called}\u0000${via ?? ""}${columnIn(from.column, source)}`;
    ends.set(key, edge);
  }
  return ends.size === claim.edges.length ? claim : { ...claim, edges: [...ends.values()] };
}

/** Entries by number; most numbers have one. */
class Postings {
  readonly #lists = new Map<number, WorldEntry | Set<WorldEntry>>();

  of(one: number): readonly WorldEntry[] {
    const found = this.#lists.get(one);
    if (found === undefined) return [];
    return found instanceof Set ? [...found] : [found];
  }

  add(numbers: readonly number[], entry: WorldEntry): void {
    for (const one of numbers) {
      const found = this.#lists.get(one);
      if (found === undefined) this.#lists.set(one, entry);
      else if (found instanceof Set) found.add(entry);
      else if (found !== entry) this.#lists.set(one, new Set([found, entry]));
    }
  }

  remove(numbers: readonly number[], entry: WorldEntry): void {
    for (const one of numbers) {
      const found = this.#lists.get(one);
      if (found === entry) this.#lists.delete(one);
      else if (found instanceof Set) {
        found.delete(entry);
        if (found.size === 0) this.#lists.delete(one);
      }
    }
  }
}
