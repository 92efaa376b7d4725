import { edgeRelation, edgesFrom, type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import { hiBits, laneNumber, loBits, maskOf } from "./effects.ts";
import type { Landing } from "./landing.ts";
import type { Machine } from "./machine.ts";
import type { NewColumns } from "./new-columns.ts";
import { type Scratch, statePlace } from "./scratch.ts";
import type { States } from "./states.ts";

interface ReadPusherInput {
  readonly snapshot: Snapshot;
  readonly machine: Machine;
  readonly scratch: Scratch;
  readonly states: States;
  readonly newColumns: NewColumns;
  readonly landing: Landing;
}

const NEW_MASK = maskOf(["NEW", "NEW_COLLIDES", "NEW_NAME"]);
const AMBIGUOUS = { lo: 0, hi: hiBits(laneNumber("AMBIGUOUS"), 3) };
const COLLIDES = laneNumber("NEW_COLLIDES");
const NATURAL_COLLISION = { lo: loBits(COLLIDES, 3), hi: hiBits(COLLIDES, 3) };
/** Effects that a row set has itself; its other lanes mean "every column of it". */
const ROW_LANES = maskOf(["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "REGROUPED", "THINNED"]);

/** Hands on what is wrong with a relation over the reads of it as a whole, and the columns that are new in it. */
export class ReadPusher {
  readonly #given: ReadPusherInput;

  constructor(given: ReadPusherInput) {
    this.#given = given;
  }

  push(relation: number): void {
    const { readStart } = this.#given.snapshot;
    const last = readStart[relation + 1] ?? 0;
    for (let read = readStart[relation] ?? 0; read < last; read++) this.#pushRead(relation, read);
  }

  #pushRead(relation: number, read: number): void {
    const { snapshot, machine, scratch, newColumns, landing } = this.#given;
    const use = snapshot.readUse[read] ?? 0;
    const target = snapshot.readTarget[read] ?? 0;
    const kind = machine.rules.readKinds[use];
    if (kind === "newColumns" || kind === "everyColumn") {
      this.#pushNewColumns({ relation, use, target, every: kind === "everyColumn" });
    }
    let state = scratch.rows[relation] ?? 0;
    if (kind === "grain" || kind === "part") {
      for (const column of newColumns.reachedIn(relation))
        state = machine.states.join(state, scratch.columns[statePlace(snapshot, column)] ?? 0);
    } else if (kind !== "rows") {
      state = machine.states.unreached(machine.states.keep(state, ROW_LANES));
    }
    if (state !== 0) landing.land(machine.edges.of(state), use, target);
  }

  /** Columns that a reader of all columns takes without naming them. */
  #pushNewColumns({
    relation,
    use,
    target,
    every,
  }: {
    relation: number;
    use: number;
    target: number;
    every: boolean;
  }): void {
    const { snapshot, machine, scratch, newColumns, landing } = this.#given;
    const to = target < 0 ? ~target : (snapshot.columnRelation[target] ?? 0);
    const own = snapshot.uses[use]?.use;
    for (const column of newColumns.reachedIn(relation)) {
      let state = scratch.columns[statePlace(snapshot, column)] ?? 0;
      const { lo, hi } = machine.states.wordsOf(state);
      const isNew = ((lo & NEW_MASK.lo) | (hi & NEW_MASK.hi)) !== 0;
      if ((!every && !isNew) || this.#hasOwnEdge(column, to, use)) continue;
      if (own === "NATURAL_JOIN") {
        if (!newColumns.collides(column, { from: relation, to })) continue;
        state = machine.states.join(state, machine.states.numberOf(NATURAL_COLLISION, true));
      }
      if (own === "STAR" && isNew && this.#meetsNamesake(column, to)) continue;
      const name = newColumns.nameOf(column);
      const end =
        own === "STAR" ? newColumns.require({ relation: to, name, from: column }) : target;
      landing.land(machine.edges.of(state), use, end);
    }
  }

  /** A star that brings a second column of a name: whoever names it next cannot say which is meant. */
  #meetsNamesake(column: number, to: number): boolean {
    const { snapshot, machine, states, newColumns } = this.#given;
    const known = newColumns.ownColumn(to, newColumns.nameOf(column));
    if (known < 0) return false;
    if (((snapshot.traits[to] ?? 0) & TRAIT.inner) !== 0) {
      states.raiseColumn(known, to, machine.states.numberOf(AMBIGUOUS, true));
    }
    return true;
  }

  /** An explicit edge of the same use says already what this column does there. */
  #hasOwnEdge(column: number, to: number, use: number): boolean {
    const { snapshot } = this.#given;
    const { edgeUse, uses, columnCount } = snapshot;
    if (column >= columnCount) return false;
    const [first, last] = edgesFrom(snapshot, column);
    for (let edge = first; edge < last; edge++) {
      if (edgeRelation(snapshot, edge) !== to) continue;
      if (uses[edgeUse[edge] ?? 0]?.use === uses[use]?.use) return true;
    }
    return false;
  }
}
