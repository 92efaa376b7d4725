import type { Snapshot } from "#lib/graph/snapshot.ts";
import { rulesFor } from "./compile-rules.ts";
import { hiBits, laneNumber } from "./effects.ts";
import { type Ignored, TEXTS_CHANGED } from "./ignored.ts";
import { Leaving } from "./leaving.ts";
import { passRun } from "./pass-run.ts";
import type { CompiledRules } from "./rules-beside.ts";
import { MOST_NARROW } from "./scratch.ts";
import { StateTable } from "./state-table.ts";
import { Transfer } from "./transfer.ts";

/** So that a question finds numbers enough for its own states: with more than this, all that was kept is forgotten before it. */
const MOST_STATES = MOST_NARROW / 2;
const AMBIGUOUS_BITS = hiBits(laneNumber("AMBIGUOUS"), 3);
const UNKNOWN_YET = -1;

/** The rules of one snapshot with all that was worked out by them so far: kept from question to question. */
export class Machine {
  readonly rules: CompiledRules;
  readonly states = new StateTable();
  /** By use. */
  readonly edges: Transfer;
  /** By the way in which rows are read. */
  readonly rowSets: Transfer;
  /** Two by state of a run: what a reader's run gets of a table, and of what keeps no data. */
  readonly #passed: number[] = [];
  readonly #stored: number[] = [];
  readonly #leavings = new Map<number, Leaving>();

  constructor(snapshot: Snapshot, ignored?: Ignored) {
    this.rules = rulesFor(snapshot, ignored);
    this.edges = new Transfer(this.rules.consequences, this.states);
    this.rowSets = new Transfer(this.rules.rowSets, this.states);
  }

  /** What a reader's run gets from a run in this state. */
  passedRun(state: number, isError: boolean): number {
    if (state === 0) return 0;
    const at = 2 * state + (isError ? 1 : 0);
    while (this.#passed.length <= at) this.#passed.push(UNKNOWN_YET);
    const known = this.#passed[at] ?? UNKNOWN_YET;
    if (known !== UNKNOWN_YET) return known;
    const hi = passRun(this.states.wordsOf(state).hi, isError);
    const made = this.states.numberOf({ lo: 0, hi }, false);
    this.#passed[at] = made;
    return made;
  }

  /** What leaves the columns of a relation whose rows are in this state (not as those of a node that is reached). */
  leaving(rows: number, isStored: boolean): Leaving {
    const key = 2 * rows + (isStored ? 1 : 0);
    let known = this.#leavings.get(key);
    if (known === undefined) {
      known = new Leaving((own) => {
        const state = isStored ? this.storedColumn(own) : own;
        return this.edges.of(this.states.join(state, rows));
      }, this.edges.none);
      this.#leavings.set(key, known);
    }
    return known;
  }

  /** A stored table has each name once, whatever happened inside its query: its readers meet no ambiguity. */
  storedColumn(state: number): number {
    const known = this.#stored[state];
    if (known !== undefined) return known;
    while (this.#stored.length <= state) {
      const next = this.#stored.length;
      this.#stored.push(this.states.keep(next, { lo: ~0, hi: ~AMBIGUOUS_BITS }));
    }
    return this.#stored[state] ?? state;
  }
}

type Kept = WeakMap<Snapshot, Machine>;

const plain: Kept = new WeakMap();
const kept: ReadonlyMap<Ignored, Kept> = new Map<Ignored, Kept>(
  Object.values(TEXTS_CHANGED).map((ignored) => [ignored, new WeakMap()]),
);

/** What was worked out for one value is not kept: the next question has another one. */
export function machineFor(snapshot: Snapshot, ignored?: Ignored): Machine {
  const machines = ignored === undefined ? plain : kept.get(ignored);
  if (machines === undefined) return new Machine(snapshot, ignored);
  const known = machines.get(snapshot);
  if (known !== undefined && known.states.size < MOST_STATES) return known;
  const made = new Machine(snapshot, ignored);
  machines.set(snapshot, made);
  return made;
}
