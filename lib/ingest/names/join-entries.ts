import type { Problem } from "#lib/model/problem.ts";
import { clusterMembers } from "./cluster-names.ts";
import { areSeveral, contestedProblem, listContested } from "./contested-names.ts";
import { ManyMap } from "./many-map.ts";
import { type Entry, tailKey } from "./name-entry.ts";
import { nameKey } from "./name-key.ts";
import type { NameSystem } from "./name-system.ts";
import type { NamesConfig } from "./names-config.ts";
import { namesOfFact } from "./same-names.ts";
import { UnionFind } from "./union-find.ts";

export interface JoinedEntries {
  /** Places in the list of entries, those of one asset together. */
  readonly groups: UnionFind;
  readonly problems: readonly Problem[];
  /** The names by which a fact is known, without those that several things claim. */
  readonly namesOf: ReturnType<typeof namesOfFact>;
}

/** Which mentions are of one asset. */
export function joinEntries(entries: readonly Entry[], names: NamesConfig): JoinedEntries {
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
  return { groups, problems, namesOf };
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
