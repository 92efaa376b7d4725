import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import { CHANGE_WORDS } from "#lib/impact/change-words.ts";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { ageOf } from "./age-of-change.ts";
import { CLOCK_SLACK_HOURS } from "./clock-slack.ts";
import type { Candidate } from "./find-suspects.ts";
import type { Observation } from "./observation.ts";
import {
  type FaultIdea,
  type SupposedFault,
  supposeFault,
  supposeLogged,
} from "./suppose-faults.ts";
import type { LoggedChange, SuspectTerm } from "./suspect.ts";
import type { TriageWeights } from "./triage-weights.ts";
import { type Evidence, isExplained, weighEvidence } from "./weigh-evidence.ts";
import { weighKind } from "./weigh-kind.ts";

export interface ScoreInput {
  readonly snapshot: Snapshot;
  readonly graph: MergedGraph;
  readonly observations: readonly Observation[];
  readonly weights: TriageWeights;
  /** ISO 8601. */
  readonly now: string;
  /** By place in the list of observations: the chance that a cause found before makes it look broken. */
  readonly explainedBefore?: readonly number[];
}

/** One fault that a candidate may have, with what speaks for and against it. */
export interface ScoredFault {
  readonly candidate: Candidate;
  readonly fault: SupposedFault;
  readonly evidence: Evidence;
  readonly terms: readonly SuspectTerm[];
  readonly score: number;
  /** What the evidence's numbers point to. */
  readonly observations: readonly Observation[];
  readonly logged?: LoggedChange;
}

/** What a walk costs that comes to nothing. */
const STEPS_OF_A_WALK = 100;
/** The log names another change than the one that is supposed: it was something that was not written down. */
const GUESS_DESPITE_LOG = -1;

/** What may still be walked for one question, in steps of about the same cost. */
export interface WalkBudget {
  steps: number;
}

/** A candidate's best fault so far, with its place among all that it may have. */
export interface BestFault extends ScoredFault {
  readonly order: number;
}

export interface WalkInput {
  readonly scoring: ScoreInput;
  readonly candidate: Candidate;
  readonly budget: WalkBudget;
}

/** What the log says happened at a candidate, as far as it can have caused anything: the fault that explains most. */
export function scoreLogged({ scoring, candidate, budget }: WalkInput): BestFault | undefined {
  const inTime = changesInTime(scoring, candidate);
  let best: BestFault | undefined;
  inTime.forEach((change, at) => {
    const fault = supposeLogged(placeOf(scoring, candidate), change);
    best = better(best, walk({ scoring, candidate, budget }, { fault, order: at - inTime.length }));
  });
  return best;
}

/** One more idea of what may have happened there. */
export function scoreIdea(input: WalkInput, idea: FaultIdea): BestFault | undefined {
  const fault = supposeFault(placeOf(input.scoring, input.candidate), idea);
  return walk(input, { fault, order: idea.order });
}

/** Of faults that explain the same, the one that is named first. */
export function better(
  one: BestFault | undefined,
  other: BestFault | undefined,
): BestFault | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.score !== other.score) return one.score > other.score ? one : other;
  return one.order < other.order ? one : other;
}

const placeOf = (scoring: ScoreInput, { asset, relation }: Candidate) => ({
  ...scoring,
  asset,
  relation,
});

const changesInTime = ({ observations }: ScoreInput, { changes }: Candidate) =>
  changes.filter((change) => !isAfterAll(observations, change));

function walk(
  { scoring, candidate, budget }: WalkInput,
  { fault, order }: { readonly fault: SupposedFault | undefined; readonly order: number },
): BestFault | undefined {
  if (fault === undefined || budget.steps <= 0) return undefined;
  const one = scoreFault(scoring, {
    candidate,
    fault,
    inTime: changesInTime(scoring, candidate),
  });
  budget.steps -= one.evidence.steps + STEPS_OF_A_WALK;
  return { ...one, order };
}

function scoreFault(
  input: ScoreInput,
  {
    candidate,
    fault,
    inTime,
  }: {
    readonly candidate: Candidate;
    readonly fault: SupposedFault;
    readonly inTime: readonly LoggedChange[];
  },
): ScoredFault {
  const evidence = weighEvidence({ ...input, fault });
  const logged = fault.logged ?? nearestLogged(inTime, fault);
  const terms = [
    ...evidenceTerms(input, evidence),
    logged === undefined ? quietTerm(input.weights, candidate) : changeTerm(input, logged, fault),
    ...stateTerms(input.weights, candidate),
  ];
  const score = round(terms.reduce((sum, { value }) => sum + value, 0));
  return {
    candidate,
    fault,
    evidence,
    terms,
    score,
    observations: input.observations,
    ...(logged === undefined ? {} : { logged }),
  };
}

/** A deployment of which nothing else is known may have been anything; a logged column change is about that column. */
const nearestLogged = (
  changes: readonly LoggedChange[],
  fault: SupposedFault,
): LoggedChange | undefined =>
  changes.find(
    ({ column }) =>
      column === undefined || column.toLowerCase() === fault.columnName?.toLowerCase(),
  );

function evidenceTerms(
  { observations, explainedBefore }: ScoreInput,
  { symptoms, healthy, explains, contradicted }: Evidence,
): SuspectTerm[] {
  const all = observations.filter(
    ({ isBroken }, at) => isBroken && !isExplained(explainedBefore?.[at]),
  ).length;
  const text =
    explains.length === 0 && symptoms > 0
      ? "stands above what is broken, though no effect there is foreseen"
      : `explains ${explains.length} of ${all}`;
  const found = [term("symptoms", symptoms, text)];
  if (healthy < -0.05) {
    const text =
      contradicted.length === 0
        ? "healthy ones stand below it"
        : `${contradicted.length} that it should have broken ${contradicted.length === 1 ? "is" : "are"} healthy`;
    found.push(term("healthy", healthy, text));
  }
  return found;
}

function changeTerm(
  { weights, now }: ScoreInput,
  logged: LoggedChange,
  fault: SupposedFault,
): SuspectTerm {
  const age = ageOf(logged, now);
  const { recent, fadesInHours, floor, unknownAgeHours } = weights.change;
  const fresh =
    recent + Math.log(Math.max(Math.exp(-(age ?? unknownAgeHours) / fadesInHours), floor));
  const kind = logged.change?.kind;
  const doubt = fault.logged === undefined && kind !== undefined ? GUESS_DESPITE_LOG : 0;
  const what = kind === undefined ? "deployed" : CHANGE_WORDS[kind];
  return term("change", fresh + weighKind(kind) - 0.5 + doubt, `${what}${sayAge(age)}`);
}

function sayAge(hours: number | undefined): string {
  if (hours === undefined) return ", time unknown";
  if (hours < 1) return `, ${Math.round(hours * 60)} min ago`;
  return hours < 48 ? `, ${Math.round(hours)} h ago` : `, ${Math.round(hours / 24)} days ago`;
}

const quietTerm = (weights: TriageWeights, { isOutside }: Candidate): SuspectTerm =>
  isOutside
    ? term(
        "no_change",
        weights.noChangeOutside,
        "no change of it is known; it is filled from outside, where no log reaches",
      )
    : term("no_change", weights.noChange, "no change of it is known");

function stateTerms(weights: TriageWeights, { failedRun, ownState }: Candidate): SuspectTerm[] {
  const terms: SuspectTerm[] = [];
  if (failedRun !== undefined)
    terms.push(term("failed_run", weights.failedRun, "its last run failed"));
  if (ownState === "healthy")
    terms.push(term("own_checks", weights.seenHealthy, "was seen healthy itself"));
  return terms;
}

/** It came after everything was broken already, by more than clocks disagree. */
export function isAfterAll(observations: readonly Observation[], { at }: LoggedChange): boolean {
  const changed = at === undefined ? undefined : hoursSinceEpoch(at);
  if (changed === undefined) return false;
  const began = observations.flatMap(({ isBroken, since }) =>
    isBroken ? [since === undefined ? undefined : hoursSinceEpoch(since)] : [],
  );
  return (
    began.length > 0 &&
    began.every((since) => since !== undefined && changed > since + CLOCK_SLACK_HOURS)
  );
}

const term = (name: SuspectTerm["term"], value: number, text: string): SuspectTerm => ({
  term: name,
  value: round(value),
  text,
});

const round = (value: number): number => Math.round(value * 100) / 100;
