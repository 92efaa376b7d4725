import type { Snapshot } from "#lib/graph/snapshot.ts";
import { type TypeFamily, typeFamily } from "./classify-type.ts";
import { maskOf, REACHED } from "./effects.ts";
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
  /** The type that it has. */
  readonly oldType: string | undefined;
}

/** All that a change of a type alone brings along. */
const OF_TYPES = maskOf([
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_LOSSY",
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
  "VALUE",
  "NULLS",
]);

/** What DuckDB unites with a text; it refuses lists, structs, JSON and UUIDs. */
const WRITTEN_AS_TEXT: ReadonlySet<TypeFamily> = new Set<TypeFamily>([
  "text",
  "integer",
  "decimal",
  "float",
  "boolean",
  "date",
  "timestamp",
  "time",
]);

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
      if (run !== 0 && !this.#takes(outcomes, use, target)) states.raiseRun(~target, run);
      return;
    }
    const relation = newColumns.relationOf(target);
    const column = this.#columnFrom(entry, { outcomes, use, target });
    if (column !== 0) states.raiseColumn(target, relation, column);
    if (rows !== 0) states.raiseRows(relation, rows);
    if (run !== 0 && !this.#takes(outcomes, use, target)) states.raiseRun(relation, run);
  }

  /** Whether nothing but types differ, and the engine takes the new one here all the same. */
  #takes({ state }: Outcomes, use: number, target: number): boolean {
    const { snapshot, machine } = this.#given;
    const edge = snapshot.uses[use];
    // Bytes are compared with a word as a text is.
    const comparesBytes = this.#newType === "binary" && edge?.literals !== undefined;
    if (this.#newType === undefined || (edge?.mixes === undefined && !comparesBytes)) return false;
    const { lo, hi } = machine.states.wordsOf(state);
    if (((lo & ~OF_TYPES.lo) | (hi & ~OF_TYPES.hi & ~REACHED)) !== 0) return false;
    return comparesBytes || this.#unites(this.#newType, target);
  }

  /** Whether one part of a set operation is a text, in which the engine holds the other. */
  #unites(newType: TypeFamily, target: number): boolean {
    const { snapshot } = this.#given;
    const known = typeFamily(snapshot.types[snapshot.columnType[target] ?? 0] ?? "");
    const [one, other] = newType === "text" ? [newType, known] : [known, newType];
    return one === "text" && WRITTEN_AS_TEXT.has(other);
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
    const step = { from: this.#given.oldType, to: this.#newType };
    if (!makesTypeStop(snapshot, { column: target, use, step })) return column;
    const left = machine.states.keep(column, NOT_SAME_VALUES);
    const { lo, hi } = machine.states.wordsOf(left);
    return outcomes.reached || (lo | hi) !== 0 ? left : 0;
  }
}
