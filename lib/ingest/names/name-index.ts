import { compareText } from "#lib/kit/compare-text.ts";
import { type AssetId, type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { isCaseSensitive } from "#lib/model/letter-case.ts";
import type { Problem } from "#lib/model/problem.ts";
import { SOURCE_KINDS, traitsOf } from "#lib/model/source-kind.ts";
import { isDateShard, tableOfDays, withoutDay } from "../date-shards.ts";
import { fold, type PathRules, pathRules } from "./canonical-path.ts";
import { addressOf, fileAddresses } from "./file-names.ts";
import { type JoinedEntries, joinEntries } from "./join-entries.ts";
import { ManyMap } from "./many-map.ts";
import { type Entry, listEntries, type SourceFacts, tailKey } from "./name-entry.ts";
import { nameKey } from "./name-key.ts";
import { systemOf } from "./name-system.ts";
import type { NamesConfig } from "./names-config.ts";
import { PrefixIndex, type WildcardMatch } from "./wildcard-tables.ts";

/** Who asks for a name: it decides which of several tables of one name is meant. */
export interface Asker {
  readonly source: SourceInfo;
  readonly namespace: string;
  readonly dialect?: string;
  readonly defaultPath?: readonly string[];
}

export type Found =
  | { readonly kind: "found"; readonly id: AssetId }
  | { readonly kind: "ambiguous"; readonly candidates: readonly AssetId[] }
  | { readonly kind: "none" };

export interface NameIndex {
  /** What the fact's asset is called for everybody. */
  idOf(fact: AssetFact): AssetId;
  nameOf(id: AssetId): AssetName;
  /** By full name, symlink, dbt id or path, in that order. */
  find(end: { readonly name: AssetName; readonly path?: readonly string[] }, asker: Asker): Found;
  /** A table name in SQL. */
  findRead(path: readonly string[], asker: Asker): Found;
  /** All that BigQuery's `events_*` stands for, every table whose name begins so; empty for a name without a star. */
  findMatches(path: readonly string[], asker: Asker): readonly WildcardMatch[];
  readonly problems: readonly Problem[];
}

/**
 * Joins all mentions of assets, of all sources, into assets. Facts are one asset when they have one full name, when one
 * is a symlink of the other, or when they have one relation path in one system (see `clusterMembers`). A placeholder
 * whose path lacks its outer parts joins the one owner that the path is a tail of. Two owners are never joined by a tail.
 * Linear in facts and aliases, and the same for every order of sources and facts.
 */
export function buildNameIndex(sources: readonly SourceFacts[], names: NamesConfig): NameIndex {
  const rules = pathRules(names);
  const entries = listEntries(sources, rules);
  return new Index({ entries, rules, ...joinEntries(entries, names) });
}

/** A mention of `events_*` that nothing answered to is no table of that name. */
const isPattern = ({ fact }: Entry): boolean =>
  fact.placeholder === true && fact.name.name.endsWith("*");

const localKey = (source: string, local: string): string => `${source}\u0000${fold(local)}`;

interface Asset {
  readonly id: AssetId;
  readonly name: AssetName;
}

interface IndexParts extends JoinedEntries {
  readonly entries: readonly Entry[];
  readonly rules: PathRules;
}

class Index implements NameIndex {
  readonly problems: readonly Problem[];
  private readonly ids = new Map<AssetFact, AssetId>();
  private readonly assets = new Map<AssetId, Asset>();
  private readonly byName = new Map<string, AssetId>();
  /** Ends of edges mostly hold the very name that the fact has which they mean. */
  private readonly byNameObject = new Map<AssetName, AssetId>();
  private readonly byLocalName = new Map<string, AssetId>();
  /** How the asset's tables are written, and the systems that they are in. */
  private readonly spellings = new ManyMap<AssetId, string>();
  private readonly systems = new ManyMap<AssetId, string>();
  private readonly byDbtId = new ManyMap<string, AssetId>();
  /** Events call nearly everything by its full name: what else a table may be called is made when somebody asks. */
  private readonly byPath: () => ManyMap<string, AssetId>;
  private readonly byTail: () => ManyMap<string, AssetId>;
  private readonly byAddress: () => ManyMap<string, AssetId>;
  /** By the beginning of a name, whole or without its outer parts. */
  private readonly byStart: () => PrefixIndex;
  private readonly byTailStart: () => PrefixIndex;
  private readonly rules: PathRules;

  private readonly namesOf: JoinedEntries["namesOf"];

  constructor({ entries, groups, rules, problems, namesOf }: IndexParts) {
    this.namesOf = namesOf;
    this.rules = rules;
    this.problems = problems;
    const naming = new Map<number, Entry>();
    for (const [at, entry] of entries.entries()) {
      const root = groups.find(at);
      const best = naming.get(root);
      if (!best || compareNaming(entry, best) < 0) naming.set(root, entry);
    }
    const idAt: readonly AssetId[] = entries.map((entry, at) =>
      this.add(entry, naming.get(groups.find(at)) ?? entry),
    );
    const index = (add: (to: ManyMap<string, AssetId>, entry: Entry, id: AssetId) => void) =>
      once(() => {
        const made = new ManyMap<string, AssetId>();
        for (const [at, entry] of entries.entries())
          add(made, entry, idAt[at] ?? this.idOf(entry.fact));
        return made;
      });
    this.byPath = index((to, { path, key }, id) => {
      if (path.length > 0) to.add(key, id);
    });
    this.byTail = index((to, { path }, id) => {
      for (let from = 1; from < path.length; from += 1) to.add(tailKey(path.slice(from)), id);
      if (path.length === 1) to.add(tailKey(path), id);
    });
    const begin = (keysOf: (entry: Entry) => readonly string[]) =>
      once(
        () =>
          new PrefixIndex(
            entries.flatMap((entry, at) => {
              const id = idAt[at];
              if (id === undefined || isPattern(entry)) return [];
              return keysOf(entry).map((key) => [key, id] as const);
            }),
          ),
      );
    this.byStart = begin(({ path, key }) => (path.length > 0 ? [key] : []));
    this.byTailStart = begin(({ path }) =>
      path.slice(1).map((_, at) => tailKey(path.slice(at + 1))),
    );
    this.byAddress = index((to, { fact }, id) => {
      for (const one of namesOf(fact)) {
        const address = addressOf(one);
        if (address !== undefined) to.add(address, id);
      }
    });
  }

  private add(entry: Entry, naming: Entry): AssetId {
    const { fact } = entry;
    const name = nameOfAll(naming);
    const id = assetId(name.namespace, name.name);
    this.ids.set(fact, id);
    this.byNameObject.set(fact.name, id);
    if (!this.assets.has(id)) this.assets.set(id, { id, name });
    this.spellings.add(id, entry.spelling);
    this.systems.add(id, entry.system.id);
    for (const one of this.namesOf(fact)) this.byName.set(nameKey(one), id);
    for (const local of fact.localNames ?? [])
      this.byLocalName.set(localKey(entry.source, local), id);
    const dbtId = fact.attributes.dbtUniqueId;
    if (dbtId !== undefined) this.byDbtId.add(dbtId, id);
    return id;
  }

  idOf(fact: AssetFact): AssetId {
    const id = this.ids.get(fact);
    if (id === undefined) throw new Error(`the fact ${fact.name.name} is not of this index`);
    return id;
  }

  nameOf(id: AssetId): AssetName {
    const asset = this.assets.get(id);
    if (!asset) throw new Error(`the asset ${id} is not of this index`);
    return asset.name;
  }

  find(end: { readonly name: AssetName; readonly path?: readonly string[] }, asker: Asker): Found {
    const exact = this.byNameObject.get(end.name) ?? this.byName.get(nameKey(end.name));
    if (exact !== undefined) return { kind: "found", id: exact };
    if (end.name.namespace === "dbt") return oneOf(this.byDbtId.get(end.name.name));
    if (!end.path || end.path.length === 0) return NONE;
    return this.findPath(end.path, { ...asker, namespace: end.name.namespace });
  }

  findRead(path: readonly string[], asker: Asker): Found {
    const local =
      path.length === 1
        ? this.byLocalName.get(localKey(asker.source.id, path[0] ?? ""))
        : undefined;
    if (local !== undefined) return { kind: "found", id: local };
    const found = this.findPath(path, asker);
    if (found.kind !== "none") return found;
    for (const address of fileAddresses(path)) {
      const file = oneOf(this.byAddress().get(address) ?? this.byPath().get(address));
      if (file.kind !== "none") return file;
    }
    const parts = partsInOnePair(path);
    const inPair = parts ? this.findPath(parts, asker) : found;
    if (inPair.kind !== "none") return inPair;
    const [first] = this.findMatches(path, asker);
    return first === undefined ? NONE : { kind: "found", id: first.id };
  }

  findMatches(path: readonly string[], asker: Asker): readonly WildcardMatch[] {
    const parts = partsInOnePair(path) ?? path;
    const last = parts.at(-1) ?? "";
    if (!last.endsWith("*") || asker.dialect !== "bigquery") return [];
    const stem = completePath([...parts.slice(0, -1), last.slice(0, -1)], asker.defaultPath);
    const canonical = this.rules.canonical(stem, asker.namespace);
    const whole = this.rules.keyOf(canonical, isCaseSensitive(asker.namespace, asker.dialect));
    const known = this.byStart().startingWith(whole);
    const begin = known.size > 0 ? known : this.byTailStart().startingWith(tailKey(canonical));
    const called = this.findPath(parts, asker);
    const found = new Map<AssetId, string | undefined>();
    if (called.kind === "found") found.set(called.id, last.endsWith("_*") ? "*" : undefined);
    for (const [suffix, ids] of begin) {
      const chosen = this.choose(ids, parts, asker);
      const meant = chosen.kind === "found" ? [chosen.id] : ids;
      for (const id of meant) if (!found.has(id)) found.set(id, suffix);
    }
    return [...found].map(([id, suffix]) => ({ id, suffix }));
  }

  private findPath(path: readonly string[], asker: Asker): Found {
    const whole = completePath(path, asker.defaultPath);
    for (const variant of whole === path ? [path] : [whole, path]) {
      const found = this.findWhole(this.canonical(variant, asker), asker);
      if (found.kind !== "none") return found;
    }
    const canonical = this.canonical(path, asker);
    const tooShort = canonical.length < 2 && traitsOf(asker.source.kind).shortNames !== true;
    return tooShort ? NONE : this.choose(this.byTail().get(tailKey(canonical)), canonical, asker);
  }

  private canonical(path: readonly string[], asker: Asker): readonly string[] {
    return withoutDay(this.rules.canonical(path, asker.namespace), asker);
  }

  private findWhole(path: readonly string[], asker: Asker): Found {
    const key = this.rules.keyOf(path, isCaseSensitive(asker.namespace, asker.dialect));
    return this.choose(this.byPath().get(key), path, asker);
  }

  /** Of several tables, the ones of the asker's own system, then those spelled exactly so. */
  private choose(
    ids: readonly AssetId[] | undefined,
    path: readonly string[],
    asker: Asker,
  ): Found {
    if (!ids || ids.length <= 1) return oneOf(ids);
    const system = systemOf(asker.namespace, this.rules.isMapped(asker.namespace));
    const spelling = path.join("\u0000");
    const near = ids.filter((id) => this.systems.has(id, system.id));
    const pool = near.length > 0 ? near : ids;
    if (pool.length === 1) return oneOf(pool);
    const exact = pool.filter((id) => this.spellings.has(id, spelling));
    return oneOf(exact.length > 0 ? exact : pool);
  }
}

/**
 * `project.dataset.orders` as one quoted name: BigQuery's way to write three, in a file that does not say its dialect. A
 * table that is really called so is found before.
 */
export function partsInOnePair(path: readonly string[]): readonly string[] | undefined {
  const parts = path.length === 1 ? path[0]?.split(".") : undefined;
  return parts && parts.length > 1 && parts.every((part) => part !== "") ? parts : undefined;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const NONE: Found = { kind: "none" };

function oneOf(ids: readonly AssetId[] = []): Found {
  const first = ids[0];
  if (first === undefined) return NONE;
  if (ids.length === 1) return { kind: "found", id: first };
  return { kind: "ambiguous", candidates: [...ids].sort() };
}

/** `orders` and `checkout.orders` inside `["mesh", "checkout"]` are `mesh.checkout.orders`. */
export function completePath(
  path: readonly string[],
  defaultPath: readonly string[] | undefined,
): readonly string[] {
  if (!defaultPath || path.length > defaultPath.length) return path;
  return [...defaultPath.slice(0, defaultPath.length + 1 - path.length), ...path];
}

/** Days of one table are called as the table of all days. */
const nameOfAll = ({ fact: { name }, path }: Entry): AssetName =>
  path.at(-1)?.endsWith("_*") === true && isDateShard(name.name)
    ? { ...name, name: tableOfDays(name.name) }
    : name;

function compareNaming(a: Entry, b: Entry): number {
  return (
    Number(a.fact.placeholder === true) - Number(b.fact.placeholder === true) ||
    SOURCE_KINDS.indexOf(a.sourceKind) - SOURCE_KINDS.indexOf(b.sourceKind) ||
    b.path.length - a.path.length ||
    compareText(a.fact.name.namespace, b.fact.name.namespace) ||
    compareText(a.fact.name.name, b.fact.name.name)
  );
}
