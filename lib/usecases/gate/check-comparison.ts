import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { findAsset } from "#lib/graph/snapshot.ts";
import { type ColumnDifference, diffColumns } from "#lib/impact/diff-columns.ts";
import { compareQueries } from "#lib/ingest/sql/compare-queries.ts";
import { findDialect } from "#lib/ingest/sql/dialect.ts";
import type { QueryComparison, QueryEdit } from "#lib/ingest/sql/query-edit.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { QueryFact } from "#lib/model/fact.ts";
import { builtColumns } from "./built-columns.ts";
import type { FactPair } from "./check-pairs.ts";
import type { CheckWorld } from "./check-world.ts";

/** A query that both states have, with other text. */
export interface ComparedQuery {
  readonly before: QueryFact;
  readonly after: QueryFact;
  /** The new one as the graph that is judged holds it. */
  readonly judged: AssetQuery | undefined;
  /** Undefined: one of the two was not understood. */
  readonly comparison: QueryComparison | undefined;
}

/** One asset in both states. */
export interface AssetComparison {
  readonly pair: FactPair;
  readonly base: MergedAsset | undefined;
  readonly head: MergedAsset | undefined;
  /** As it is judged. */
  readonly judged: MergedAsset;
  readonly queries: readonly ComparedQuery[];
  /** Queries that only one of the two states has: `rows` where they are new and only add rows. */
  readonly otherQueries: "none" | "rows" | "any";
  readonly columns: readonly ColumnDifference[];
}

export interface Worlds {
  readonly base: CheckWorld;
  readonly head: CheckWorld;
  readonly judged: CheckWorld;
  /** As it is judged. */
  readonly judgedOf: (pair: FactPair) => MergedAsset | undefined;
  readonly snapshot: Snapshot;
  /** Models that alone are built under another name now: what they are called, by what they were. */
  readonly moved: ReadonlyMap<AssetId, AssetId>;
}

/** Every asset that the two states speak of, sources before what reads them. */
export function compareAssets(
  pairs: readonly FactPair[],
  worlds: Worlds,
): readonly AssetComparison[] {
  const found = new Map<string, AssetComparison>();
  for (const pair of pairs) {
    const comparison = compareAsset(pair, worlds);
    if (comparison === undefined) continue;
    const known = found.get(comparison.judged.id);
    // A seed and the source that declares it are one asset: what has the query speaks for it.
    if (known === undefined || isFuller(comparison, known))
      found.set(comparison.judged.id, comparison);
  }
  const { snapshot } = worlds;
  const rankOf = ({ judged }: AssetComparison): number =>
    snapshot.rank[findAsset(snapshot, judged.id)] ?? 0;
  return [...found.values()].sort((a, b) => rankOf(a) - rankOf(b));
}

const isFuller = (one: AssetComparison, other: AssetComparison): boolean =>
  other.pair.after?.placeholder === true && one.pair.after?.placeholder !== true;

function compareAsset(pair: FactPair, worlds: Worlds): AssetComparison | undefined {
  const { before, after } = pair;
  const judged = worlds.judgedOf(pair);
  if (judged === undefined) return undefined;
  const base = before && worlds.base.assetOf(before);
  const head = after && worlds.head.assetOf(after);
  const matched = matchQueries(before?.queries ?? [], after?.queries ?? []);
  const queries = matched.flatMap((match): ComparedQuery[] => {
    const { before: known, after: query } = match;
    if (!known || !query) return [];
    if (known.sql === query.sql && known.dialect === query.dialect) return [];
    return [compareQuery({ before: known, after: query, judged, worlds })];
  });
  const unmatched = matched.filter((match) => !match.before || !match.after);
  return {
    pair,
    base,
    head,
    judged,
    queries: isConsumerKind(judged.kind) ? [] : queries,
    otherQueries: before && after ? othersIn(unmatched) : "none",
    columns: base && head ? columnsOf({ pair, base, head, worlds }) : [],
  };
}

function columnsOf({
  pair,
  base,
  head,
  worlds,
}: {
  readonly pair: FactPair;
  readonly base: MergedAsset;
  readonly head: MergedAsset;
  readonly worlds: Worlds;
}): readonly ColumnDifference[] {
  const built = builtColumns(pair, { head, graph: worlds.head.graph });
  const before = listBefore(pair, base);
  const after = built ?? listOf(head);
  if (pair.isPromise !== true) return diffColumns(before, after);
  // In what order a contract names its properties says nothing of the table.
  return diffColumns({ ...before, complete: true }, { ...after, complete: true }).filter(
    ({ what }) => what !== "reordered",
  );
}

interface QueryMatch {
  readonly before?: QueryFact;
  readonly after?: QueryFact;
}

/** What a new statement changes in rows that are there is told as such; it need not be told again. */
function othersIn(unmatched: readonly QueryMatch[]): AssetComparison["otherQueries"] {
  const adds = unmatched.map(({ before, after }) => (before ? undefined : after?.adds));
  if (adds.includes(undefined)) return "any";
  return adds.includes("rows") ? "rows" : "none";
}

/** By text, then by name; what is left by its order, because statements of a file are named for their lines. */
function matchQueries(
  before: readonly QueryFact[],
  after: readonly QueryFact[],
): readonly QueryMatch[] {
  const left = new Set(before);
  const find = (fits: (query: QueryFact) => boolean): QueryFact | undefined => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const matches = new Map<QueryFact, QueryFact>();
  for (const same of [sameText, sameName, () => true]) {
    for (const query of after) {
      if (matches.has(query)) continue;
      const found = find((other) => same(other, query));
      if (found) matches.set(query, found);
    }
  }
  return [
    ...after.map((query) => {
      const known = matches.get(query);
      return { after: query, ...(known ? { before: known } : {}) };
    }),
    ...[...left].map((query) => ({ before: query })),
  ];
}

const sameText = (one: QueryFact, other: QueryFact): boolean => one.sql === other.sql;
const sameName = (one: QueryFact, other: QueryFact): boolean => one.name === other.name;

const listOf = ({ columns, columnsComplete }: MergedAsset) => ({
  columns,
  complete: columnsComplete,
});

/** A column that DDL declares takes nulls unless it says otherwise. */
function listBefore({ before, source }: FactPair, base: MergedAsset) {
  const list = listOf(base);
  if (source.kind !== "sql" || before?.columns === undefined) return list;
  const declared = new Set(before.columns.map(({ name }) => name.toLowerCase()));
  const columns = list.columns.map((column) =>
    column.nullable === undefined && declared.has(column.name.toLowerCase())
      ? { ...column, nullable: true }
      : column,
  );
  return { ...list, columns };
}

function compareQuery({
  before,
  after,
  judged,
  worlds,
}: {
  readonly before: QueryFact;
  readonly after: QueryFact;
  readonly judged: MergedAsset;
  readonly worlds: Worlds;
}): ComparedQuery {
  const base = worlds.base.traceOf(before);
  const head = worlds.judged.traceOf(after);
  const dialect = findDialect(after.dialect) ?? "generic";
  const { moved } = worlds;
  return {
    before,
    after,
    judged: judged.queries.find(({ name }) => name === after.name),
    comparison: base && head ? compareQueries({ base, head, dialect, moved }) : undefined,
  };
}

/** All edits of an asset's queries; undefined where one of them is not understood. */
export function editsOf({ queries }: AssetComparison): readonly QueryEdit[] | undefined {
  const all: QueryEdit[] = [];
  for (const { comparison } of queries) {
    if (comparison === undefined) return undefined;
    all.push(...comparison.edits);
  }
  return all;
}
