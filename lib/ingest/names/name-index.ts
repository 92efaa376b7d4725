import { type AssetId, type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { isCaseSensitive } from "#lib/model/letter-case.ts";
import type { Problem } from "#lib/model/problem.ts";
import { SOURCE_KINDS, type SourceKind, traitsOf } from "#lib/model/source-kind.ts";
import { isDateShard, tableOfDays, withoutDay } from "../date-shards.ts";
import { fold, type PathRules, pathRules } from "./canonical-path.ts";
import { clusterMembers, type Member } from "./cluster-names.ts";
import { areSeveral, contestedProblem, listContested } from "./contested-names.ts";
import { addressOf, fileAddresses } from "./file-names.ts";
import { ManyMap } from "./many-map.ts";
import { nameKey } from "./name-key.ts";
import { type NameSystem, systemOf } from "./name-system.ts";
import type { NamesConfig } from "./names-config.ts";
import { namesOfFact } from "./same-names.ts";
import { UnionFind } from "./union-find.ts";
import { PrefixIndex, type WildcardMatch } from "./wildcard-tables.ts";

export interface SourceFacts {
  readonly source: SourceInfo;
  readonly facts: readonly AssetFact[];
}

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

interface Entry extends Member {
  readonly fact: AssetFact;
  readonly sourceKind: SourceKind;
  readonly path: readonly string[];
  readonly key: string;
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
  const groups = new UnionFind(entries.length);
  const allNamesOf = namesOfFact(names);
  const facts = entries.map(({ fact }) => fact);
  const contested = listContested(facts);
  const open = new Set(contested.map(({ key }) => key));
  joinByName(entries, groups, uncontested(allNamesOf, open));
  const problems = joinByPath(entries, groups);
  const apart = contested.filter((one) => areSeveral(one, facts, groups));
  for (const one of apart) problems.push(contestedProblem(one, facts));
  const namesOf = uncontested(allNamesOf, new Set(apart.map(({ key }) => key)));
  if (apart.length < contested.length) joinByName(entries, groups, namesOf);
  joinTails(entries, groups);
  joinObserved(entries, groups);
  return new Index({ entries, groups, rules, problems, namesOf });
}

function listEntries(sources: readonly SourceFacts[], rules: PathRules): Entry[] {
  const entries: Entry[] = [];
  const systems = new Map<string, NameSystem>();
  for (const { source, facts } of sources) {
    for (const fact of facts) {
      const { namespace } = fact.name;
      const system = systems.get(namespace) ?? systemOf(namespace, rules.isMapped(namespace));
      systems.set(namespace, system);
      const { dialect } = fact.attributes;
      const path = withoutDay(rules.canonical(fact.path ?? [], namespace), { namespace, dialect });
      entries.push({
        fact,
        source: source.id,
        sourceKind: source.kind,
        system,
        placeholder: fact.placeholder === true && fact.columnsComplete !== true,
        path,
        spelling: path.join("\u0000"),
        key: rules.keyOf(path, isCaseSensitive(namespace, dialect)),
      });
    }
  }
  return entries;
}

/** Without the names that several things give themselves; what a thing is called itself stays, and so does what people said. */
function uncontested(
  namesOf: ReturnType<typeof namesOfFact>,
  contested: ReadonlySet<string>,
): ReturnType<typeof namesOfFact> {
  if (contested.size === 0) return namesOf;
  return (fact) => {
    const { aliases = [] } = fact;
    if (!aliases.some((alias) => contested.has(nameKey(alias)))) return namesOf(fact);
    return namesOf({ ...fact, aliases: aliases.filter((alias) => !contested.has(nameKey(alias))) });
  };
}

/** Full names and symlinks: what a source says outright, and what people confirmed. */
function joinByName(
  entries: readonly Entry[],
  groups: UnionFind,
  namesOf: ReturnType<typeof namesOfFact>,
): void {
  const first = new Map<string, number>();
  for (const [at, { fact }] of entries.entries()) {
    for (const name of namesOf(fact)) {
      const key = nameKey(name);
      const other = first.get(key);
      if (other === undefined) first.set(key, at);
      else groups.join(other, at);
    }
  }
}

function joinByPath(entries: readonly Entry[], groups: UnionFind): Problem[] {
  const buckets = new Map<string, number[]>();
  for (const [at, entry] of entries.entries()) {
    if (entry.path.length < 2) continue;
    const bucket = buckets.get(entry.key);
    if (bucket) bucket.push(at);
    else buckets.set(entry.key, [at]);
  }
  const problems: Problem[] = [];
  for (const bucket of buckets.values()) {
    if (bucket.length < 2) continue;
    const members = bucket.flatMap((at) => {
      const entry = entries[at];
      return entry ? [{ ...entry, at }] : [];
    });
    const { clusters, ambiguous } = clusterMembers(members);
    for (const cluster of clusters) {
      for (const member of cluster) groups.join(cluster[0]?.at ?? member.at, member.at);
    }
    for (const one of ambiguous.map(ambiguousMention)) problems.push(one);
  }
  return problems;
}

function ambiguousMention(entry: Entry): Problem {
  const { file, line } = entry.fact.provenance;
  return {
    code: "ambiguous-name",
    message: `${entry.fact.name.name} (${entry.fact.name.namespace}) could be any of several tables of this name; it is kept apart`,
    next: "Say which one in the names file: a namespace's database, or an alias.",
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    severity: "warning",
  };
}

/** `checkout.orders` of a reader is `mesh.checkout.orders` if that is the only table with this ending. */
function joinTails(entries: readonly Entry[], groups: UnionFind): void {
  if (!entries.some(isShortened)) return;
  const tails = new ManyMap<string, number>();
  const systems = new Map<number, NameSystem[]>();
  for (const [at, entry] of entries.entries()) {
    const group = groups.find(at);
    const list = systems.get(group);
    if (list) list.push(entry.system);
    else systems.set(group, [entry.system]);
    if (entry.path.length >= 3 && !entry.placeholder)
      tails.add(tailKey(entry.path.slice(1)), group);
  }
  const joins: [number, number][] = [];
  for (const [at, entry] of entries.entries()) {
    if (!isShortened(entry)) continue;
    const owners = (tails.get(tailKey(entry.path)) ?? []).filter((owner) =>
      mayBeOne(systems.get(owner) ?? [], entry.system),
    );
    if (owners.length === 1 && owners[0] !== undefined) joins.push([owners[0], at]);
  }
  for (const [owner, at] of joins) groups.join(owner, at);
}

const isShortened = ({ path, placeholder }: Entry): boolean => path.length === 2 && placeholder;

/** They say something of tables that others own. */
const SPEAKS_OF_OTHERS: ReadonlySet<string> = new Set(["profile", "contract"]);

/**
 * Who counts rows, or promises something, calls a table as the connection does: with less of its name than the owner (`orders`), or with more.
 * It is the one table that has such a name; of several it is none.
 */
function joinObserved(entries: readonly Entry[], groups: UnionFind): void {
  const observed = entries.flatMap((entry, at) =>
    SPEAKS_OF_OTHERS.has(entry.sourceKind) && entry.path.length > 0 ? [{ entry, at }] : [],
  );
  if (observed.length === 0) return;
  const byTail = new ManyMap<string, number>();
  const byWhole = new ManyMap<string, number>();
  const owned = new Set<number>();
  for (const [at, { path, sourceKind }] of entries.entries()) {
    if (SPEAKS_OF_OTHERS.has(sourceKind) || path.length === 0) continue;
    const group = groups.find(at);
    owned.add(group);
    byWhole.add(tailKey(path), group);
    for (let from = 0; from < path.length; from += 1) byTail.add(tailKey(path.slice(from)), group);
  }
  const joins: [number, number][] = [];
  for (const { entry, at } of observed) {
    if (owned.has(groups.find(at))) continue;
    const shorter = entry.path.map((_, from) => byWhole.get(tailKey(entry.path.slice(from))));
    const found = byTail.get(tailKey(entry.path)) ?? shorter.find((one) => one !== undefined);
    const [only, second] = found ?? [];
    if (only !== undefined && second === undefined) joins.push([only, at]);
  }
  for (const [owner, at] of joins) groups.join(owner, at);
}

/** Whether a table that is known in `systems` may be one of `system`. */
function mayBeOne(systems: readonly NameSystem[], system: NameSystem): boolean {
  if (system.kind === "any") return true;
  const known = systems.filter((one) => one.kind !== "any");
  const servers = known.filter((one) => one.kind === "server");
  if (system.kind === "server" && servers.length > 0)
    return servers.some((one) => one.id === system.id);
  return known.length === 0 || known.some((one) => one.engine === system.engine);
}

const tailKey = (path: readonly string[]): string => fold(path.join("\u0000"));

/** A mention of `events_*` that nothing answered to is no table of that name. */
const isPattern = ({ fact }: Entry): boolean =>
  fact.placeholder === true && fact.name.name.endsWith("*");

const localKey = (source: string, local: string): string => `${source}\u0000${fold(local)}`;

interface Asset {
  readonly id: AssetId;
  readonly name: AssetName;
}

interface IndexParts {
  readonly entries: readonly Entry[];
  readonly groups: UnionFind;
  readonly rules: PathRules;
  readonly problems: readonly Problem[];
  readonly namesOf: ReturnType<typeof namesOfFact>;
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

  private readonly namesOf: ReturnType<typeof namesOfFact>;

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

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
