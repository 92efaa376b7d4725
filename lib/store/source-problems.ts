import type { LineageBatch, SourceInfo } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";

/** The collection in which a store keeps each source's problems, keyed by source id; written together with the batch. */
export const PROBLEMS_COLLECTION = "problems";

export interface SourceProblems {
  readonly source: SourceInfo;
  readonly problems: readonly Problem[];
}

/** Events come one by one and may each add problems: more than this many are not kept of one source. */
const MOST_KEPT = 1000;

/**
 * The record after a batch: a complete batch replaces the source's problems, any other adds those that are new. Gives
 * undefined where nothing changes.
 */
export function nextSourceProblems(
  known: SourceProblems | undefined,
  batch: LineageBatch,
): SourceProblems | undefined {
  const problems = batch.complete
    ? batch.problems
    : addProblems(known?.problems ?? [], batch.problems);
  const next: SourceProblems = { source: batch.source, problems };
  return JSON.stringify(next) === JSON.stringify(known) ? undefined : next;
}

function addProblems(known: readonly Problem[], more: readonly Problem[]): readonly Problem[] {
  const all = new Map([...known, ...more].map((problem) => [JSON.stringify(problem), problem]));
  return [...all.values()].slice(-MOST_KEPT);
}
