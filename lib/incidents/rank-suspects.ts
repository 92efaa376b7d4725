import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { isOutside } from "./find-suspects.ts";
import type { Observation } from "./observation.ts";
import { type RankedOnce, rankOnce } from "./rank-once.ts";
import { reachObserved } from "./reach-observed.ts";
import { assetAt, rejectSuspects } from "./reject-suspects.ts";
import { ageOf, type ScoredFault } from "./score-candidate.ts";
import type { ExplainedSymptom, FailedRun, LoggedChange, Suspect, Triage } from "./suspect.ts";
import { DEFAULT_TRIAGE_WEIGHTS, type TriageWeights } from "./triage-weights.ts";

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
/** A second cause must explain something and be more likely than chance. */
const SECOND_CAUSE_AT_LEAST = 1.5;

/**
 * Who may have caused what is broken, the likeliest first. Every suspect is walked forward with the faults that it may
 * have; the score is the sum of log-odds over everything that was looked at, plus what is known of the suspect itself.
 */
export function rankSuspects(input: TriageInput): Triage {
  const weights = input.weights ?? DEFAULT_TRIAGE_WEIGHTS;
  const reach = reachObserved(input.snapshot, input.observations);
  const rank = (observations: readonly Observation[], steps: number): RankedOnce =>
    rankOnce({
      finding: {
        ...input,
        weights,
        observations,
        observed: input.observations,
        reach,
        priorOf: (relation) => priorOf(input, weights, relation),
      },
      scoring: { ...input, weights, observations },
      most: MOST_SUSPECTS,
      steps,
    });
  const first = rank(input.observations, MOST_STEPS);
  const left = leftOver(input.observations, first.ranked[0]);
  const second =
    left.length === 0 ? undefined : rank(withoutExplained(input, left), MOST_STEPS_AGAIN);
  const [other] = second?.ranked ?? [];
  const hasSecond = other !== undefined && other.score >= SECOND_CAUSE_AT_LEAST;
  const ranked = hasSecond ? insertSecond(first.ranked, other) : first.ranked;
  const shown = ranked.slice(0, MOST_SUSPECTS);
  return {
    graphVersion: String(input.graph.version),
    suspects: describeAll(input, shown, hasSecond ? other : undefined),
    unexplained: left.flatMap((symptom) => {
      if (hasSecond && explainsSymptom(other, symptom)) return [];
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

/** What is known of an asset before anything is observed: the best that a log or a run says. */
function priorOf(input: TriageInput, weights: TriageWeights, relation: number): number {
  const ages = (input.changesAt.get(relation) ?? []).map(
    (change) => ageOf(change, input.now) ?? 24,
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

function leftOver(
  observations: readonly Observation[],
  best: ScoredFault | undefined,
): readonly Observation[] {
  const explained = new Set(best?.evidence.explains);
  return observations.filter(({ isBroken }, at) => isBroken && !explained.has(at));
}

/** What the first cause explains says nothing for or against a second. */
const withoutExplained = (
  { observations }: TriageInput,
  left: readonly Observation[],
): readonly Observation[] =>
  observations.filter((observation) => !observation.isBroken || left.includes(observation));

const explainsSymptom = ({ evidence, observations }: ScoredFault, symptom: Observation): boolean =>
  evidence.explains.some((at) => observations[at] === symptom);

/** The second cause stands right behind the first, if it is not among the suspects before it anyway. */
function insertSecond(ranked: readonly ScoredFault[], other: ScoredFault): readonly ScoredFault[] {
  const [first, ...rest] = ranked;
  if (first === undefined) return [other];
  return [
    first,
    other,
    ...rest.filter(({ candidate }) => candidate.relation !== other.candidate.relation),
  ];
}

function describeAll(
  input: TriageInput,
  shown: readonly ScoredFault[],
  second: ScoredFault | undefined,
): Suspect[] {
  const groups = new Map<string, number>();
  return shown.map((scored): Suspect => {
    const { fault, candidate, evidence, observations } = scored;
    const cause = scored === second ? 2 : 1;
    const key = JSON.stringify([cause, evidence.explains, evidence.contradicted]);
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

function describeSymptom(
  { snapshot, graph }: TriageInput,
  { ref, relation, column }: Observation,
  hops: number,
): ExplainedSymptom[] {
  const asset = assetAt(graph, snapshot, relation);
  if (asset === undefined) return [];
  const name = column === undefined ? undefined : snapshot.columnNames[column];
  return [
    { ref, asset: describeAsset(asset), ...(name === undefined ? {} : { column: name }), hops },
  ];
}
