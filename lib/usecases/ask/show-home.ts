import { edgesFrom } from "#lib/graph/snapshot.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { HistoryEntry, HomePage } from "#lib/view/page-answers.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { measureCoverage } from "../graph/measure-coverage.ts";
import { answerImpact } from "./answer-impact.ts";
import { listStories } from "./list-stories.ts";
import { reachAssets } from "./reach-columns.ts";
import { listSources } from "./show-sources.ts";

const SHOWN_CHANGES = 12;
const SHOWN_RISKS = 10;

export async function showHome(
  view: GraphView,
  options: {
    readonly store: LineageStore | undefined;
    readonly history: readonly HistoryEntry[];
    /** Where the demo's stories are; absent: none are offered. */
    readonly demoFolder?: string;
  },
): Promise<Result<HomePage, Failure>> {
  const { graph, asOf } = view;
  const { demoFolder, history, store } = options;
  return ok({
    stories: demoFolder === undefined ? [] : await listStories(view, demoFolder),
    changed: history.slice(0, SHOWN_CHANGES),
    sources: await listSources(graph, store),
    coverage: measureCoverage(graph),
    riskiest: riskiestColumns(view),
    empty: graph.assets.size === 0,
    asOf,
  });
}

const RISKS = new WeakMap<GraphView["graph"], HomePage["riskiest"]>();

/** Columns looked at; those with most direct readers stand for all in a large graph. */
const LOOKED_AT = 400;

/** The columns whose removal hurts most. Found once for a version of the graph. */
export function riskiestColumns(view: GraphView): HomePage["riskiest"] {
  const kept = RISKS.get(view.graph);
  if (kept) return kept;
  const reaching = busiestColumns(view)
    .map((entry) => ({ ...entry, consumers: countConsumers(view, entry) }))
    .filter(({ consumers }) => consumers > 0)
    .sort(
      (a, b) => b.consumers - a.consumers || compare(a.name, b.name) || compare(a.column, b.column),
    )
    .slice(0, 3 * SHOWN_RISKS);
  const risks = reaching
    .map(({ asset, shortName, column, consumers }) => ({
      asset,
      shortName,
      column,
      consumers,
      points: pointsOfDrop(view, { asset, column }),
    }))
    .sort(
      (a, b) =>
        b.points - a.points ||
        b.consumers - a.consumers ||
        compare(a.asset, b.asset) ||
        compare(a.column, b.column),
    )
    .slice(0, SHOWN_RISKS);
  RISKS.set(view.graph, risks);
  return risks;
}

/** The columns that most assets hang on, where no consumer is known that could weigh them. */
export function widestColumns(view: GraphView): readonly WideColumn[] {
  return busiestColumns(view)
    .map(({ asset, shortName, column }) => ({
      asset,
      shortName,
      column,
      reaches: reachAssets(view.snapshot, { asset, column }).length,
    }))
    .sort(
      (a, b) => b.reaches - a.reaches || compare(a.asset, b.asset) || compare(a.column, b.column),
    )
    .slice(0, SHOWN_RISKS);
}

export interface WideColumn {
  readonly asset: string;
  readonly shortName: string;
  readonly column: string;
  /** Assets downstream. */
  readonly reaches: number;
}

interface BusyColumn {
  readonly asset: AssetId;
  readonly name: string;
  readonly shortName: string;
  readonly column: string;
}

function busiestColumns({ snapshot, graph }: GraphView): readonly BusyColumn[] {
  const { assetCount, assetIds, columnStart, columnNames } = snapshot;
  const busy: { readers: number; column: number; relation: number }[] = [];
  for (let relation = 0; relation < assetCount; relation++) {
    const end = columnStart[relation + 1] ?? 0;
    for (let column = columnStart[relation] ?? 0; column < end; column++) {
      const [first, last] = edgesFrom(snapshot, column);
      const readers = last - first;
      if (readers > 0) busy.push({ readers, column, relation });
    }
  }
  busy.sort((a, b) => b.readers - a.readers || a.column - b.column);
  return busy.slice(0, LOOKED_AT).flatMap(({ column, relation }) => {
    const id = assetIds[relation];
    const asset = id === undefined ? undefined : graph.assets.get(id);
    const name = columnNames.at(column);
    if (!asset || name === undefined || isConsumerKind(asset.kind)) return [];
    return [{ asset: asset.id, name: asset.name, shortName: asset.shortName, column: name }];
  });
}

function countConsumers({ snapshot, graph }: GraphView, entry: BusyColumn): number {
  let count = 0;
  for (const id of reachAssets(snapshot, { asset: entry.asset, column: entry.column })) {
    const asset = graph.assets.get(id);
    if (asset && isConsumerKind(asset.kind) && !asset.attributes.partOf) count++;
  }
  return count;
}

/** The sum of points over the consumers that break when the column is dropped. */
function pointsOfDrop(
  view: GraphView,
  { asset, column }: { readonly asset: AssetId; readonly column: string },
): number {
  const named = view.graph.assets.get(asset);
  if (!named) return 0;
  const { namespace, name } = named;
  const answer = answerImpact(view, {
    changes: [{ kind: "drop_column", asset: { namespace, name }, column }],
  });
  if (!answer.ok || "results" in answer.value || isChangeError(answer.value)) return 0;
  const sum = answer.value.verdicts
    .filter((verdict) => isConsumerKind(verdict.asset.kind) && !verdict.asset.partOf)
    .reduce((total, { points }) => total + (points ?? 0), 0);
  return Math.round(sum * 10) / 10;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
