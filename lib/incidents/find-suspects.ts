import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { isError, type Observation } from "./observation.ts";
import { countObserved, type ObservedReach } from "./reach-observed.ts";
import type { FailedRun, LoggedChange } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";
import { weighSpared } from "./weigh-spared.ts";

/** An asset that stands upstream of a symptom, before anything was walked. */
export interface Possible {
  readonly relation: number;
  /** Nats that plain reach would give it: tells the order in which to walk. */
  readonly guess: number;
  /** Nats that it can have at most. */
  readonly bound: number;
}

/** One that is worth a walk, with what is known of it. */
export interface Candidate {
  readonly relation: number;
  readonly asset: MergedAsset;
  /** Logged at this asset, newest first. */
  readonly changes: readonly LoggedChange[];
  readonly failedRun?: FailedRun;
  /** Reads nothing that is in the graph. */
  readonly isOutside: boolean;
  readonly ownState?: "broken" | "healthy";
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

/** The observations that count, as bits: those that are broken, those of them that are errors, those that are healthy. */
export interface ObservedMasks {
  readonly broken: Int32Array;
  readonly errors: Int32Array;
  readonly healthy: Int32Array;
  /** Nats of so many healthy things that should have become wrong in silence, by their number: it is asked of every column. */
  readonly losses: readonly number[];
}

/** Where something was deployed, and nobody says what, any of its columns may be it. */
const COLUMNS_TO_WALK = { changed: 24, quiet: 6 };

export function maskObserved({ observed, observations, reach, weights }: FindInput): ObservedMasks {
  const masks = {
    broken: new Int32Array(reach.words),
    errors: new Int32Array(reach.words),
    healthy: new Int32Array(reach.words),
    losses: lossesOf(weights, observations.filter(({ isBroken }) => !isBroken).length),
  };
  const counted = new Set(observations);
  const mark = (mask: Int32Array, at: number): void => {
    mask[at >> 5] = (mask[at >> 5] ?? 0) | (1 << (at & 31));
  };
  observed.forEach((observation, at) => {
    if (!counted.has(observation)) return;
    mark(observation.isBroken ? masks.broken : masks.healthy, at);
    if (isError(observation)) mark(masks.errors, at);
  });
  return masks;
}

function lossesOf(weights: TriageWeights, most: number): readonly number[] {
  const loss = Math.log((1 - weights.shows.silent) / (1 - weights.falseAlarm));
  return Array.from({ length: most + 1 }, (_, count) => weighSpared(count * loss, weights));
}

/** Every asset that may have caused a symptom, in the order in which it is worth a walk. */
export function findSuspects(input: FindInput, masks: ObservedMasks): Possible[] {
  const { snapshot, reach, weights } = input;
  const gain = Math.log(weights.shows.silent / weights.falseAlarm);
  const { losses } = masks;
  const most = Math.log(weights.shows.loud / weights.falseAlarm);
  const surer = errorNats(weights);
  const found: Possible[] = [];
  for (let relation = 0; relation < snapshot.assetCount; relation++) {
    if (reach.anyRelation[relation] === 0) continue;
    const all = countObserved(reach.relations, relation, masks.broken);
    if (all === 0) continue;
    const spared = countObserved(reach.relations, relation, masks.healthy);
    const sure = surer * countObserved(reach.relations, relation, masks.errors);
    let best = all * gain + (losses[spared] ?? 0) + sure;
    const end = snapshot.columnStart[relation + 1] ?? 0;
    for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
      const nats = columnNats(reach, masks, { column, gain, surer, losses });
      if (nats > best) best = nats;
    }
    const prior = input.priorOf(relation);
    found.push({ relation, guess: best + prior, bound: all * most + sure + prior });
  }
  // Assets are numbered in the order of their ids.
  return found.sort((a, b) => b.guess - a.guess || a.relation - b.relation);
}

/** Nats by which it tells more to explain an error than to explain what a check finds wrong. */
export const errorNats = ({ falseAlarm, falseError }: TriageWeights): number =>
  Math.log(falseAlarm / falseError);

interface ColumnCount {
  readonly column: number;
  readonly gain: number;
  readonly surer: number;
  /** Nats of so many healthy ones, by their number. */
  readonly losses: readonly number[];
}

function columnNats(
  { columns, anyColumn }: ObservedReach,
  { broken, errors, healthy }: ObservedMasks,
  { column, gain, surer, losses }: ColumnCount,
): number {
  if (anyColumn[column] === 0) return -Infinity;
  const explained = countObserved(columns, column, broken);
  if (explained === 0) return -Infinity;
  return (
    explained * gain +
    countObserved(columns, column, errors) * surer +
    (losses[countObserved(columns, column, healthy)] ?? 0)
  );
}

/** What is known of a possible suspect; nothing where the graph has no such asset. */
export function describeCandidate(
  { snapshot, graph, observations, changesAt, failedRuns }: FindInput,
  { relation }: Possible,
): Candidate | undefined {
  const id = snapshot.assetIds[relation];
  const asset = id === undefined ? undefined : graph.assets.get(id);
  if (asset === undefined) return undefined;
  const ownState = stateOf(observations.filter((observation) => observation.relation === relation));
  const failedRun = failedRuns.get(relation);
  return {
    relation,
    asset,
    changes: changesAt.get(relation) ?? [],
    isOutside: isOutside(snapshot, relation),
    ...(failedRun === undefined ? {} : { failedRun }),
    ...(ownState === undefined ? {} : { ownState }),
  };
}

/** One column that is well does not clear the others: it speaks, as an observation, against what would have broken it. */
function stateOf(own: readonly Observation[]): Candidate["ownState"] {
  if (own.some(({ isBroken }) => isBroken)) return "broken";
  return own.some(({ column }) => column === undefined) ? "healthy" : undefined;
}

/** Those of its columns that reach a symptom, the most telling first; not more than are worth a walk. */
export function tellingColumns(
  input: FindInput,
  masks: ObservedMasks,
  relation: number,
): readonly number[] {
  const { snapshot, reach, weights, changesAt } = input;
  const gain = Math.log(weights.shows.silent / weights.falseAlarm);
  const { losses } = masks;
  const surer = errorNats(weights);
  const columns: { readonly column: number; readonly nats: number }[] = [];
  const end = snapshot.columnStart[relation + 1] ?? 0;
  for (let column = snapshot.columnStart[relation] ?? 0; column < end; column++) {
    const nats = columnNats(reach, masks, { column, gain, surer, losses });
    if (nats !== -Infinity) columns.push({ column, nats });
  }
  columns.sort((a, b) => b.nats - a.nats || a.column - b.column);
  const most = changesAt.has(relation) ? COLUMNS_TO_WALK.changed : COLUMNS_TO_WALK.quiet;
  return columns.slice(0, most).map(({ column }) => column);
}

export const isOutside = (snapshot: Snapshot, relation: number): boolean =>
  snapshot.backPairStart[relation] === snapshot.backPairStart[relation + 1];
