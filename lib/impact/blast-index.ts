import type { Blast } from "./blast.ts";
import type { Words } from "./boundary.ts";
import { REACHED } from "./effects.ts";

const NOTHING: Words = { lo: 0, hi: 0 };

/** Looks up states of a blast by relation and column number. */
export class BlastIndex {
  readonly blast: Blast;
  readonly #placeOf: Int32Array;

  constructor(blast: Blast) {
    this.blast = blast;
    this.#placeOf = new Int32Array(blast.snapshot.relationCount).fill(-1);
    for (let place = 0; place < blast.relations.length; place++)
      this.#placeOf[blast.relations[place] ?? 0] = place;
  }

  /** -1: not reached. */
  placeOf(relation: number): number {
    return this.#placeOf[relation] ?? -1;
  }

  /** Fewest assets between a change and this relation. */
  hopsOf(relation: number): number {
    return this.blast.hops[this.placeOf(relation)] ?? 0;
  }

  rows(relation: number): Words {
    return wordsAt(this.blast.rows, this.placeOf(relation));
  }

  run(relation: number): Words {
    return wordsAt(this.blast.run, this.placeOf(relation));
  }

  joined(relation: number): Words {
    return wordsAt(this.blast.joined, this.placeOf(relation));
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
      ? (snapshot.columnNames[column] ?? "")
      : (newColumns[column - snapshot.columnCount]?.name ?? "");
  }

  /** The reached columns of a relation, in its order. */
  columnsOf(relation: number): Int32Array {
    const place = this.placeOf(relation);
    if (place < 0) return new Int32Array(0);
    return this.blast.columns.subarray(
      this.blast.columnStart[place],
      this.blast.columnStart[place + 1],
    );
  }

  column(column: number): Words {
    return wordsAt(this.blast.columnStates, this.#entryOf(column));
  }

  isReached(column: number): boolean {
    return this.#entryOf(column) >= 0;
  }

  #entryOf(column: number): number {
    const place = this.placeOf(this.relationOf(column));
    if (place < 0) return -1;
    let low = this.blast.columnStart[place] ?? 0;
    let high = (this.blast.columnStart[place + 1] ?? 0) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.blast.columns[middle] ?? 0;
      if (at === column) return middle;
      if (at < column) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

function wordsAt(words: Int32Array, place: number): Words {
  if (place < 0) return NOTHING;
  return { lo: words[2 * place] ?? 0, hi: (words[2 * place + 1] ?? 0) & ~REACHED };
}
