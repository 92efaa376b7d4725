import type { Snapshot } from "#lib/graph/snapshot.ts";
import { joinWords, REACHED } from "./effects.ts";
import { FIELD, FLAG, hasFlag, type Scratch } from "./scratch.ts";

const FIELDS_HI = ~REACHED;

/**
 * The states of a pass, which only rise, and the relations that are still to be looked at: a bit for each place in the
 * topological order, taken from the front. A push to an earlier place (on a cycle) moves the front back.
 */
export class States {
  readonly #snapshot: Snapshot;
  readonly #scratch: Scratch;
  #front = 0;
  /** The relation in work; -1: a change itself. */
  #current = -1;
  #currentOwner = -1;
  #currentHops = 0;

  constructor(snapshot: Snapshot, scratch: Scratch) {
    this.#snapshot = snapshot;
    this.#scratch = scratch;
  }

  enter(relation: number): void {
    this.#current = relation;
    this.#currentOwner = this.#snapshot.owner[relation] ?? 0;
    this.#currentHops = this.#scratch.relations[FIELD.count * relation + FIELD.hops] ?? 0;
  }

  leave(): void {
    this.#current = -1;
  }

  /** The next place to look at; -1: nothing is left. */
  next(): number {
    const { dirty, lastWord, relations } = this.#scratch;
    for (let word = this.#front >>> 5; word <= lastWord; word++) {
      const bits = dirty[word] ?? 0;
      if (bits === 0) continue;
      const bit = 31 - Math.clz32(bits & -bits);
      dirty[word] = bits & ~(1 << bit);
      this.#front = word * 32 + bit;
      const at = FIELD.count * (this.#snapshot.byRank[this.#front] ?? 0);
      relations[at] = (relations[at] ?? 0) & ~FLAG.dirty;
      return this.#front;
    }
    return -1;
  }

  /** Marks a relation as reached from the one in work, and to be looked at (again). */
  touch(relation: number): void {
    const { relations } = this.#scratch;
    const at = FIELD.count * relation;
    const flags = relations[at] ?? 0;
    const hops =
      this.#current < 0
        ? 0
        : this.#currentHops + (relations[at + FIELD.owner] === this.#currentOwner ? 0 : 1);
    if ((flags & FLAG.reached) === 0) {
      relations[at + FIELD.hops] = hops;
      this.#scratch.list.push(relation);
    } else if (hops < (relations[at + FIELD.hops] ?? 0)) relations[at + FIELD.hops] = hops;
    const enters = (flags & FLAG.source) !== 0 && this.#current >= 0 && this.#current !== relation;
    if ((flags & FLAG.dirty) !== 0 && !enters) return;
    relations[at] = flags | FLAG.reached | FLAG.dirty | (enters ? FLAG.entered : 0);
    this.#queue(relations[at + FIELD.place] ?? 0);
  }

  #queue(place: number): void {
    const { dirty } = this.#scratch;
    const word = place >>> 5;
    dirty[word] = (dirty[word] ?? 0) | (1 << (place & 31));
    if (place < this.#front) this.#front = place;
    if (word > this.#scratch.lastWord) this.#scratch.lastWord = word;
  }

  /** Raises a column's effects and marks it as reached. What a failed table would have published stays hidden. */
  raiseColumn(column: number, relation: number, lo: number, hi: number): void {
    const { columns } = this.#scratch;
    const oldLo = columns[2 * column] ?? 0;
    const oldHi = columns[2 * column + 1] ?? 0;
    const isMasked = hasFlag(this.#scratch, relation, FLAG.masked);
    const newLo = isMasked ? oldLo : joinWords(oldLo, lo);
    const newHi = isMasked ? oldHi | REACHED : joinWords(oldHi & FIELDS_HI, hi) | REACHED;
    if (newLo === oldLo && newHi === oldHi) return;
    columns[2 * column] = newLo;
    columns[2 * column + 1] = newHi;
    this.touch(relation);
  }

  raiseRows(relation: number, lo: number, hi: number): void {
    if (hasFlag(this.#scratch, relation, FLAG.masked)) return;
    const { rows } = this.#scratch;
    const oldLo = rows[2 * relation] ?? 0;
    const oldHi = rows[2 * relation + 1] ?? 0;
    const newLo = joinWords(oldLo, lo);
    const newHi = joinWords(oldHi & FIELDS_HI, hi) | REACHED;
    if (newLo === oldLo && newHi === oldHi) return;
    rows[2 * relation] = newLo;
    rows[2 * relation + 1] = newHi;
    this.touch(relation);
  }

  raiseRun(relation: number, lo: number, hi: number): void {
    if ((lo | hi) === 0) return;
    const { run } = this.#scratch;
    const oldLo = run[2 * relation] ?? 0;
    const oldHi = run[2 * relation + 1] ?? 0;
    const newLo = joinWords(oldLo, lo);
    const newHi = joinWords(oldHi, hi);
    if (newLo === oldLo && newHi === oldHi) return;
    run[2 * relation] = newLo;
    run[2 * relation + 1] = newHi;
    this.touch(relation);
  }
}
