import type { AssetAttributes, Column } from "#lib/model/asset.ts";
import type { AssetId, AssetName } from "#lib/model/asset-id.ts";
import { type SourceInfo, UNRESOLVED } from "#lib/model/claim.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { isDateShard, tableOfDays } from "./date-shards.ts";
import { toldAt } from "./described-at.ts";

/** All that one source says of one asset, before its queries are analysed. */
export interface Draft {
  readonly id: AssetId;
  readonly source: SourceInfo;
  readonly fact: AssetFact;
}

/**
 * Folds the facts of one source that mean one asset into one: a seed and the source that declares it, an input of
 * several events. What owns the asset speaks first; the rest fills what it left open.
 */
export function mergeFacts(input: {
  readonly source: SourceInfo;
  readonly facts: readonly AssetFact[];
  readonly idOf: (fact: AssetFact) => AssetId;
  /** Names that are one by a person's word alone, which may be taken back: the facts do not keep each other's. */
  readonly isDecided?: (a: AssetName, b: AssetName) => boolean;
}): { readonly drafts: readonly Draft[]; readonly problems: readonly Problem[] } {
  const byId = new Map<AssetId, AssetFact[]>();
  for (const fact of input.facts) {
    const id = input.idOf(fact);
    const list = byId.get(id);
    if (list) list.push(fact);
    else byId.set(id, [fact]);
  }
  const drafts: Draft[] = [];
  const problems: Problem[] = [];
  for (const [id, facts] of byId) {
    const [alone, another] = facts;
    if (alone !== undefined && another === undefined) {
      drafts.push({ id, source: input.source, fact: alone });
      continue;
    }
    const ordered = newestFirst(facts).sort(
      (a, b) => Number(a.placeholder === true) - Number(b.placeholder === true) || byDay(a, b),
    );
    const [first, ...rest] = ordered;
    if (!first) continue;
    const second = rest[0];
    if (second && second.placeholder !== true && byDay(first, second) === 0)
      problems.push(duplicate(first, second));
    drafts.push({
      id,
      source: input.source,
      fact: rest.reduce(
        (all, one) =>
          fill({
            first: all,
            other: one,
            keepsName: input.isDecided?.(all.name, one.name) !== true && byDay(all, one) === 0,
          }),
        first,
      ),
    });
  }
  return { drafts, problems };
}

/** Where all of them have a time: a table that moved to another place is what was told of it last. */
function newestFirst(facts: readonly AssetFact[]): AssetFact[] {
  const timed = facts.map((fact) => ({ fact, at: toldAt(fact) ?? "" }));
  if (timed.some(({ at }) => at === "")) return [...facts];
  return timed.sort((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : 0)).map(({ fact }) => fact);
}

/** The newest day of a table that is kept by day first; 0 where they are not two days of one. */
function byDay(a: AssetFact, b: AssetFact): number {
  const [one, other] = [a.name.name, b.name.name];
  const isDays = one !== other && isDateShard(one) && isDateShard(other);
  return isDays && tableOfDays(one) === tableOfDays(other) ? (one > other ? -1 : 1) : 0;
}

function duplicate(first: AssetFact, second: AssetFact): Problem {
  const { file, line } = second.provenance;
  const what =
    first.name.name === second.name.name
      ? `${first.name.name} is defined twice`
      : `${first.name.name} and ${second.name.name} are one table by their names, and each is defined`;
  return {
    code: "duplicate-asset",
    message: `${what} (${first.provenance.file ?? "first"} and ${file ?? "again"}); both are taken together`,
    next: "Check which of the two writes the table.",
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    severity: "warning",
  };
}

function fill({
  first,
  other,
  keepsName,
}: {
  readonly first: AssetFact;
  readonly other: AssetFact;
  /** What the other calls itself means the same asset from now on. */
  readonly keepsName: boolean;
}): AssetFact {
  const path = first.path ?? other.path;
  const kind = first.kind ?? other.kind;
  const columns = fillColumns(first, other);
  const aliases = keepsName ? namesBeside(first, other) : (first.aliases ?? []);
  const localNames = [...(first.localNames ?? []), ...(other.localNames ?? [])];
  return {
    ...first,
    ...(path ? { path } : {}),
    ...(kind ? { kind } : {}),
    attributes: fillAttributes(first.attributes, other.attributes),
    ...(columns ? { columns } : {}),
    columnsComplete: (first.columnsComplete ?? false) || (other.columnsComplete ?? false),
    edges: addEdges(first.edges, other.edges),
    queries: addQueries(first.queries, other.queries),
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(localNames.length > 0 ? { localNames } : {}),
  };
}

/** All further names, with those of the other. */
function namesBeside(first: AssetFact, other: AssetFact): readonly AssetName[] {
  const own = other.attributes.extra?.[UNRESOLVED] === true ? [] : [other.name];
  const all = [...(first.aliases ?? []), ...own, ...(other.aliases ?? [])];
  const keyOf = ({ namespace, name }: AssetName): string => `${namespace}\u0000${name}`;
  const known = new Map(all.map((name) => [keyOf(name), name]));
  known.delete(keyOf(first.name));
  return [...known.values()];
}

/** Statements that run under one name and are not the same: more than these are not kept of one name. */
const MOST_OF_A_NAME = 9;

/** The same statement once. Another one under a known name reads other tables, so it is kept under a name of its own. */
function addQueries(
  first: readonly QueryFact[],
  other: readonly QueryFact[],
): readonly QueryFact[] {
  const all = [...first];
  for (const query of other) {
    if (all.some(({ sql, dialect }) => sql === query.sql && dialect === query.dialect)) continue;
    const names = new Set(all.map(({ name }) => name));
    let name = query.name;
    for (let count = 2; names.has(name) && count <= MOST_OF_A_NAME; count += 1)
      name = `${query.name} (${count})`;
    if (!names.has(name)) all.push({ ...query, name });
  }
  return all;
}

/** Two names of one table tell the same edges; each is kept once, or every event would add it again. */
function addEdges(first: readonly EdgeFact[], other: readonly EdgeFact[]): readonly EdgeFact[] {
  if (first.length === 0 || other.length === 0) return first.length === 0 ? other : first;
  const keyOf = ({ from, toColumn, use, via }: EdgeFact): string =>
    JSON.stringify([from.name, from.path, from.column, toColumn, use, via]);
  const known = new Set(first.map(keyOf));
  return [...first, ...other.filter((edge) => !known.has(keyOf(edge)))];
}

function fillAttributes(first: AssetAttributes, other: AssetAttributes): AssetAttributes {
  const extra = { ...other.extra, ...first.extra };
  // What the source says itself is no mere name that nothing answers to, even where such a name means it.
  if (first.extra?.[UNRESOLVED] === undefined) delete extra[UNRESOLVED];
  return { ...other, ...first, ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

/** The complete list leads; columns that only the other names are added only where neither is complete. */
function fillColumns(first: AssetFact, other: AssetFact): readonly Column[] | undefined {
  if (!first.columns || !other.columns) return first.columns ?? other.columns;
  const [lead, more] =
    other.columnsComplete && !first.columnsComplete ? [other, first] : [first, other];
  return uniteColumns(lead.columns ?? [], more.columns ?? [], lead.columnsComplete === true);
}

/** Columns by folded name; what `lead` leaves open, `more` fills. Two columns of `lead` that differ in case stay two. */
export function uniteColumns(
  lead: readonly Column[],
  more: readonly Column[],
  leadIsComplete: boolean,
): readonly Column[] {
  if (more.length === 0) return lead;
  const exact = new Map(more.map((column) => [column.name, column]));
  const folded = new Map(more.map((column) => [column.name.toLowerCase(), column]));
  const known = new Set(lead.map((column) => column.name.toLowerCase()));
  const united = lead.map((column) => ({
    ...(exact.get(column.name) ?? folded.get(column.name.toLowerCase())),
    ...column,
  }));
  if (leadIsComplete) return united;
  return [...united, ...more.filter((column) => !known.has(column.name.toLowerCase()))];
}
