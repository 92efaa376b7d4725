import { hasTrait, TRAIT } from "#lib/graph/snapshot.ts";
import type { BlastIndex } from "./blast-index.ts";
import { boundaryRuleFor, type Words } from "./boundary.ts";
import { rulesFor } from "./compile-rules.ts";
import type { Consequence } from "./consequence.ts";
import { LANES, laneAt, laneNumber, levelIn } from "./effects.ts";
import { ruleFor } from "./rule-book.ts";
import { RUN_RULES } from "./rules/row-sets.ts";
import type { CompiledRules } from "./rules-beside.ts";
import type { Slot } from "./verdict.ts";

/** An effect at a node: a column by number, or a relation's rows or run. */
export interface Finding {
  readonly slot: Slot;
  readonly id: number;
  readonly lane: number;
}

/** One thing that brings a finding about. */
export interface Cause {
  readonly from: Finding;
  readonly rule: { readonly id: string; readonly text: string };
  /** Index into the snapshot's uses; -1 where no column use is involved. */
  readonly use: number;
  /** Index into the snapshot's notes; -1: none. */
  readonly note: number;
}

const SLOT_NUMBERS = { col: 0, rows: 1, run: 2 } as const satisfies Record<Slot, number>;

/** A finding as one number. */
export const findingKey = ({ slot, id, lane }: Finding): number =>
  (id * 3 + SLOT_NUMBERS[slot]) * LANE_BITS + lane;

const LANE_BITS = 32;

/** Beyond this many findings what was found is forgotten: that costs time, not rightness. */
const MOST_KEPT = 200_000;

/** Looks up what brings findings about. What many explanations have in common is looked up once. */
export class CauseBook {
  readonly #index: BlastIndex;
  readonly #known: readonly Map<number, readonly Cause[]>[] = [1, 2, 3].map(() => new Map());
  readonly #lanes = new StateLanes();

  constructor(index: BlastIndex) {
    this.#index = index;
  }

  /** All causes of a finding that bear at least this level (1 to 3), nearest inputs in the order of the graph. */
  causesOf(finding: Finding, level: number): readonly Cause[] {
    const known = this.#known[level - 1];
    const key = findingKey(finding);
    const kept = known?.get(key);
    if (kept !== undefined) return kept;
    const made = new CauseSearch(this.#index, { finding, level, lanes: this.#lanes }).all();
    if ((known?.size ?? 0) >= MOST_KEPT) known?.clear();
    known?.set(key, made);
    return made;
  }
}

/** The lanes that states have at a level and above: states repeat, so they are listed once. */
class StateLanes {
  readonly #known: readonly Map<Words, readonly number[]>[] = [1, 2, 3].map(() => new Map());

  atLeast(level: number, state: Words): readonly number[] {
    const known = this.#known[level - 1];
    const kept = known?.get(state);
    if (kept !== undefined) return kept;
    const made = LANES.flatMap((_, lane) => (levelIn(state, lane) >= level ? [lane] : []));
    known?.set(state, made);
    return made;
  }
}

class CauseSearch {
  readonly #index: BlastIndex;
  readonly #rules: CompiledRules;
  readonly #finding: Finding;
  readonly #level: number;
  readonly #lanes: StateLanes;
  readonly #causes: Cause[] = [];

  constructor(
    index: BlastIndex,
    {
      finding,
      level,
      lanes,
    }: { readonly finding: Finding; readonly level: number; readonly lanes: StateLanes },
  ) {
    this.#index = index;
    this.#rules = rulesFor(index.blast.snapshot, index.blast.ignored);
    this.#finding = finding;
    this.#level = level;
    this.#lanes = lanes;
  }

  all(): Cause[] {
    const { slot, id } = this.#finding;
    const { snapshot } = this.#index.blast;
    if (slot === "col") {
      if (id >= snapshot.columnCount) this.#overNewColumn(id);
      else this.#overEnd(id, ["col"]);
      if (laneAt(this.#finding.lane) === "AMBIGUOUS") this.#overNamesakes(id);
      return this.#causes;
    }
    const end = snapshot.columnStart[id + 1] ?? 0;
    for (let column = snapshot.columnStart[id] ?? 0; column < end; column++)
      this.#overEnd(column, [slot]);
    this.#overEnd(snapshot.columnCount + id, slot === "rows" ? ["col", "rows"] : ["run"]);
    this.#overNewReads(id, slot === "rows" ? ["col", "rows"] : ["run"]);
    if (slot === "rows") this.#overRowSets(id);
    else this.#overRuns(id);
    return this.#causes;
  }

  #fits(
    steps: readonly Consequence[] | undefined,
    slots: readonly string[],
  ): Consequence | undefined {
    for (const step of steps ?? []) {
      if (step.lane !== this.#finding.lane || step.level < this.#level) continue;
      if (slots.includes(step.slot)) return step;
    }
    return undefined;
  }

  /** Edges and reads that end at a column, or at a relation behind the columns. */
  #overEnd(end: number, slots: readonly string[]): void {
    const { backStart, backSource } = this.#index.blast.snapshot;
    for (let at = backStart[end] ?? 0; at < (backStart[end + 1] ?? 0); at++) {
      const source = backSource[at] ?? 0;
      if (source >= 0) this.#overEdge(at, source, slots);
      else this.#overRead(at, ~source, slots);
    }
  }

  #overEdge(at: number, column: number, slots: readonly string[]): void {
    const { snapshot } = this.#index.blast;
    const relation = snapshot.columnRelation[column] ?? 0;
    const from = this.#index.placeOf(relation);
    // Most of what a column reads is well: nothing is made for it.
    if (from < 0 || !this.#index.hasEffect(column, from)) return;
    const place = { use: snapshot.backUse[at] ?? 0, note: snapshot.backNote[at] ?? -1, slots };
    this.#from({ slot: "col", id: column }, this.#index.column(column), place);
    this.#from({ slot: "rows", id: relation }, this.#index.rows(relation), place);
  }

  #overRead(at: number, relation: number, slots: readonly string[]): void {
    const { snapshot } = this.#index.blast;
    if (this.#index.placeOf(relation) < 0) return;
    const use = snapshot.backUse[at] ?? 0;
    const place = { use, note: snapshot.backNote[at] ?? -1, slots };
    this.#from({ slot: "rows", id: relation }, this.#index.rows(relation), place);
    if (this.#rules.readKinds[use] === "rows") return;
    for (const column of this.#index.columnsOf(relation)) {
      this.#from({ slot: "col", id: column }, this.#index.column(column), place);
    }
  }

  /** Reads that take new columns land on the reader as a whole, wherever the read is drawn to. */
  #overNewReads(relation: number, slots: readonly string[]): void {
    const { snapshot } = this.#index.blast;
    for (
      let at = snapshot.backPairStart[relation] ?? 0;
      at < (snapshot.backPairStart[relation + 1] ?? 0);
      at++
    ) {
      const input = snapshot.backPairSource[at] ?? 0;
      for (
        let read = snapshot.readStart[input] ?? 0;
        read < (snapshot.readStart[input + 1] ?? 0);
        read++
      ) {
        const target = snapshot.readTarget[read] ?? 0;
        if (target < 0 || snapshot.columnRelation[target] !== relation) continue;
        for (const column of this.#index.columnsOf(input)) {
          const place = {
            use: snapshot.readUse[read] ?? 0,
            note: snapshot.readNote[read] ?? -1,
            slots,
          };
          this.#from({ slot: "col", id: column }, this.#index.column(column), place);
        }
      }
    }
  }

  #overNewColumn(column: number): void {
    const { snapshot, newColumns } = this.#index.blast;
    const from = newColumns[column - snapshot.columnCount]?.from ?? -1;
    if (from < 0) return;
    const to = this.#index.relationOf(column);
    const input = this.#index.relationOf(from);
    for (
      let read = snapshot.readStart[input] ?? 0;
      read < (snapshot.readStart[input + 1] ?? 0);
      read++
    ) {
      const target = snapshot.readTarget[read] ?? 0;
      if ((target < 0 ? ~target : snapshot.columnRelation[target]) !== to) continue;
      const place = {
        use: snapshot.readUse[read] ?? 0,
        note: snapshot.readNote[read] ?? -1,
        slots: ["col"],
      };
      this.#from({ slot: "col", id: from }, this.#index.column(from), place);
    }
  }

  /** A new column of the same name that a star brings along. */
  #overNamesakes(column: number): void {
    const { snapshot } = this.#index.blast;
    const to = this.#index.relationOf(column);
    const name = this.#index.nameOf(column).toLowerCase();
    const rule = ruleFor("STAR", "AMBIGUOUS");
    if (rule === undefined) return;
    for (
      let at = snapshot.backPairStart[to] ?? 0;
      at < (snapshot.backPairStart[to + 1] ?? 0);
      at++
    ) {
      for (const other of this.#index.columnsOf(snapshot.backPairSource[at] ?? 0)) {
        if (this.#index.nameOf(other).toLowerCase() !== name) continue;
        const state = this.#index.column(other);
        for (const lane of ["NEW", "NEW_COLLIDES", "NEW_NAME"] as const) {
          if (levelIn(state, laneNumber(lane)) < this.#level) continue;
          this.#causes.push({
            from: { slot: "col", id: other, lane: laneNumber(lane) },
            rule,
            use: -1,
            note: -1,
          });
        }
      }
    }
  }

  #from(
    source: { readonly slot: Slot; readonly id: number },
    state: Words,
    {
      use,
      note,
      slots,
    }: { readonly use: number; readonly note: number; readonly slots: readonly string[] },
  ): void {
    if (state.lo === 0 && state.hi === 0) return;
    const consequences = this.#rules.consequences[use];
    for (const lane of this.#lanes.atLeast(this.#level, state)) {
      const step = this.#fits(consequences?.[lane], slots);
      if (step !== undefined)
        this.#causes.push({ from: { ...source, lane }, rule: step.rule, use, note });
    }
  }

  #overRowSets(relation: number): void {
    const { snapshot } = this.#index.blast;
    for (
      let at = snapshot.backPairStart[relation] ?? 0;
      at < (snapshot.backPairStart[relation + 1] ?? 0);
      at++
    ) {
      const input = snapshot.backPairSource[at] ?? 0;
      for (const lane of this.#lanes.atLeast(this.#level, this.#index.rows(input))) {
        const step = this.#fits(this.#rules.rowSets[snapshot.backPairRows[at] ?? 0]?.[lane], [
          "rows",
        ]);
        if (step !== undefined) {
          this.#causes.push({
            from: { slot: "rows", id: input, lane },
            rule: step.rule,
            use: -1,
            note: -1,
          });
        }
      }
    }
  }

  #overRuns(relation: number): void {
    const { snapshot } = this.#index.blast;
    for (
      let at = snapshot.backPairStart[relation] ?? 0;
      at < (snapshot.backPairStart[relation + 1] ?? 0);
      at++
    ) {
      this.#overRun(snapshot.backPairSource[at] ?? 0);
    }
    for (const column of this.#index.columnsOf(relation)) this.#overBoundary(relation, column);
  }

  #overRun(input: number): void {
    const state = this.#index.run(input);
    const wanted = laneAt(this.#finding.lane);
    const fails = levelIn(state, laneNumber("ERROR")) >= this.#level;
    const passes = this.#passesError(input);
    const add = (lane: "ERROR" | "STALE" | "TABLE_GONE", rule: Cause["rule"]): void => {
      this.#causes.push({
        from: { slot: "run", id: input, lane: laneNumber(lane) },
        rule,
        use: -1,
        note: -1,
      });
    };
    if (wanted === "ERROR") {
      if (levelIn(state, laneNumber("TABLE_GONE")) >= this.#level)
        add("TABLE_GONE", RUN_RULES.tableGone);
      if (fails && passes) {
        const inside = hasTrait(
          this.#index.blast.snapshot,
          input,
          TRAIT.inner | TRAIT.query | TRAIT.part,
        );
        add("ERROR", inside ? RUN_RULES.partFails : RUN_RULES.viewFails);
      }
    }
    if (wanted === "STALE") {
      if (fails && !passes) add("ERROR", RUN_RULES.stale);
      if (levelIn(state, laneNumber("STALE")) >= this.#level) add("STALE", RUN_RULES.stale);
    }
  }

  #passesError(relation: number): boolean {
    const { snapshot, materializeTable } = this.#index.blast;
    if (hasTrait(snapshot, relation, TRAIT.inner | TRAIT.query | TRAIT.part)) return true;
    return hasTrait(snapshot, relation, TRAIT.view) && !materializeTable;
  }

  #overBoundary(relation: number, column: number): void {
    const before = this.#index.blast.beforeBoundary.get(column);
    if (before === undefined || laneAt(this.#finding.lane) !== "ERROR") return;
    for (let lane = 0; lane < LANES.length; lane++) {
      if (levelIn(before, lane) < this.#level) continue;
      const rule = boundaryRuleFor(this.#index.blast.snapshot.traits[relation] ?? 0, laneAt(lane));
      if (rule?.error === undefined || rule.error < this.#level) continue;
      this.#causes.push({ from: { slot: "col", id: column, lane }, rule, use: -1, note: -1 });
    }
  }
}
