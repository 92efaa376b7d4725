import { compareText } from "#lib/kit/compare-text.ts";
import {
  type Candidate,
  describeCandidate,
  type FindInput,
  findSuspects,
  maskObserved,
  type ObservedMasks,
  tellingColumns,
} from "./find-suspects.ts";
import { guessFaults, type WideIdea } from "./guess-faults.ts";
import {
  type BestFault,
  better,
  type ScoredFault,
  type ScoreInput,
  scoreIdea,
  scoreLogged,
  type WalkBudget,
} from "./score-candidate.ts";

export interface RankedOnce {
  readonly ranked: readonly ScoredFault[];
  /** Assets upstream that were not looked at because the budget was spent. */
  readonly notWalked: number;
  /** The symptoms, as bits. */
  readonly broken: Int32Array;
}

export interface Ranking {
  readonly finding: FindInput;
  readonly scoring: ScoreInput;
  /** How many suspects are wanted. */
  readonly most: number;
  /** Of walks of narrow faults; wide ones have as many again. */
  readonly steps: number;
}

/** Nats by which a walk may find a suspect better than plain reach guessed: a path absorbs what healthy ones stand below. */
const BETTER_THAN_GUESSED = 4;

/**
 * Suspects in order. First of every candidate what is logged and what wrong values of its columns would do, which are short
 * walks; then the faults that run wide, the most promising first, as far as they may still change what is shown.
 */
export function rankOnce({ finding, scoring, most, steps }: Ranking): RankedOnce {
  const masks = maskObserved(finding);
  const board = new Board(most);
  const narrow = walkNarrow({ finding, scoring, masks, board, budget: { steps } });
  walkWide({ scoring, board, budget: { steps }, wide: narrow.wide });
  return { ranked: board.ranked(), notWalked: narrow.notWalked, broken: masks.broken };
}

interface Walk {
  readonly scoring: ScoreInput;
  readonly board: Board;
  readonly budget: WalkBudget;
}

interface WideWalk {
  readonly candidate: Candidate;
  readonly idea: WideIdea;
}

function walkNarrow({
  finding,
  scoring,
  masks,
  board,
  budget,
}: Walk & { readonly finding: FindInput; readonly masks: ObservedMasks }): {
  readonly wide: WideWalk[];
  readonly notWalked: number;
} {
  const wide: WideWalk[] = [];
  let notWalked = 0;
  for (const possible of findSuspects(finding, masks)) {
    const best = Math.min(possible.bound, possible.guess + BETTER_THAN_GUESSED);
    if (budget.steps <= 0) notWalked++;
    else if (best >= board.atLeast()) {
      const candidate = describeCandidate(finding, possible);
      if (candidate === undefined) continue;
      const columns = tellingColumns(finding, masks, possible.relation);
      const ideas = guessFaults(finding, masks, { relation: possible.relation, columns });
      wide.push(...ideas.wide.map((idea) => ({ candidate, idea })));
      board.put(scoreLogged({ scoring, candidate, budget }));
      for (const idea of ideas.narrow) board.put(scoreIdea({ scoring, candidate, budget }, idea));
    }
  }
  return { wide, notWalked };
}

function walkWide({
  scoring,
  board,
  budget,
  wide,
}: Walk & { readonly wide: readonly WideWalk[] }): void {
  const ordered = [...wide].sort((a, b) => b.idea.guess - a.idea.guess);
  for (const { candidate, idea } of ordered) {
    if (budget.steps <= 0) return;
    const needed = Math.max(board.atLeast(), board.scoreOf(candidate.relation));
    if (idea.guess + BETTER_THAN_GUESSED >= needed)
      board.put(scoreIdea({ scoring, candidate, budget }, idea));
  }
}

/** The best fault of each candidate, and what a further one must have to be among the first. */
class Board {
  readonly #most: number;
  readonly #best = new Map<number, BestFault>();
  #first: BestFault[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  put(fault: BestFault | undefined): void {
    if (fault === undefined) return;
    const { relation } = fault.candidate;
    const before = this.#best.get(relation);
    const best = better(before, fault);
    if (best === undefined || best === before) return;
    this.#best.set(relation, best);
    if (!isWorthShowing(best) && (before === undefined || !isWorthShowing(before))) return;
    this.#first = this.#first.filter(({ candidate }) => candidate.relation !== relation);
    if (isWorthShowing(best)) this.#first.push(best);
    this.#first = this.#first.sort(compare).slice(0, this.#most);
  }

  scoreOf(relation: number): number {
    return this.#best.get(relation)?.score ?? -Infinity;
  }

  /** Nats; what has less is not shown. */
  atLeast(): number {
    return this.#first[this.#most - 1]?.score ?? -Infinity;
  }

  ranked(): readonly ScoredFault[] {
    return this.#first;
  }
}

/** A change that is known and stands above what is broken stays a suspect where nothing is foreseen: what is foreseen may be wrong. */
const isWorthShowing = ({ evidence, logged }: BestFault): boolean =>
  evidence.explains.length > 0 || (logged !== undefined && evidence.symptoms > 0);

/** By score; what has the same: what stands nearest to the symptoms, then the name, then the id of which there is only one. */
function compare(a: ScoredFault, b: ScoredFault): number {
  return (
    b.score - a.score ||
    meanHops(a) - meanHops(b) ||
    compareText(a.candidate.asset.name, b.candidate.asset.name) ||
    compareText(a.candidate.asset.id, b.candidate.asset.id)
  );
}

function meanHops({ evidence: { explains, hops } }: ScoredFault): number {
  const all = explains.map((at) => hops[at] ?? 0);
  return all.reduce((sum, hop) => sum + hop, 0) / Math.max(1, all.length);
}
