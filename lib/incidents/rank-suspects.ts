import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { ageOf } from "./age-of-change.ts";
import { isOutside } from "./find-suspects.ts";
import type { Observation } from "./observation.ts";
import { orderSuspects } from "./order-suspects.ts";
import { type RankedOnce, rankOnce } from "./rank-once.ts";
import { reachObserved } from "./reach-observed.ts";
import { assetAt, rejectSuspects } from "./reject-suspects.ts";
import type { ScoredFault } from "./score-candidate.ts";
import type { ExplainedSymptom, FailedRun, LoggedChange, Suspect, Triage } from "./suspect.ts";
import { takeTurns } from "./take-turns.ts";
import { DEFAULT_TRIAGE_WEIGHTS, type TriageWeights } from "./triage-weights.ts";
import { isExplained } from "./weigh-evidence.ts";
import { weighLog } from "./weigh-log.ts";

export interface TriageInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly observations: readonly Observation[];
  /** By asset number, newest first. */
  readonly changesAt: ReadonlyMap<number, readonly LoggedChange[]>;
  readonly failedRuns: ReadonlyMap<number, FailedRun>;
  /** ISO 8601: how old changes are is counted from here. */
  readonly now: string;
  readonly weights?: TriageWeights;
}

const MOST_SUSPECTS = 10;
/** Steps of walks that one question may cost: keeps a large mesh within a fraction of a second. */
const MOST_STEPS = 45_000;
const MOST_STEPS_AGAIN = 20_000;
const MOST_STEPS_REJECTING = 15_000;
/** What a first cause breaks with less than this chance may well have another one. */
const WELL_EXPLAINED = 0.3;

/**
 * Who may have caused what is broken, the likeliest first. Every suspect is walked forward with the faults that it may
 * have; the score is the sum of log-odds over everything that was looked at, plus what is known of the suspect itself.
 */
export function rankSuspects(input: TriageInput): Triage {
  const weights = weighLog({
    ...input,
    weights: input.weights ?? DEFAULT_TRIAGE_WEIGHTS,
    assetCount: input.snapshot.assetCount,
  });
  const reach = reachObserved(input.snapshot, input.observations);
  const rank = ({ observations, explainedBefore, steps }: Asking): RankedOnce =>
    rankOnce({
      finding: {
        ...input,
        weights,
        observations,
        observed: input.observations,
        reach,
        priorOf: (relation) => priorOf(input, weights, relation),
      },
      scoring: {
        ...input,
        weights,
        ...(explainedBefore === undefined ? {} : { explainedBefore }),
      },
      most: MOST_SUSPECTS,
      steps,
    });
  const first = rank({ observations: input.observations, steps: MOST_STEPS });
  const chances = first.ranked[0]?.evidence.chances ?? [];
  const left = brokenBelow(input.observations, chances, WELL_EXPLAINED);
  const second = (
    left.length === 0
      ? []
      : rank({
          observations: withoutExplained(input, left),
          explainedBefore: chances,
          steps: MOST_STEPS_AGAIN,
        }).ranked
  ).filter(({ score }) => score >= weights.order.secondAtLeast);
  const ordered = orderSuspects({ first: first.ranked, second, weights });
  const causeOf = (one: ScoredFault): number => (second.includes(one) ? 2 : 1);
  const shown = takeTurns({
    ranked: ordered,
    causeOf,
    weights,
    isLogKept: input.changesAt.size > 0,
  }).slice(0, MOST_SUSPECTS);
  const other = shown.find((fault) => second.includes(fault));
  return {
    graphVersion: String(input.graph.version),
    suspects: describeAll(input, shown, new Set(second)),
    unexplained: input.observations.flatMap((symptom, at) => {
      if (!symptom.isBroken || isExplained(chances[at])) return [];
      if (isExplained(other?.evidence.chances[at])) return [];
      const asset = assetAt(input.graph, input.snapshot, symptom.relation);
      return asset === undefined ? [] : [{ ref: symptom.ref, asset: describeAsset(asset) }];
    }),
    rejected: rejectSuspects({
      ...input,
      weights,
      shown,
      reach,
      broken: first.broken,
      budget: { steps: MOST_STEPS_REJECTING },
    }),
    notWalked: first.notWalked,
    weights: weights.version,
  };
}

interface Asking {
  /** What counts. */
  readonly observations: readonly Observation[];
  readonly explainedBefore?: readonly number[];
  readonly steps: number;
}

/** What is known of an asset before anything is observed: the best that a log or a run says. */
function priorOf(input: TriageInput, weights: TriageWeights, relation: number): number {
  const ages = (input.changesAt.get(relation) ?? []).map(
    (change) => ageOf(change, input.now) ?? weights.change.unknownAgeHours,
  );
  const { recent, fadesInHours, floor } = weights.change;
  const changed =
    ages.length === 0
      ? isOutside(input.snapshot, relation)
        ? weights.noChangeOutside
        : weights.noChange
      : recent + 0.5 + Math.log(Math.max(Math.exp(-Math.min(...ages) / fadesInHours), floor));
  return changed + (input.failedRuns.has(relation) ? weights.failedRun : 0);
}

const brokenBelow = (
  observations: readonly Observation[],
  chances: readonly number[],
  least: number,
): readonly Observation[] =>
  observations.filter(({ isBroken }, at) => isBroken && (chances[at] ?? 0) < least);

/** What the first cause explains says nothing for or against a second. */
const withoutExplained = (
  { observations }: TriageInput,
  left: readonly Observation[],
): readonly Observation[] =>
  observations.filter((observation) => !observation.isBroken || left.includes(observation));

function describeAll(
  input: TriageInput,
  shown: readonly ScoredFault[],
  second: ReadonlySet<ScoredFault>,
): Suspect[] {
  const groups = new Map<string, number>();
  return shown.map((scored): Suspect => {
    const { fault, candidate, evidence, observations } = scored;
    const cause = second.has(scored) ? 2 : 1;
    const key = JSON.stringify([
      cause,
      evidence.explains,
      evidence.contradicted,
      standsAbove(scored),
    ]);
    const group = groups.get(key) ?? groups.size + 1;
    groups.set(key, group);
    return {
      asset: describeAsset(candidate.asset),
      ...(fault.columnName === undefined ? {} : { column: fault.columnName }),
      fault: fault.words,
      score: scored.score,
      terms: scored.terms,
      explains: evidence.explains.flatMap((at) => {
        const observation = observations[at];
        return observation === undefined
          ? []
          : describeSymptom(input, observation, evidence.hops[at] ?? 0);
      }),
      contradicted: evidence.contradicted.flatMap((at) => observations[at]?.ref ?? []),
      group,
      cause,
      ...(scored.logged === undefined ? {} : { change: scored.logged }),
    };
  });
}

/** Where no effect is foreseen on any symptom, changes are still told apart by what stands below them. */
const standsAbove = ({
  evidence: { explains, hops },
  observations,
}: ScoredFault): readonly number[] =>
  explains.length > 0
    ? []
    : observations.flatMap(({ isBroken }, at) => (isBroken && (hops[at] ?? 0) > 0 ? [at] : []));

function describeSymptom(
  { snapshot, graph }: TriageInput,
  { ref, relation, column }: Observation,
  hops: number,
): ExplainedSymptom[] {
  const asset = assetAt(graph, snapshot, relation);
  if (asset === undefined) return [];
  const name = column === undefined ? undefined : snapshot.columnNames.at(column);
  return [
    { ref, asset: describeAsset(asset), ...(name === undefined ? {} : { column: name }), hops },
  ];
}
