import { edgesFrom } from "#lib/graph/snapshot.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { HomePage } from "#lib/view/page-answers.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { answerImpact } from "./answer-impact.ts";
import { reachAssets, reachWithin } from "./reach-columns.ts";

type Risks = HomePage["riskiest"];

const SHOWN_RISKS = 10;
/** Columns looked at; those with most direct readers stand for all in a large graph. */
const LOOKED_AT = 400;
/** Edges that are looked along for one column: of one that reaches further, its nearest consumers stand for all. */
const STEPS_OF_A_COLUMN = 20_000;
/** Verdicts that are made in all: each column is weighed by its whole radius, so of wide ones there are fewer. */
const MOST_VERDICTS = 60_000;
/** What is done while somebody waits, in edges looked along; a verdict costs as much as so many. */
const STEPS_AT_ONCE = 200_000;
const STEPS_OF_A_VERDICT = 20;

/** The search for the riskiest columns of one version, as far as it came. */
interface Search {
  readonly steps: Generator<number, Risks>;
  found?: Risks;
  isRunning?: boolean;
}

const SEARCHES = new WeakMap<GraphView["graph"], Search>();

function searchOf(view: GraphView): Search {
  const known = SEARCHES.get(view.graph);
  if (known !== undefined) return known;
  const search = { steps: findRiskiest(view) };
  SEARCHES.set(view.graph, search);
  return search;
}

/** The columns whose removal hurts most. Found once for a version of the graph. */
export function riskiestColumns(view: GraphView): Risks {
  return goOn(searchOf(view), Number.POSITIVE_INFINITY) ?? [];
}

/** The same, where that is quick; undefined: it is being found beside other work, and is there when asked later. */
export function riskiestSoon(view: GraphView): Risks | undefined {
  const search = searchOf(view);
  if (search.isRunning !== true && goOn(search, STEPS_AT_ONCE) === undefined) goOnLater(search);
  return search.found;
}

function goOn(search: Search, most: number): Risks | undefined {
  let done = 0;
  while (search.found === undefined && done < most) {
    const next = search.steps.next();
    if (next.done === true) search.found = next.value;
    else done += next.value;
  }
  return search.found;
}

function goOnLater(search: Search): void {
  search.isRunning = true;
  // One column at a time: whoever asks something meanwhile is answered in between.
  const timer = setTimeout(() => {
    if (goOn(search, 1) === undefined) goOnLater(search);
  }, 1);
  timer.unref();
}

/** Yields what each part of it cost. How far it goes depends on the graph alone, so that the answer does, too. */
function* findRiskiest(view: GraphView): Generator<number, Risks> {
  const reaching: Reaching[] = [];
  for (const entry of busiestColumns(view)) {
    const { steps, ...counted } = countConsumers(view, entry);
    if (counted.consumers > 0) reaching.push({ ...entry, ...counted });
    yield steps;
  }
  reaching.sort(
    (a, b) => b.consumers - a.consumers || compare(a.name, b.name) || compare(a.column, b.column),
  );
  const risks: Risks[number][] = [];
  let verdicts = 0;
  for (const one of reaching.slice(0, 3 * SHOWN_RISKS)) {
    if (verdicts >= MOST_VERDICTS) break;
    const { asset, shortName, column } = one;
    const weighed = weighDrop(view, one);
    verdicts += weighed.verdicts;
    const consumers = one.isWhole ? one.consumers : weighed.consumers;
    risks.push({ asset, shortName, column, consumers, points: weighed.points });
    yield STEPS_OF_A_VERDICT * weighed.verdicts;
  }
  return risks
    .sort(
      (a, b) =>
        b.points - a.points ||
        b.consumers - a.consumers ||
        compare(a.asset, b.asset) ||
        compare(a.column, b.column),
    )
    .slice(0, SHOWN_RISKS);
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

interface Reaching extends BusyColumn {
  readonly consumers: number;
  /** It reaches no further than was looked. */
  readonly isWhole: boolean;
}

function countConsumers({ snapshot, graph }: GraphView, { asset, column }: BusyColumn) {
  const { reached, steps, isWhole } = reachWithin(snapshot, {
    asset,
    column,
    most: STEPS_OF_A_COLUMN,
  });
  let consumers = 0;
  for (const id of reached) {
    const one = graph.assets.get(id);
    if (one && isConsumerKind(one.kind) && !one.attributes.partOf) consumers++;
  }
  return { consumers, steps, isWhole };
}

interface WeighedDrop {
  /** The sum over the consumers that break when the column is dropped. */
  readonly points: number;
  readonly consumers: number;
  /** Verdicts that were made for it. */
  readonly verdicts: number;
}

function weighDrop(view: GraphView, { asset, column }: BusyColumn): WeighedDrop {
  const named = view.graph.assets.get(asset);
  if (!named) return NOTHING;
  const { namespace, name } = named;
  const answer = answerImpact(view, {
    changes: [{ kind: "drop_column", asset: { namespace, name }, column }],
  });
  if (!answer.ok || "results" in answer.value || isChangeError(answer.value)) return NOTHING;
  const { verdicts } = answer.value;
  const consumers = verdicts.filter(
    (verdict) => isConsumerKind(verdict.asset.kind) && !verdict.asset.partOf,
  );
  const sum = consumers.reduce((total, { points }) => total + (points ?? 0), 0);
  return {
    points: Math.round(sum * 10) / 10,
    consumers: consumers.length,
    verdicts: verdicts.length,
  };
}

const NOTHING: WeighedDrop = { points: 0, consumers: 0, verdicts: 0 };

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
