import { readGrainsOf } from "#lib/graph/known-reads.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { SOURCE_KINDS, type SourceKind } from "#lib/model/source-kind.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { SourceProblems } from "#lib/store/source-problems.ts";
import { PROBLEMS_COLLECTION } from "#lib/store/source-problems.ts";
import type { SourceRow, SourcesPage } from "#lib/view/page-answers.ts";
import { problemsOf } from "#lib/view/problems-of.ts";
import type { ServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { neighboursOf, toAssetLink } from "../graph/graph-neighbours.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import { whatNext } from "../sources/what-next.ts";
import { listStandings } from "../sync/sync-status.ts";

/** Each source with what it knows and what is wrong with it; without a store only what the graph itself tells. */
export async function showSources(
  view: GraphView,
  {
    store,
    config,
  }: { readonly store: LineageStore | undefined; readonly config: ServerConfig | undefined },
): Promise<Result<SourcesPage, Failure>> {
  const { graph, asOf } = view;
  const sources = await listSources(graph, store);
  return ok({
    sources,
    syncs: await listSyncs(store, config),
    coverage: measureCoverage(graph),
    unresolved: listUnresolved(graph),
    next: nextSteps(graph, sources),
    asOf,
  });
}

/** While the store is away nobody knows how they stand. */
async function listSyncs(
  store: LineageStore | undefined,
  config: ServerConfig | undefined,
): Promise<SourcesPage["syncs"]> {
  const listed = store === undefined ? undefined : await listStandings(store, config);
  if (!listed?.ok) return [];
  return listed.value.map(
    ({ name, place, schedule, state, startedAt, lastOkAt, failures, error }) => ({
      name,
      place,
      state,
      failures,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(schedule === undefined ? {} : { schedule }),
      ...(lastOkAt === undefined ? {} : { lastOkAt }),
      ...(error === undefined ? {} : { error }),
    }),
  );
}

/** Most problems first, as those want attention; then by label. */
export async function listSources(
  graph: MergedGraph,
  store: LineageStore | undefined,
): Promise<readonly SourceRow[]> {
  const read = store ? await readSaid(store) : undefined;
  const said: Said = read?.ok ? read.value : new Map();
  const rows = new Map<string, SourceRow>();
  for (const asset of graph.assets.values()) {
    const coverage = countReads(asset);
    for (const source of asset.sources) {
      const row = rows.get(source.id) ?? startRow(source, said.get(source.id));
      rows.set(source.id, addAsset(row, { coverage, lastSeen: source.lastSeen }));
    }
  }
  return [...rows.values(), ...gaveNothing(rows, said)].sort(
    (a, b) =>
      problemsOf(b).length - problemsOf(a).length ||
      compare(a.label.toLowerCase(), b.label.toLowerCase()) ||
      compare(a.id, b.id),
  );
}

/** Sources of which nothing could be read but what is wrong with them. */
const gaveNothing = (known: ReadonlyMap<string, SourceRow>, said: Said): readonly SourceRow[] =>
  [...said]
    .filter(([id, { problems }]) => !known.has(id) && problems.length > 0)
    .map(([id, one]) => startRow({ id, label: one.source.label, lastSeen: one.at }, one));

function countReads(asset: MergedAsset): SourceRow["coverage"] {
  const grains = [...readGrainsOf(asset).values()];
  const columnReads = grains.filter((grain) => grain === "column").length;
  return { columnReads, tableReads: grains.length - columnReads };
}

const addAsset = (
  row: SourceRow,
  { coverage, lastSeen }: Pick<SourceRow, "coverage" | "lastSeen">,
): SourceRow => ({
  ...row,
  lastSeen: lastSeen > row.lastSeen ? lastSeen : row.lastSeen,
  assets: row.assets + 1,
  coverage: {
    columnReads: row.coverage.columnReads + coverage.columnReads,
    tableReads: row.coverage.tableReads + coverage.tableReads,
  },
});

function startRow(
  { id, label, lastSeen }: Pick<SourceRow, "id" | "label" | "lastSeen">,
  said: SourceProblems | undefined,
): SourceRow {
  return {
    id,
    kind: said?.source.kind ?? kindOfId(id),
    label: said?.source.label ?? label,
    ...(said?.source.domain === undefined ? {} : { domain: said.source.domain }),
    lastSeen,
    assets: 0,
    coverage: { columnReads: 0, tableReads: 0 },
    problems: said?.problems ?? [],
  };
}

/** Ids begin with their kind: `dbt:jaffle_shop`. A source without problems has no record that would say it. */
const kindOfId = (id: string): SourceKind =>
  SOURCE_KINDS.find((kind) => id === kind || id.startsWith(`${kind}:`)) ?? "graph";

/** By source; `at`: when that was written. */
type Said = ReadonlyMap<string, SourceProblems & { readonly at: string }>;

async function readSaid(store: LineageStore): Promise<Result<Said, Failure>> {
  const records = await store.listRecords(PROBLEMS_COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  return ok(
    new Map(records.value.map(({ key, body, at }) => [key, { ...(body as SourceProblems), at }])),
  );
}

const SHOWN_UNRESOLVED = 500;

/** Names that somebody reads and nobody owns up to, those with most readers first. */
function listUnresolved(graph: MergedGraph): SourcesPage["unresolved"] {
  return [...graph.assets.values()]
    .filter((asset) => asset.placeholder)
    .map((asset) => ({ name: asset.name, readBy: readersOf(graph, asset) }))
    .sort((a, b) => b.readBy.length - a.readBy.length || compare(a.name, b.name))
    .slice(0, SHOWN_UNRESOLVED);
}

function readersOf(
  graph: MergedGraph,
  asset: MergedAsset,
): SourcesPage["unresolved"][number]["readBy"] {
  return [...neighboursOf(graph, { id: asset.id, direction: "downstream" })].flatMap((id) => {
    const reader = graph.assets.get(id);
    return reader ? [toAssetLink(reader, 1)] : [];
  });
}

const nextSteps = (graph: MergedGraph, sources: readonly SourceRow[]): SourcesPage["next"] =>
  whatNext(
    graph,
    sources.flatMap(({ problems }) => problems),
  ).next.map(({ what, removes }) => ({ what, removes }));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
