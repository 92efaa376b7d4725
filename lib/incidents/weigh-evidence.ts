import type { Snapshot } from "#lib/graph/snapshot.ts";
import { BlastIndex } from "#lib/impact/blast-index.ts";
import { LANES, type Lane, laneAt, levelIn } from "#lib/impact/effects.ts";
import { DEFAULT_POLICY } from "#lib/impact/policy.ts";
import { propagate } from "#lib/impact/propagate.ts";
import { judge } from "#lib/impact/verdict.ts";
import { chanceToBeTold } from "./chance-to-be-told.ts";
import { makesFinding } from "./finding.ts";
import { isPassedOn } from "./is-passed-on.ts";
import { isError, type Observation, type Showing } from "./observation.ts";
import type { SupposedFault } from "./suppose-faults.ts";
import type { TriageWeights } from "./triage-weights.ts";
import { isHarmlessWhereMade } from "./weigh-kind.ts";
import { weighSpared } from "./weigh-spared.ts";

/** What one supposed fault makes of all observations. */
export interface Evidence {
  /** Nats for broken things that the fault explains. */
  readonly symptoms: number;
  /** Nats, at most 0: healthy things that it should have broken, all together. */
  readonly healthy: number;
  /** Places in the list of observations. */
  readonly explains: readonly number[];
  readonly contradicted: readonly number[];
  /** By place in the list of observations; 0 where it is not reached. */
  readonly hops: readonly number[];
  /** By place in the list of observations: that the fault makes it look broken. */
  readonly chances: readonly number[];
  /** What the walk cost: a step for each column that it came to, three for each relation. */
  readonly steps: number;
}

export interface EvidenceInput {
  readonly snapshot: Snapshot;
  readonly observations: readonly Observation[];
  readonly weights: TriageWeights;
  readonly fault: SupposedFault;
  /** By place: the chance that another cause, found before, makes it look broken. */
  readonly explainedBefore?: readonly number[];
}

/** From here on an observation counts as explained or contradicted; below, the effect is as good as absorbed. */
const TELLS = 0.1;

/** Whether a chance to look broken explains that it does. */
export const isExplained = (chance: number | undefined): boolean =>
  chance !== undefined && chance >= TELLS;

/**
 * Walks the fault through the graph and asks of each observation how likely it would look as it does: against a false alarm, or
 * against the cause that was found before. What that one breaks anyway says little of this one.
 */
export function weighEvidence({
  snapshot,
  observations,
  weights,
  fault,
  explainedBefore,
}: EvidenceInput): Evidence {
  const index = new BlastIndex(propagate({ snapshot, seeds: fault.seeds }));
  let symptoms = 0;
  let healthy = 0;
  const explains: number[] = [];
  const contradicted: number[] = [];
  const hops: number[] = [];
  const chances: number[] = [];
  observations.forEach((observation, at) => {
    const chance = chanceToShow({ index, observation, weights, fault });
    hops.push(index.placeOf(observation.relation) < 0 ? 0 : index.hopsOf(observation.relation));
    chances.push(chance);
    const falseAlarm = falseAlarmOf(observation, weights);
    if (chance <= falseAlarm) return;
    if (observation.isBroken) {
      const before = explainedBefore?.[at];
      symptoms += gainOf(chance, before, falseAlarm);
      if (isExplained(chance) && !isExplained(before)) explains.push(at);
    } else {
      healthy += Math.log((1 - chance) / (1 - falseAlarm));
      if (isExplained(chance)) contradicted.push(at);
    }
  });
  const steps = 3 * index.blast.relations.length + index.blast.columns.length;
  if (explains.some((at) => isBehindFailure(index, observations[at])))
    symptoms += Math.log(weights.shows.passedOn);
  return {
    symptoms,
    healthy: weighSpared(healthy, weights),
    explains,
    contradicted,
    hops,
    chances,
    steps,
  };
}

/** What is built in order stops at the first failure. Where one thing is asked all the same, others are too: it counts once. */
const isBehindFailure = (index: BlastIndex, observation: Observation | undefined): boolean =>
  observation?.shows === "fails" &&
  observation.reasons === undefined &&
  isPassedOn(index.blast.snapshot, index, observation.relation);

/** A check on values sometimes cries wolf; an error and an age hardly ever do. */
const falseAlarmOf = (observation: Observation, weights: TriageWeights): number =>
  isError(observation) ? weights.falseError : weights.falseAlarm;

/** Nats: how much likelier it is to look broken with this fault than without it. */
function gainOf(chance: number, before: number | undefined, falseAlarm: number): number {
  if (before === undefined || before <= falseAlarm) return Math.log(chance / falseAlarm);
  return Math.log((1 - (1 - chance) * (1 - before)) / before);
}

interface ChanceInput {
  readonly index: BlastIndex;
  readonly observation: Observation;
  readonly weights: TriageWeights;
  readonly fault: SupposedFault;
}

/** The chance that the observed thing is seen to be broken (in the way it was), given the fault. */
function chanceToShow(input: ChanceInput): number {
  const { index, observation, weights } = input;
  const { shows, reasons } = observation;
  if (shows === "gone" || shows === "unfit")
    return chanceToBeTold({ index, reason: { ...observation, shows }, weights });
  const told = (reasons ?? []).map((reason) => chanceToBeTold({ index, reason, weights }));
  return Math.max(foreseen(input), ...told);
}

function foreseen({ index, observation, weights, fault }: ChanceInput): number {
  const { relation, column } = observation;
  if (relation === fault.relation) return chanceAtSource(observation, fault, weights);
  if (index.placeOf(relation) < 0) return 0;
  const columns = column === undefined ? index.joined(relation) : index.column(column);
  const [worst] = judge(
    { run: index.run(relation), rows: index.rows(relation), columns },
    DEFAULT_POLICY,
  );
  if (worst === undefined || worst.verdict === "unaffected") return weights.shows.absorbed;
  if (worst.verdict === "unknown") return weights.shows.unknown;
  const sure = weights.certainty[worst.certainty ?? "possible"];
  if (worst.verdict === "breaks_loudly")
    return sure * chanceToFail({ index, observation, weights, fault });
  if (worst.verdict === "breaks_silently") {
    const lanes = (): readonly Lane[] => {
      const rows = index.rows(relation);
      return LANES.filter((_, lane) => levelIn(columns, lane) > 0 || levelIn(rows, lane) > 0);
    };
    const fitting = fits(observation.shows, "wrong") * fitsFinding(observation, fault, lanes);
    return weights.shows.silent * sure * fitting;
  }
  const isStale = worst.reason?.slot === "run";
  return isStale
    ? weights.shows.stale * sure * fits(observation.shows, "stale")
    : weights.shows.relabelled * sure;
}

/** Behind a failure things fail that are asked all the same, or stay as old as they are. */
function chanceToFail({ index, observation: { relation, shows }, weights }: ChanceInput): number {
  const failing = weights.shows.loud * fits(shows, "fails");
  if (shows !== "stale" || !isPassedOn(index.blast.snapshot, index, relation)) return failing;
  return weights.shows.stale;
}

const MISFIT = 0.3;

/** A symptom that shows itself in another way than the fault would is weak evidence for it, but not none. */
const fits = (shown: Showing | undefined, foreseen: Showing): number =>
  shown === undefined || shown === foreseen ? 1 : MISFIT;

/** So is one that a check of another kind would have found. Mostly nobody says which check it was: no effect is listed then. */
const fitsFinding = (
  { found, column }: Observation,
  fault: SupposedFault,
  lanes: () => readonly Lane[],
): number => {
  // Of an asset only some columns are supposed to be wrong: where nobody says which one is, the whole stands for the others.
  const standsForAny =
    column === undefined && fault.column === undefined && fault.logged === undefined;
  return found === undefined || standsForAny || makesFinding(found, lanes()) ? 1 : MISFIT;
};

/** Where the fault is, what is looked at is the fault itself: for another column of the same asset it is not. */
function chanceAtSource(
  observation: Observation,
  fault: SupposedFault,
  weights: TriageWeights,
): number {
  const { column, shows } = observation;
  if (fault.seeds.length === 0) return 0;
  const isElsewhere = column !== undefined && fault.column !== undefined && column !== fault.column;
  if (isElsewhere || (fault.kind !== "run_fails" && isHarmlessWhereMade(fault.kind)))
    return weights.shows.absorbed;
  const foreseen = SHOWN_AT_SOURCE[fault.kind];
  const lanes = () => fault.seeds.map(({ lane }) => laneAt(lane));
  const fitting = foreseen === undefined ? 1 : fits(shows, foreseen);
  return weights.shows.silent * fitting * fitsFinding(observation, fault, lanes);
}

/** How a fault looks at the asset that has it; of what is not here, anything may be seen. */
const SHOWN_AT_SOURCE: Partial<Record<SupposedFault["kind"], Showing>> = {
  became_mostly_null: "wrong",
  unit_or_meaning_changed: "wrong",
  row_count_drop: "wrong",
  late_freshness: "stale",
  run_fails: "fails",
};
