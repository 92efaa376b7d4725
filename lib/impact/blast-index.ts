import { largeInt32Array } from "#lib/graph/large-arrays.ts";
import type { Blast } from "./blast.ts";
import type { Words } from "./boundary.ts";
import { REACHED_ONLY } from "./state-table.ts";

const NOWHERE = -1;
/** Up to this share of all relations a place is searched for, beyond it all places are written down. */
const FEW = 1 / 64;
/** Relations whose columns were asked for lately. */
const MOST_KEPT = 1024;

/** Looks up states of a blast by relation and column number. */
export class BlastIndex {
  readonly blast: Blast;
  readonly #isFew: boolean;
  /** By relation: its place and one, so that 0 is none. Made when a place is first asked for; never where few are reached. */
  #places: Int32Array | undefined;
  readonly #columns = new Map<number, Int32Array>();

  constructor(blast: Blast) {
    this.blast = blast;
    this.#isFew = blast.relations.length <= blast.snapshot.relationCount * FEW;
  }

  /** -1: not reached. */
  placeOf(relation: number): number {
    if (this.#isFew) return this.#searchPlace(relation);
    this.#places ??= this.#placesOfAll();
    return (this.#places[relation] ?? 0) - 1;
  }

  #placesOfAll(): Int32Array {
    const { relations, snapshot } = this.blast;
    const places = largeInt32Array(snapshot.relationCount);
    for (let place = 0; place < relations.length; place++)
      places[relations[place] ?? 0] = place + 1;
    return places;
  }

  /** Reached relations stand in topological order. */
  #searchPlace(relation: number): number {
    const { relations, snapshot } = this.blast;
    const rank = snapshot.rank[relation] ?? NOWHERE;
    let low = 0;
    let high = relations.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = snapshot.rank[relations[middle] ?? 0] ?? 0;
      if (at === rank) return middle;
      if (at < rank) low = middle + 1;
      else high = middle - 1;
    }
    return NOWHERE;
  }

  /** Fewest assets between a change and this relation. */
  hopsOf(relation: number): number {
    return this.blast.hops[this.placeOf(relation)] ?? 0;
  }

  rows(relation: number): Words {
    return this.#wordsAt(this.blast.rows, this.placeOf(relation));
  }

  run(relation: number): Words {
    return this.#wordsAt(this.blast.run, this.placeOf(relation));
  }

  joined(relation: number): Words {
    return this.#wordsAt(this.blast.joined, this.placeOf(relation));
  }

  #wordsAt(states: Int32Array, place: number): Words {
    return this.blast.states.wordsOf(place < 0 ? 0 : (states[place] ?? 0));
  }

  relationOf(column: number): number {
    const { snapshot, newColumns } = this.blast;
    return column < snapshot.columnCount
      ? (snapshot.columnRelation[column] ?? 0)
      : (newColumns[column - snapshot.columnCount]?.relation ?? 0);
  }

  nameOf(column: number): string {
    const { snapshot, newColumns } = this.blast;
    return column < snapshot.columnCount
      ? (snapshot.columnNames.at(column) ?? "")
      : (newColumns[column - snapshot.columnCount]?.name ?? "");
  }

  /** The reached columns of a relation, in its order. */
  columnsOf(relation: number): Int32Array {
    const known = this.#columns.get(relation);
    if (known !== undefined) return known;
    const place = this.placeOf(relation);
    const made = place < 0 ? new Int32Array(0) : this.blast.columns.at(place);
    if (this.#columns.size >= MOST_KEPT) this.#columns.clear();
    this.#columns.set(relation, made);
    return made;
  }

  /** The first reached column of a relation whose state is such. */
  firstColumn(relation: number, isSuch: (state: Words) => boolean): number | undefined {
    return this.columnsOf(relation).find((column) => isSuch(this.column(column)));
  }

  /** Whether anything is wrong with a column of the relation at a place, or with the relation's row set. */
  hasEffect(column: number, place: number): boolean {
    const { columns, rows } = this.blast;
    return (rows[place] ?? 0) > REACHED_ONLY || columns.stateOf(column, place) > REACHED_ONLY;
  }

  column(column: number): Words {
    const { columns, states } = this.blast;
    const place = this.placeOf(this.relationOf(column));
    return states.wordsOf(place < 0 ? 0 : columns.stateOf(column, place));
  }
}
