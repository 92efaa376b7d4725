import { type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import type { Blast, Seed } from "./blast.ts";
import { ANY_BOUNDARY, applyBoundary, type Words } from "./boundary.ts";
import { type TypeFamily, typeFamily } from "./classify-type.ts";
import { collectBlast } from "./collect-blast.ts";
import { type CompiledRules, rulesFor } from "./compile-rules.ts";
import { hiBits, joinWords, laneNumber, loBits, maskOf, REACHED } from "./effects.ts";
import { NewColumns } from "./new-columns.ts";
import { passesError, passRun } from "./pass-run.ts";
import { borrowScratch, FLAG, hasFlag, type Scratch, setFlag } from "./scratch.ts";
import { States } from "./states.ts";
import { Transfer } from "./transfer.ts";
import { makesTypeStop, SAME_VALUES } from "./type-stops.ts";

export interface PropagateInput {
  readonly snapshot: Snapshot;
  readonly seeds: readonly Seed[];
  /** Judge as if every view and ephemeral model were a table. */
  readonly materializeTable?: boolean;
  /** The type that a column gets, where that is the only change of a type. */
  readonly newType?: string | undefined;
}

const ERROR = laneNumber("ERROR");
const CERTAIN_ERROR = hiBits(ERROR, 3);
const NEW_MASK = maskOf(["NEW", "NEW_COLLIDES", "NEW_NAME"]);
const AMBIGUOUS = laneNumber("AMBIGUOUS");
/** Effects that need a closer look at where they land. */
const SPECIAL_HI = SAME_VALUES.hi;
const AMBIGUOUS_BITS = hiBits(AMBIGUOUS, 3);
const NATURAL_COLLISION = loBits(laneNumber("NEW_COLLIDES"), 3);
/** Effects that a row set has itself; its other lanes mean "every column of it". */
const ROW_LANES = maskOf(["ROWS_LOST", "ROWS_EXTRA", "GRAIN"]);
const FIELDS_HI = ~REACHED;

/**
 * One pass over what the change reaches, in topological order: a relation's run first (an error that is certain hides
 * what a table would have published), then its rows, then its columns. On cycles the pass comes back until nothing
 * rises. Each effect over each edge once: O(V + E) for a fixed set of effects.
 */
export function propagate(input: PropagateInput): Blast {
  return new Pass(input).run();
}

/** A state on its way over one use to an end: a column (perhaps a new one), or `~relation`. */
interface Landing {
  readonly use: number;
  readonly target: number;
  readonly lo: number;
  readonly hi: number;
  readonly reached: boolean;
}

/** What the last use made of a state, on its way to the end of one edge. */
interface EdgeLanding {
  readonly at: number;
  readonly use: number;
  readonly target: number;
  readonly reached: boolean;
  /** The rows or the run get something too. */
  readonly beside: boolean;
}

class Pass {
  readonly #snapshot: Snapshot;
  readonly #seeds: readonly Seed[];
  readonly #scratch: Scratch;
  readonly #states: States;
  readonly #rules: CompiledRules;
  readonly #edges: Transfer;
  readonly #rowSets: Transfer;
  readonly #materializeTable: boolean;
  readonly #newType: TypeFamily | undefined;
  readonly #new: NewColumns;
  readonly #beforeBoundary = new Map<number, Words>();

  constructor({ snapshot, seeds, materializeTable, newType }: PropagateInput) {
    this.#snapshot = snapshot;
    this.#seeds = seeds;
    this.#scratch = borrowScratch(snapshot);
    this.#states = new States(snapshot, this.#scratch);
    this.#new = new NewColumns(snapshot, this.#scratch);
    this.#rules = rulesFor(snapshot);
    this.#edges = new Transfer(this.#rules.consequences);
    this.#rowSets = new Transfer(this.#rules.rowSets);
    this.#materializeTable = materializeTable === true;
    this.#newType = newType === undefined ? undefined : typeFamily(newType);
  }

  run(): Blast {
    for (const seed of this.#seeds) this.#plant(seed);
    for (let place = this.#states.next(); place >= 0; place = this.#states.next()) {
      this.#process(this.#snapshot.byRank[place] ?? 0);
    }
    return collectBlast({
      snapshot: this.#snapshot,
      seeds: this.#seeds,
      scratch: this.#scratch,
      newColumns: this.#new.list,
      newByRelation: this.#new.byRelation,
      beforeBoundary: this.#beforeBoundary,
      materializeTable: this.#materializeTable,
    });
  }

  #plant({ relation, slot, column, lane, level }: Seed): void {
    const lo = loBits(lane, level);
    const hi = hiBits(lane, level);
    setFlag(this.#scratch, relation, FLAG.source);
    this.#states.touch(relation);
    if (slot === "run") this.#states.raiseRun(relation, lo, hi);
    else if (slot === "rows") this.#states.raiseRows(relation, lo, hi);
    else if (typeof column === "number") this.#states.raiseColumn(column, relation, lo, hi);
    else if (column !== undefined)
      this.#states.raiseColumn(
        this.#new.require({ relation, name: column, from: -1 }),
        relation,
        lo,
        hi,
      );
  }

  #process(relation: number): void {
    this.#states.enter(relation);
    const traits = this.#snapshot.traits[relation] ?? 0;
    if ((traits & ANY_BOUNDARY) !== 0) this.#applyBoundary(relation, traits);
    this.#mask(relation, traits);
    this.#pushRunAndRows(relation, traits);
    this.#pushColumns(relation);
    this.#pushReads(relation);
    this.#states.leave();
  }

  /** A table or query that surely fails keeps its old content. Off on cycles, where the order decides nothing. */
  #mask(relation: number, traits: number): void {
    const scratch = this.#scratch;
    if (hasFlag(scratch, relation, FLAG.masked) || this.#isOnlySource(relation)) return;
    if ((traits & (TRAIT.cyclic | TRAIT.inner | TRAIT.composed)) !== 0) return;
    if ((traits & TRAIT.view) !== 0 && !this.#materializeTable) return;
    if (((scratch.run[2 * relation + 1] ?? 0) & CERTAIN_ERROR) !== CERTAIN_ERROR) return;
    setFlag(scratch, relation, FLAG.masked);
    const start = this.#snapshot.columnStart[relation] ?? 0;
    const end = this.#snapshot.columnStart[relation + 1] ?? start;
    for (let column = start; column < end; column++) this.#clearColumn(column);
    for (const column of this.#new.of(relation)) this.#clearColumn(column);
    scratch.rows[2 * relation] = 0;
    scratch.rows[2 * relation + 1] = (scratch.rows[2 * relation + 1] ?? 0) & REACHED;
  }

  /** A change starts here and nothing else comes in: what stands here is the change itself. */
  #isOnlySource(relation: number): boolean {
    return (
      hasFlag(this.#scratch, relation, FLAG.source) &&
      !hasFlag(this.#scratch, relation, FLAG.entered)
    );
  }

  #clearColumn(column: number): void {
    const { columns } = this.#scratch;
    columns[2 * column] = 0;
    columns[2 * column + 1] = (columns[2 * column + 1] ?? 0) & REACHED;
  }

  #applyBoundary(relation: number, traits: number): void {
    if (this.#isOnlySource(relation)) return;
    const start = this.#snapshot.columnStart[relation] ?? 0;
    const end = this.#snapshot.columnStart[relation + 1] ?? start;
    for (let column = start; column < end; column++) this.#boundaryAt(column, relation, traits);
    for (const column of this.#new.of(relation)) this.#boundaryAt(column, relation, traits);
  }

  #boundaryAt(column: number, relation: number, traits: number): void {
    const { columns } = this.#scratch;
    const lo = columns[2 * column] ?? 0;
    const hi = columns[2 * column + 1] ?? 0;
    if (lo === 0 && hi === 0) return;
    const outcome = applyBoundary(traits, { lo, hi: hi & FIELDS_HI });
    if (outcome === undefined) return;
    if (!this.#beforeBoundary.has(column))
      this.#beforeBoundary.set(column, { lo, hi: hi & FIELDS_HI });
    columns[2 * column] = outcome.column.lo;
    columns[2 * column + 1] = outcome.column.hi | (hi & REACHED);
    this.#states.raiseRun(relation, outcome.runLo, outcome.runHi);
  }

  #pushRunAndRows(relation: number, traits: number): void {
    const scratch = this.#scratch;
    const { pairStart, pairTarget, pairRows } = this.#snapshot;
    const passed = passRun(
      scratch.run[2 * relation + 1] ?? 0,
      passesError(traits, this.#materializeTable),
    );
    const rowsLo = scratch.rows[2 * relation] ?? 0;
    const rowsHi = scratch.rows[2 * relation + 1] ?? 0;
    const rowsReached = (rowsHi & REACHED) !== 0;
    if (passed === 0 && !rowsReached) return;
    for (let at = pairStart[relation] ?? 0; at < (pairStart[relation + 1] ?? 0); at++) {
      const to = pairTarget[at] ?? 0;
      if (passed !== 0) this.#states.raiseRun(to, 0, passed);
      if (!rowsReached) continue;
      const words = this.#rowSets.apply(pairRows[at] ?? 0, rowsLo, rowsHi & FIELDS_HI);
      this.#states.raiseRows(
        to,
        this.#rowSets.words[words + 2] ?? 0,
        this.#rowSets.words[words + 3] ?? 0,
      );
    }
  }

  #pushColumns(relation: number): void {
    const scratch = this.#scratch;
    const { columnStart } = this.#snapshot;
    const rowsLo = scratch.rows[2 * relation] ?? 0;
    const rowsHi = (scratch.rows[2 * relation + 1] ?? 0) & FIELDS_HI;
    const start = columnStart[relation] ?? 0;
    const end = columnStart[relation + 1] ?? start;
    const { columns } = scratch;
    // A stored table has each name once, whatever happened inside its query: its readers meet no ambiguity.
    const fields = relation < this.#snapshot.assetCount ? FIELDS_HI & ~AMBIGUOUS_BITS : FIELDS_HI;
    if (rowsLo === 0 && rowsHi === 0) {
      for (let column = start; column < end; column++) {
        const hi = columns[2 * column + 1] ?? 0;
        if ((hi & REACHED) !== 0)
          this.#pushColumn(column, columns[2 * column] ?? 0, hi & fields, true);
      }
      return;
    }
    for (let column = start; column < end; column++) {
      const hi = columns[2 * column + 1] ?? 0;
      const lo = joinWords(columns[2 * column] ?? 0, rowsLo);
      this.#pushColumn(column, lo, joinWords(hi & fields, rowsHi), (hi & REACHED) !== 0);
    }
  }

  #pushColumn(column: number, lo: number, hi: number, reached: boolean): void {
    const { edgeStart, edgeTarget, edgeRelation, edgeUse } = this.#snapshot;
    const { words } = this.#edges;
    const { columns } = this.#scratch;
    const end = edgeStart[column + 1] ?? 0;
    const mark = reached ? REACHED : 0;
    for (let edge = edgeStart[column] ?? 0; edge < end; edge++) {
      const use = edgeUse[edge] ?? 0;
      const at = this.#edges.apply(use, lo, hi);
      const target = edgeTarget[edge] ?? 0;
      const columnLo = words[at] ?? 0;
      const columnHi = words[at + 1] ?? 0;
      const beside =
        (words[at + 2] ?? 0) | (words[at + 3] ?? 0) | (words[at + 4] ?? 0) | (words[at + 5] ?? 0);
      // Most edges bring what is there already: then nothing else has to be looked up.
      const isThere =
        target >= 0 &&
        columns[2 * target] === columnLo &&
        columns[2 * target + 1] === (columnHi | mark);
      if (isThere && beside === 0) continue;
      const simple =
        beside === 0 &&
        target >= 0 &&
        ((columnLo & SAME_VALUES.lo) | (columnHi & SPECIAL_HI)) === 0;
      if (!simple) this.#landOnEdge({ at, use, target, reached, beside: beside !== 0 });
      else if (reached || (columnLo | columnHi) !== 0) {
        this.#states.raiseColumn(target, edgeRelation[edge] ?? 0, columnLo, columnHi);
      }
    }
  }

  #landOnEdge({ at, use, target, reached, beside }: EdgeLanding): void {
    const { words } = this.#edges;
    let lo = words[at] ?? 0;
    let hi = words[at + 1] ?? 0;
    if (target < 0) {
      const rowsLo = joinWords(lo, words[at + 2] ?? 0);
      const rowsHi = joinWords(hi, words[at + 3] ?? 0);
      if (reached || (rowsLo | rowsHi) !== 0) this.#states.raiseRows(~target, rowsLo, rowsHi);
      this.#states.raiseRun(~target, words[at + 4] ?? 0, words[at + 5] ?? 0);
      return;
    }
    const relation = this.#new.relationOf(target);
    if (((lo & SAME_VALUES.lo) | (hi & SAME_VALUES.hi)) !== 0 && this.#typeStops(target, use)) {
      lo &= ~SAME_VALUES.lo;
      hi &= ~SAME_VALUES.hi;
    }
    if (reached || (lo | hi) !== 0) this.#states.raiseColumn(target, relation, lo, hi);
    if (!beside) return;
    const rowsLo = words[at + 2] ?? 0;
    const rowsHi = words[at + 3] ?? 0;
    if ((rowsLo | rowsHi) !== 0) this.#states.raiseRows(relation, rowsLo, rowsHi);
    this.#states.raiseRun(relation, words[at + 4] ?? 0, words[at + 5] ?? 0);
  }

  #typeStops(column: number, use: number): boolean {
    return (
      this.#newType !== undefined &&
      makesTypeStop(this.#snapshot, { column, use, family: this.#newType })
    );
  }

  #pushReads(relation: number): void {
    const { readStart } = this.#snapshot;
    const first = readStart[relation] ?? 0;
    const last = readStart[relation + 1] ?? first;
    for (let read = first; read < last; read++) this.#pushRead(relation, read);
  }

  #pushRead(relation: number, read: number): void {
    const use = this.#snapshot.readUse[read] ?? 0;
    const target = this.#snapshot.readTarget[read] ?? 0;
    const { rows } = this.#scratch;
    const rowsLo = rows[2 * relation] ?? 0;
    const rowsHi = rows[2 * relation + 1] ?? 0;
    const kind = this.#rules.readKinds[use];
    if (kind === "newColumns" || kind === "everyColumn") {
      this.#pushNewColumns({ relation, use, target, every: kind === "everyColumn" });
    }
    let lo = rowsLo;
    let hi = rowsHi & FIELDS_HI;
    let reached = (rowsHi & REACHED) !== 0;
    if (kind === "grain" || kind === "part") {
      for (const column of this.#new.reachedIn(relation)) {
        lo = joinWords(lo, this.#scratch.columns[2 * column] ?? 0);
        hi = joinWords(hi, (this.#scratch.columns[2 * column + 1] ?? 0) & FIELDS_HI);
        reached = true;
      }
    } else if (kind !== "rows") {
      lo &= ROW_LANES.lo;
      hi &= ROW_LANES.hi;
      reached = false;
    }
    if (!reached && (lo | hi) === 0) return;
    this.#land({ use, target, lo: lo, hi: hi, reached });
  }

  /** Applies a use to a state and puts the outcome at an end. */
  #land({ use, target, lo, hi, reached }: Landing): void {
    const at = this.#edges.apply(use, lo, hi);
    const { words } = this.#edges;
    const beside =
      (words[at + 2] ?? 0) | (words[at + 3] ?? 0) | (words[at + 4] ?? 0) | (words[at + 5] ?? 0);
    this.#landOnEdge({ at, use, target, reached, beside: beside !== 0 });
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
    const to = target < 0 ? ~target : (this.#snapshot.columnRelation[target] ?? 0);
    const own = this.#snapshot.uses[use]?.use;
    for (const column of this.#new.reachedIn(relation)) {
      const { columns } = this.#scratch;
      let lo = columns[2 * column] ?? 0;
      const hi = (columns[2 * column + 1] ?? 0) & FIELDS_HI;
      const isNew = ((lo & NEW_MASK.lo) | (hi & NEW_MASK.hi)) !== 0;
      if ((!every && !isNew) || this.#hasOwnEdge(column, to, use)) continue;
      if (own === "NATURAL_JOIN") {
        if (!this.#new.collides(column, { from: relation, to })) continue;
        lo = joinWords(lo, NATURAL_COLLISION);
      }
      if (own === "STAR" && isNew && this.#meetsNamesake(column, to)) continue;
      const name = this.#new.nameOf(column);
      const end = own === "STAR" ? this.#new.require({ relation: to, name, from: column }) : target;
      this.#land({ use, target: end, lo, hi, reached: true });
    }
  }

  /** A star that brings a second column of a name: whoever names it next cannot say which is meant. */
  #meetsNamesake(column: number, to: number): boolean {
    const known = this.#new.ownColumn(to, this.#new.nameOf(column));
    if (known < 0) return false;
    if (((this.#snapshot.traits[to] ?? 0) & TRAIT.inner) !== 0) {
      this.#states.raiseColumn(known, to, 0, hiBits(AMBIGUOUS, 3));
    }
    return true;
  }

  /** An explicit edge of the same use says already what this column does there. */
  #hasOwnEdge(column: number, to: number, use: number): boolean {
    const { edgeStart, edgeTarget, edgeUse, columnRelation, uses } = this.#snapshot;
    if (column >= this.#snapshot.columnCount) return false;
    for (let edge = edgeStart[column] ?? 0; edge < (edgeStart[column + 1] ?? 0); edge++) {
      const end = edgeTarget[edge] ?? 0;
      if ((end < 0 ? ~end : columnRelation[end]) !== to) continue;
      if (uses[edgeUse[edge] ?? 0]?.use === uses[use]?.use) return true;
    }
    return false;
  }
}
