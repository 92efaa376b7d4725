import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import { type Candidate, findSuspects, isOutside } from "./find-suspects.ts";
import type { Observation } from "./observation.ts";
import { type ObservedReach, reachObserved } from "./reach-observed.ts";
import { assetAt, rejectSuspects } from "./reject-suspects.ts";
import { ageOf, type ScoredFault, type ScoreInput, scoreCandidate } from "./score-candidate.ts";
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
/** Columns and relations that one question may come to: keeps a large mesh within a fraction of a second. */
const MOST_WORK = 400_000;
const MOST_WORK_AGAIN = 100_000;
/** Nats by which a walk may find a suspect better than plain reach guessed: a path absorbs what healthy ones stand below. */
const BETTER_THAN_GUESSED = 6;
/** A second cause must explain something and be more likely than chance. */
const SECOND_CAUSE_AT_LEAST = 1.5;

/**
 * Who may have caused what is broken, the likeliest first. Every suspect is walked forward with the faults that it may
 * have; the score is the sum of log-odds over everything that was looked at, plus what is known of the suspect itself.
 */
export function rankSuspects(input: TriageInput): Triage {
  const weights = input.weights ?? DEFAULT_TRIAGE_WEIGHTS;
  const reach = reachObserved(input.snapshot, input.observations);
  const first = rankOnce({ input, weights, reach, work: MOST_WORK }, input.observations);
  const left = leftOver(input.observations, first.ranked[0]);
  const second =
    left.length === 0
      ? undefined
      : rankOnce({ input, weights, reach, work: MOST_WORK_AGAIN }, withoutExplained(input, left));
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
    rejected: rejectSuspects({ ...input, weights, shown }),
    notWalked: first.notWalked,
    weights: weights.version,
  };
}

interface RankedOnce {
  readonly ranked: readonly ScoredFault[];
  readonly notWalked: number;
}

interface Ranking {
  readonly input: TriageInput;
  readonly weights: TriageWeights;
  /** Of all that was observed. */
  readonly reach: ObservedReach;
  readonly work: number;
}

function rankOnce(
  { input, weights, reach, work }: Ranking,
  observations: readonly Observation[],
): RankedOnce {
  const scoring: ScoreInput = { ...input, weights, observations };
  const candidates = findSuspects({
    ...input,
    weights,
    observations,
    observed: input.observations,
    reach,
    priorOf: (relation) => priorOf(input, weights, relation),
  });
  const budget = { work };
  const ranked: ScoredFault[] = [];
  let notWalked = 0;
  for (const candidate of candidates) {
    if (budget.work <= 0) notWalked++;
    else if (isWorthAWalk(candidate, ranked)) {
      const [best] = scoreCandidate(scoring, candidate, budget);
      if (best !== undefined && best.evidence.explains.length > 0) insert(ranked, best);
    }
  }
  return { ranked, notWalked };
}

/** Not when even the best outcome would leave it behind everything that is shown. */
function isWorthAWalk({ bound, guess }: Candidate, ranked: readonly ScoredFault[]): boolean {
  const last = ranked[MOST_SUSPECTS - 1];
  return last === undefined || Math.min(bound, guess + BETTER_THAN_GUESSED) >= last.score;
}

function insert(ranked: ScoredFault[], scored: ScoredFault): void {
  const at = ranked.findIndex((other) => compare(scored, other) < 0);
  ranked.splice(at < 0 ? ranked.length : at, 0, scored);
}

/** By score; what cannot be told apart: what changed, then what stands nearest to the symptoms, then the name. */
function compare(a: ScoredFault, b: ScoredFault): number {
  return (
    b.score - a.score ||
    meanHops(a) - meanHops(b) ||
    (a.candidate.asset.name < b.candidate.asset.name ? -1 : 1)
  );
}

function meanHops({ evidence: { explains, hops } }: ScoredFault): number {
  const all = explains.map((at) => hops[at] ?? 0);
  return all.reduce((sum, hop) => sum + hop, 0) / Math.max(1, all.length);
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
