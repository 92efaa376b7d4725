import { COLUMN_TRAIT, type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import type { Blast, Seed } from "./blast.ts";
import { ANY_BOUNDARY, applyBoundary, capRows, ROWS_BOUNDARY, type Words } from "./boundary.ts";
import { type TypeFamily, typeFamily } from "./classify-type.ts";
import { collectBlast } from "./collect-blast.ts";
import { hiBits, type Lane, laneNumber, levelIn, loBits } from "./effects.ts";
import { type Ignored, TEXTS_CHANGED } from "./ignored.ts";
import { Landing } from "./landing.ts";
import { readsLeftOut } from "./left-out.ts";
import { type Machine, machineFor } from "./machine.ts";
import { NewColumns } from "./new-columns.ts";
import { passesError } from "./pass-run.ts";
import { ColumnPusher } from "./push-columns.ts";
import { ReadPusher } from "./push-reads.ts";
import type { RenamedValue } from "./renamed-value.ts";
import {
  borrowScratch,
  FLAG,
  forgetScratch,
  hasFlag,
  MOST_NARROW,
  type Scratch,
  setFlag,
  statePlace,
} from "./scratch.ts";
import { REACHED_ONLY, type StateTable } from "./state-table.ts";
import { States } from "./states.ts";

export interface PropagateInput {
  readonly snapshot: Snapshot;
  readonly seeds: readonly Seed[];
  /** Judge as if every view and ephemeral model were a table. */
  readonly materializeTable?: boolean;
  /** The type that a column gets, where that is the only change of a type. */
  readonly newType?: string | undefined;
  /** The type that it has; as the first changed column declares it where nothing else is said. */
  readonly oldType?: string | undefined;
  /** The value that got another name, where that is the only change of values. */
  readonly renamed?: RenamedValue | undefined;
  /** The only change writes whole numbers as texts. */
  readonly numbersAsText?: true | undefined;
}

const ROWS_LOST = laneNumber("ROWS_LOST");
const ROWS_EXTRA = laneNumber("ROWS_EXTRA");
const CERTAIN_ERROR = hiBits(laneNumber("ERROR"), 3);

/**
 * One pass over what the change reaches, in topological order: a relation's run first (an error that is certain hides
 * what a table would have published), then its rows, then its columns. On cycles the pass comes back until nothing
 * rises. Each effect over each edge once: O(V + E) for a fixed set of effects.
 */
export function propagate(input: PropagateInput): Blast {
  const pass = new Pass(input, "narrow");
  if (pass.run()) return pass.collect();
  forgetScratch(input.snapshot);
  const wide = new Pass(input, "wide");
  wide.run();
  return wide.collect();
}

function declaredType(snapshot: Snapshot, seeds: readonly Seed[]): string | undefined {
  const seed = seeds.find(({ slot, column }) => slot === "col" && typeof column === "number");
  const type = typeof seed?.column === "number" ? snapshot.columnType[seed.column] : undefined;
  return (type === undefined ? undefined : snapshot.types[type]) || undefined;
}

/** Whether texts alone change: into other ones, which need not have their form, or into numbers. */
function changedTexts({
  seeds,
  newType,
  from,
}: {
  readonly seeds: readonly Seed[];
  readonly newType: string | undefined;
  readonly from: string | undefined;
}): Ignored["texts"] {
  if (from === undefined || typeFamily(from) !== "text") return undefined;
  const are = (lane: Lane): boolean => seeds.every((seed) => seed.lane === laneNumber(lane));
  if (are("SHIFTED")) return "others";
  const isNumber = newType !== undefined && NUMBERS.has(typeFamily(newType));
  return isNumber && are("TYPE_INCOMPAT") ? "numbers" : undefined;
}

const NUMBERS: ReadonlySet<TypeFamily> = new Set<TypeFamily>(["integer", "decimal", "float"]);

class Pass {
  readonly #snapshot: Snapshot;
  readonly #seeds: readonly Seed[];
  readonly #scratch: Scratch;
  readonly #isNarrow: boolean;
  readonly #machine: Machine;
  readonly #table: StateTable;
  readonly #states: States;
  readonly #materializeTable: boolean;
  readonly #newType: string | undefined;
  readonly #ignored: Ignored | undefined;
  readonly #new: NewColumns;
  readonly #landing: Landing;
  readonly #columns: ColumnPusher;
  readonly #reads: ReadPusher;
  /** No change is one of a query that writes NULL: then it goes on to do so. */
  readonly #queriesStand: boolean;
  readonly #beforeBoundary = new Map<number, Words>();

  constructor(
    { snapshot, seeds, materializeTable, newType, oldType, renamed, numbersAsText }: PropagateInput,
    width: "narrow" | "wide",
  ) {
    this.#snapshot = snapshot;
    this.#seeds = seeds;
    this.#queriesStand = !seeds.some(({ relation }) => {
      const owner = snapshot.owner[relation] ?? relation;
      return ((snapshot.traits[owner] ?? 0) & TRAIT.alwaysNull) !== 0;
    });
    this.#scratch = borrowScratch(snapshot, width);
    this.#isNarrow = width === "narrow";
    this.#newType = newType;
    const leftOut = readsLeftOut(snapshot, seeds);
    const texts = changedTexts({ seeds, newType, from: oldType ?? declaredType(snapshot, seeds) });
    const isAnyIgnored = renamed !== undefined || leftOut !== undefined || numbersAsText === true;
    if (isAnyIgnored) this.#ignored = { renamed, leftOut, numbersAsText, texts };
    else this.#ignored = texts === undefined ? undefined : TEXTS_CHANGED[texts];
    this.#machine = machineFor(snapshot, this.#ignored);
    this.#table = this.#machine.states;
    this.#states = new States({ snapshot, scratch: this.#scratch, table: this.#table });
    this.#new = new NewColumns(snapshot, this.#scratch);
    this.#materializeTable = materializeTable === true;
    this.#landing = new Landing({
      snapshot,
      machine: this.#machine,
      states: this.#states,
      newColumns: this.#new,
      newType,
      oldType: oldType ?? declaredType(snapshot, seeds),
    });
    const given = {
      snapshot,
      machine: this.#machine,
      scratch: this.#scratch,
      states: this.#states,
      landing: this.#landing,
    };
    this.#columns = new ColumnPusher(given);
    this.#reads = new ReadPusher({ ...given, newColumns: this.#new });
  }

  /** False where there are more states than the working arrays can number: then nothing in them is right. */
  run(): boolean {
    for (const seed of this.#seeds) this.#plant(seed);
    this.#states.begin(0);
    for (let next = this.#states.next(); next >= 0; next = this.#states.next()) {
      const end = this.#states.calmEnd();
      if (end > 0) this.#columns.pushStretch(next, end);
      else this.#process(next);
      if (this.#isNarrow && this.#table.size > MOST_NARROW) return false;
    }
    return true;
  }

  collect(): Blast {
    return collectBlast({
      snapshot: this.#snapshot,
      seeds: this.#seeds,
      scratch: this.#scratch,
      states: this.#table,
      newColumns: this.#new.list,
      beforeBoundary: this.#beforeBoundary,
      materializeTable: this.#materializeTable,
      ignored: this.#ignored,
    });
  }

  #plant({ relation, slot, column, lane, level, below }: Seed): void {
    const words = { lo: loBits(lane, level), hi: hiBits(lane, level) };
    if (!below) setFlag(this.#scratch, this.#snapshot.rank[relation] ?? 0, FLAG.source);
    this.#states.begin(below ? 1 : 0);
    this.#states.touch(relation);
    if (slot === "run") this.#states.raiseRun(relation, this.#table.numberOf(words, false));
    else if (slot === "rows") this.#states.raiseRows(relation, this.#table.numberOf(words, true));
    else if (column !== undefined) {
      const end =
        typeof column === "number"
          ? column
          : this.#new.require({ relation, name: column, from: -1 });
      this.#states.raiseColumn(end, relation, this.#table.numberOf(words, true));
    }
  }

  #process(relation: number): void {
    const place = this.#snapshot.rank[relation] ?? 0;
    const isAgain = hasFlag(this.#scratch, place, FLAG.walked);
    this.#states.enter(relation);
    const traits = this.#snapshot.traits[relation] ?? 0;
    // On a cycle what is capped would rise again and again.
    const policy = isAgain ? traits & ~TRAIT.keepsRows : traits;
    if ((policy & ANY_BOUNDARY) !== 0) this.#applyBoundary(relation, policy);
    this.#mask(relation, traits);
    if (!isAgain && (traits & TRAIT.cyclic) === 0) this.#dropDoubt(relation);
    this.#pushRunAndRows(relation, traits);
    this.#columns.push(relation);
    this.#reads.push(relation);
    this.#states.leave();
  }

  /** Where rows are missing for certain, it is not said that there may perhaps be others. Off on cycles, too. */
  #dropDoubt(relation: number): void {
    const { rows } = this.#scratch;
    const state = rows[relation] ?? 0;
    if (state <= REACHED_ONLY) return;
    const { lo, hi } = this.#table.wordsOf(state);
    if (levelIn({ lo, hi }, ROWS_LOST) !== 3 || levelIn({ lo, hi }, ROWS_EXTRA) !== 1) return;
    rows[relation] = this.#table.numberOf(
      { lo: lo & ~loBits(ROWS_EXTRA, 3), hi: hi & ~hiBits(ROWS_EXTRA, 3) },
      true,
    );
  }

  /** A table or query that surely fails keeps its old content, and a view that does shows nothing: its readers fail with it. Off on cycles, where the order decides nothing. */
  #mask(relation: number, traits: number): void {
    const scratch = this.#scratch;
    const run = scratch.run[relation] ?? 0;
    if (run === 0) return;
    const place = this.#snapshot.rank[relation] ?? 0;
    if (hasFlag(scratch, place, FLAG.masked) || this.#isOnlySource(relation)) return;
    if ((traits & (TRAIT.cyclic | TRAIT.inner | TRAIT.composed)) !== 0) return;
    if ((this.#table.wordsOf(run).hi & CERTAIN_ERROR) !== CERTAIN_ERROR) return;
    setFlag(scratch, place, FLAG.masked);
    const start = this.#snapshot.columnStart[relation] ?? 0;
    const end = this.#snapshot.columnStart[relation + 1] ?? start;
    for (let column = start; column < end; column++) this.#clearColumn(column);
    for (const column of this.#new.of(relation)) this.#clearColumn(column);
    if (scratch.rows[relation] !== 0) scratch.rows[relation] = REACHED_ONLY;
  }

  /** A change starts here and nothing else comes in: what stands here is the change itself. */
  #isOnlySource(relation: number): boolean {
    const place = this.#snapshot.rank[relation] ?? 0;
    return (
      hasFlag(this.#scratch, place, FLAG.source) && !hasFlag(this.#scratch, place, FLAG.entered)
    );
  }

  #clearColumn(column: number): void {
    const { columns } = this.#scratch;
    const place = statePlace(this.#snapshot, column);
    if (columns[place] !== 0) columns[place] = REACHED_ONLY;
  }

  #applyBoundary(relation: number, traits: number): void {
    if (this.#isOnlySource(relation)) return;
    const start = this.#snapshot.columnStart[relation] ?? 0;
    const end = this.#snapshot.columnStart[relation + 1] ?? start;
    for (let column = start; column < end; column++) this.#boundaryAt(column, relation, traits);
    for (const column of this.#new.of(relation)) this.#boundaryAt(column, relation, traits);
    if ((traits & ROWS_BOUNDARY) !== 0) this.#capRows(relation, traits);
  }

  #capRows(relation: number, traits: number): void {
    const { rows } = this.#scratch;
    const state = rows[relation] ?? 0;
    if (state > REACHED_ONLY)
      rows[relation] = this.#table.numberOf(capRows(traits, this.#table.wordsOf(state)), true);
  }

  /** The traits of the relation, as far as they are about this column. */
  #traitsAt(column: number, traits: number): number {
    const own = this.#snapshot.columnTraits[column] ?? 0;
    const seen = (own & COLUMN_TRAIT.onlyNulls) === 0 ? traits & ~TRAIT.onlyNulls : traits;
    const typed = this.#isTyped(column) ? seen : seen & ~TRAIT.keepsTypes;
    return this.#rowTraitsAt(own, this.#mayNotConvert(column) ? typed : typed & ~TRAIT.alignsTypes);
  }

  #rowTraitsAt(own: number, typed: number): number {
    const written = (own & COLUMN_TRAIT.alwaysNull) !== 0 && this.#queriesStand;
    const bound = (own & COLUMN_TRAIT.required) === 0 ? typed & ~TRAIT.required : typed;
    return written ? bound : bound & ~TRAIT.alwaysNull;
  }

  /** A text takes anything. */
  #isTyped(column: number): boolean {
    const { types, columnType } = this.#snapshot;
    const type = types[columnType[column] ?? 0] ?? "";
    return type !== "" && typeFamily(type) !== "text";
  }

  /** Whatever a column holds becomes a text; a text need not become anything else. */
  #mayNotConvert(column: number): boolean {
    const isText = this.#newType !== undefined && typeFamily(this.#newType) === "text";
    return !isText && (this.#newType !== undefined || !this.#isTyped(column));
  }

  #boundaryAt(column: number, relation: number, traits: number): void {
    const { columns } = this.#scratch;
    const place = statePlace(this.#snapshot, column);
    const state = columns[place] ?? 0;
    if (state <= REACHED_ONLY) return;
    const words = this.#table.wordsOf(state);
    const outcome = applyBoundary(this.#traitsAt(column, traits), words);
    if (outcome === undefined) return;
    if (!this.#beforeBoundary.has(column)) this.#beforeBoundary.set(column, words);
    columns[place] = this.#table.numberOf(outcome.column, true);
    const run = { lo: outcome.runLo, hi: outcome.runHi };
    this.#states.raiseRun(relation, this.#table.numberOf(run, false));
  }

  #pushRunAndRows(relation: number, traits: number): void {
    const { pairStart, pairTarget, pairRows } = this.#snapshot;
    const isError = passesError(traits, this.#materializeTable);
    const passed = this.#machine.passedRun(this.#scratch.run[relation] ?? 0, isError);
    const rows = this.#scratch.rows[relation] ?? 0;
    if (passed === 0 && rows === 0) return;
    const { rowSets } = this.#machine;
    const leftOut = this.#ignored?.leftOut?.pairs;
    const outcomes = rowSets.of(rows);
    const end = pairStart[relation + 1] ?? 0;
    for (let at = pairStart[relation] ?? 0; at < end; at++) {
      const to = pairTarget[at] ?? 0;
      if (passed !== 0) this.#states.raiseRun(to, passed);
      if (rows === 0 || leftOut?.has(at) === true) continue;
      const way = pairRows[at] ?? 0;
      rowSets.entry(outcomes, way);
      const brought = outcomes.beside[2 * way] ?? 0;
      this.#states.raiseRows(to, brought === 0 ? REACHED_ONLY : brought);
    }
  }
}
