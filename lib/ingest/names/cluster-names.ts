import type { NameSystem } from "./name-system.ts";

/** One mention of a table among those that share a path. */
export interface Member {
  readonly source: string;
  readonly system: NameSystem;
  /** The path with its letters as written. */
  readonly spelling: string;
  readonly placeholder: boolean;
}

export interface Clusters<M extends Member> {
  readonly clusters: readonly (readonly M[])[];
  /** Members that could be any of several tables; each is a cluster of its own. */
  readonly ambiguous: readonly M[];
}

/**
 * Splits the mentions of one path into the tables that they mean. Two servers of one engine are two tables; what names
 * only the engine joins the one server of it that is known; what names neither joins if there is just one table. Two
 * tables that one source itself tells apart by letter case stay apart. The answer does not depend on the order.
 */
export function clusterMembers<M extends Member>(members: readonly M[]): Clusters<M> {
  const first = members[0];
  if (first === undefined || members.every((one) => alike(one, first))) {
    return { clusters: first === undefined ? [] : [members], ambiguous: [] };
  }
  const bySystem = clusterBySystem(members);
  const clusters: (readonly M[])[] = [];
  const ambiguous: M[] = [...bySystem.ambiguous];
  for (const cluster of bySystem.clusters) {
    const split = splitByCase(cluster);
    clusters.push(...split.clusters);
    ambiguous.push(...split.ambiguous);
  }
  return { clusters, ambiguous };
}

const alike = (a: Member, b: Member): boolean =>
  a.system.kind === b.system.kind && a.system.id === b.system.id && a.spelling === b.spelling;

function clusterBySystem<M extends Member>(members: readonly M[]): Clusters<M> {
  const bySystem = new Map<string, M[]>();
  const add = (key: string, member: M) => {
    const list = bySystem.get(key);
    if (list) list.push(member);
    else bySystem.set(key, [member]);
  };
  const servers = new Map<string, Set<string>>();
  for (const member of members) {
    const { kind, engine, id } = member.system;
    if (kind !== "server") continue;
    add(`server ${id}`, member);
    servers.set(engine, (servers.get(engine) ?? new Set()).add(id));
  }
  const ambiguous: M[] = [];
  for (const member of members.filter((one) => one.system.kind === "engine")) {
    const known = [...(servers.get(member.system.engine) ?? [])];
    if (known.length === 1) add(`server ${known[0]}`, member);
    else add(`engine ${member.system.engine}`, member);
    if (known.length > 1) ambiguous.push(member);
  }
  const open = members.filter((one) => one.system.kind === "any");
  const only = bySystem.size <= 1 ? ([...bySystem.keys()][0] ?? "any") : "any";
  for (const member of open) {
    add(only, member);
    if (bySystem.size > 1 && only === "any") ambiguous.push(member);
  }
  return { clusters: [...bySystem.values()], ambiguous };
}

function splitByCase<M extends Member>(members: readonly M[]): Clusters<M> {
  const told = spellingsToldApart(members);
  if (told.size === 0) return { clusters: [members], ambiguous: [] };
  const bySpelling = new Map<string, M[]>();
  for (const member of members) {
    const list = bySpelling.get(member.spelling);
    if (list) list.push(member);
    else bySpelling.set(member.spelling, [member]);
  }
  return {
    clusters: [...bySpelling.values()],
    ambiguous: members.filter((member) => !told.has(member.spelling)),
  };
}

/** Spellings of tables of which one source owns several: it must mean different tables. */
function spellingsToldApart(members: readonly Member[]): Set<string> {
  const bySource = new Map<string, Set<string>>();
  for (const member of members) {
    if (member.placeholder) continue;
    bySource.set(member.source, (bySource.get(member.source) ?? new Set()).add(member.spelling));
  }
  const told = new Set<string>();
  for (const spellings of bySource.values()) {
    if (spellings.size > 1) for (const spelling of spellings) told.add(spelling);
  }
  return told;
}
