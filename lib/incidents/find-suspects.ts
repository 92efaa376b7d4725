import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Observation } from "./observation.ts";
import { countObserved, type ObservedReach } from "./reach-observed.ts";
import type { FailedRun, LoggedChange } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";

/** An asset that stands upstream of a symptom, before anything was walked. */
export interface Candidate {
  readonly relation: number;
  readonly asset: MergedAsset;
  /** Logged at this asset, newest first. */
  readonly changes: readonly LoggedChange[];
  readonly failedRun?: FailedRun;
  /** Reads nothing that is in the graph. */
  readonly isOutside: boolean;
  readonly ownState?: "broken" | "healthy";
  /** Those of its columns that reach a symptom, the most telling first; not more than are worth a walk. */
  readonly columns: readonly number[];
  /** Nats that plain reach would give it: tells the order in which to walk. */
  readonly guess: number;
  /** Nats that it can have at most. */
  readonly bound: number;
}

export interface FindInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  /** What counts: all that was observed, or what another cause leaves over. */
  readonly observations: readonly Observation[];
  /** Of all that was observed, in this order. */
  readonly reach: ObservedReach;
  readonly observed: readonly Observation[];
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
  readonly failedRuns: ReadonlyMap<number, FailedRun>;
  readonly weights: TriageWeights;
  /** Nats for having changed, by asset. */
  readonly priorOf: (relation: number) => number;
}

/** Where something was deployed, and nobody says what, any of its columns may be it. */
const COLUMNS_TO_WALK = { changed: 24, quiet: 6 };

/** Every asset that may have caused a symptom, in the order in which it is worth a walk. */
export function findSuspects(input: FindInput): Candidate[] {
  const { snapshot, observations, reach } = input;
  const broken = maskOf(input, true);
  const healthy = maskOf(input, false);
  const states = new Map(observations.map(({ relation, isBroken }) => [relation, isBroken]));
  const found: Candidate[] = [];
  for (let relation = 0; relation < snapshot.assetCount; relation++) {
    const all = countObserved(reach.relations, relation, broken);
    if (all === 0) continue;
    const id = snapshot.assetIds[relation];
    const asset = id === undefined ? undefined : input.graph.assets.get(id);
    if (asset === undefined) continue;
    const state = states.get(relation);
    found.push({
      relation,
      asset,
      changes: input.changesAt.get(relation) ?? [],
      isOutside: isOutside(snapshot, relation),
      ...optional(input.failedRuns.get(relation)),
      ...(state === undefined ? {} : { ownState: state ? "broken" : "healthy" }),
      ...score(input, { relation, reach, broken, healthy, all }),
    });
  }
  return found.sort((a, b) => b.guess - a.guess || (a.asset.id < b.asset.id ? -1 : 1));
}

export const isOutside = (snapshot: Snapshot, relation: number): boolean =>
  snapshot.backPairStart[relation] === snapshot.backPairStart[relation + 1];

const optional = (failedRun: FailedRun | undefined) =>
  failedRun === undefined ? {} : { failedRun };

function maskOf({ observed, observations, reach }: FindInput, isBroken: boolean): Int32Array {
  const mask = new Int32Array(reach.words);
  const counted = new Set(observations);
  observed.forEach((observation, at) => {
    if (observation.isBroken === isBroken && counted.has(observation))
      mask[at >> 5] = (mask[at >> 5] ?? 0) | (1 << (at & 31));
  });
  return mask;
}

interface Scoring {
  readonly relation: number;
  readonly reach: ObservedReach;
  readonly broken: Int32Array;
  readonly healthy: Int32Array;
  readonly all: number;
}

function score(
  { snapshot, weights, priorOf, changesAt }: FindInput,
  { relation, reach, broken, healthy, all }: Scoring,
): Pick<Candidate, "columns" | "guess" | "bound"> {
  const { falseAlarm, shows } = weights;
  const gain = Math.log(shows.silent / falseAlarm);
  const loss = Math.log((1 - shows.silent) / (1 - falseAlarm));
  const prior = priorOf(relation);
  const columns: { readonly column: number; readonly nats: number }[] = [];
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
    const explained = countObserved(reach.columns, column, broken);
    if (explained === 0) continue;
    const spared = countObserved(reach.columns, column, healthy);
    columns.push({ column, nats: explained * gain + spared * loss });
  }
  columns.sort((a, b) => b.nats - a.nats || a.column - b.column);
  const whole = all * gain + countObserved(reach.relations, relation, healthy) * loss;
  const most = changesAt.has(relation) ? COLUMNS_TO_WALK.changed : COLUMNS_TO_WALK.quiet;
  return {
    columns: columns.slice(0, most).map(({ column }) => column),
    guess: Math.max(whole, columns[0]?.nats ?? -Infinity) + prior,
    bound: all * Math.log(shows.loud / falseAlarm) + prior,
  };
}
