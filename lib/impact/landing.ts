import type { Snapshot } from "#lib/graph/snapshot.ts";
import { type TypeFamily, typeFamily } from "./classify-type.ts";
import type { Machine } from "./machine.ts";
import type { NewColumns } from "./new-columns.ts";
import type { States } from "./states.ts";
import { columnOf, ENTRY, type Outcomes } from "./transfer.ts";
import { makesTypeStop, SAME_VALUES } from "./type-stops.ts";

interface LandingInput {
  readonly snapshot: Snapshot;
  readonly machine: Machine;
  readonly states: States;
  readonly newColumns: NewColumns;
  /** The type that a column gets, where that is the only change of a type. */
  readonly newType: string | undefined;
}

const NOT_SAME_VALUES = { lo: ~SAME_VALUES.lo, hi: ~SAME_VALUES.hi };

/** Puts what a use makes of a state at the end of an edge: a column, or a whole relation. */
export class Landing {
  /** Bits of an entry that say: more than the column's state is to be seen to. */
  readonly lookCloser: number;
  readonly #given: LandingInput;
  readonly #newType: TypeFamily | undefined;

  constructor(given: LandingInput) {
    this.#given = given;
    this.#newType = given.newType === undefined ? undefined : typeFamily(given.newType);
    this.lookCloser = ENTRY.beside | (this.#newType === undefined ? 0 : ENTRY.sameValues);
  }

  /** `target` is a column (perhaps a new one), or `~relation`. */
  land(outcomes: Outcomes, use: number, target: number): void {
    const { machine, states, newColumns } = this.#given;
    const entry = machine.edges.entry(outcomes, use);
    const rows = outcomes.beside[2 * use] ?? 0;
    const run = outcomes.beside[2 * use + 1] ?? 0;
    if (target < 0) {
      const brought = machine.states.join(columnOf(entry), rows);
      if (brought !== 0) states.raiseRows(~target, brought);
      states.raiseRun(~target, run);
      return;
    }
    const relation = newColumns.relationOf(target);
    const column = this.#columnFrom(entry, { outcomes, use, target });
    if (column !== 0) states.raiseColumn(target, relation, column);
    if (rows !== 0) states.raiseRows(relation, rows);
    states.raiseRun(relation, run);
  }

  #columnFrom(
    entry: number,
    {
      outcomes,
      use,
      target,
    }: { readonly outcomes: Outcomes; readonly use: number; readonly target: number },
  ): number {
    const column = columnOf(entry);
    if ((entry & this.lookCloser & ENTRY.sameValues) === 0 || this.#newType === undefined)
      return column;
    const { snapshot, machine } = this.#given;
    if (!makesTypeStop(snapshot, { column: target, use, family: this.#newType })) return column;
    const left = machine.states.keep(column, NOT_SAME_VALUES);
    const { lo, hi } = machine.states.wordsOf(left);
    return outcomes.reached || (lo | hi) !== 0 ? left : 0;
  }
}
