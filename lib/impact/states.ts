import type { Snapshot } from "#lib/graph/snapshot.ts";
import { FIELD, FLAG, hasFlag, type Scratch, setFlag } from "./scratch.ts";
import { REACHED_ONLY, type StateTable } from "./state-table.ts";

/**
 * The states of a pass, which only rise, and the relations that are still to be looked at: a bit for each place in the
 * topological order, taken from the front. A push to an earlier place (on a cycle) moves the front back.
 */
export class States {
  readonly #snapshot: Snapshot;
  readonly #scratch: Scratch;
  readonly #table: StateTable;
  #front = 0;
  /** The relation in work; -1: a change itself. */
  #current = -1;
  #currentOwner = -1;
  #currentHops = 0;

  constructor({
    snapshot,
    scratch,
    table,
  }: {
    readonly snapshot: Snapshot;
    readonly scratch: Scratch;
    readonly table: StateTable;
  }) {
    this.#snapshot = snapshot;
    this.#scratch = scratch;
    this.#table = table;
  }

  enter(relation: number): void {
    this.#current = relation;
    this.#currentOwner = this.#snapshot.owner[relation] ?? 0;
    this.#currentHops = this.#scratch.relations[FIELD.count * relation + FIELD.hops] ?? 0;
    this.#noteWalked(relation);
  }

  #noteWalked(relation: number): void {
    const scratch = this.#scratch;
    if (hasFlag(scratch, relation, FLAG.walked)) return;
    setFlag(scratch, relation, FLAG.walked);
    const last = scratch.walked[scratch.walkedCount - 1] ?? -1;
    if (last >= 0 && (this.#snapshot.rank[last] ?? 0) > this.#front) scratch.isInOrder = false;
    scratch.walked[scratch.walkedCount++] = relation;
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

  /** Raises a column's state. What a failed table would have published stays hidden: it is reached, no more. */
  raiseColumn(column: number, relation: number, state: number): void {
    const { columns, relations } = this.#scratch;
    const old = columns[column] ?? 0;
    const at = FIELD.count * relation;
    const flags = relations[at] ?? 0;
    const raised = this.#table.join(old, (flags & FLAG.masked) === 0 ? state : REACHED_ONLY);
    if (raised === old) return;
    columns[column] = raised;
    if (old === 0) this.#scratch.columnCount++;
    const steps = relations[at + FIELD.owner] === this.#currentOwner ? 0 : 1;
    // Most often the relation waits already, reached over as few others.
    const waits =
      (flags & (FLAG.dirty | FLAG.source)) === FLAG.dirty &&
      (relations[at + FIELD.hops] ?? 0) <= this.#currentHops + steps;
    if (!waits) this.touch(relation);
  }

  raiseRows(relation: number, state: number): void {
    if (hasFlag(this.#scratch, relation, FLAG.masked)) return;
    const { rows } = this.#scratch;
    const old = rows[relation] ?? 0;
    const raised = this.#table.join(old, state);
    if (raised === old) return;
    rows[relation] = raised;
    this.touch(relation);
  }

  raiseRun(relation: number, state: number): void {
    if (state === 0) return;
    const { run } = this.#scratch;
    const old = run[relation] ?? 0;
    const raised = this.#table.join(old, state);
    if (raised === old) return;
    run[relation] = raised;
    this.touch(relation);
  }
}
