import type { Snapshot } from "#lib/graph/snapshot.ts";
import { FLAG, hasFlag, hopsIn, type Scratch, setFlag, statePlace, withHops } from "./scratch.ts";
import { REACHED_ONLY, type StateTable } from "./state-table.ts";

/** What has one of these is looked at with more than its columns in mind. */
const NOT_CALM = FLAG.masked | FLAG.source | FLAG.walked | FLAG.whole;

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
  #hops = 0;

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

  /** Hops of what the relation in work brings something to. */
  get hops(): number {
    return this.#hops;
  }

  /** The place of the relation in work. */
  get front(): number {
    return this.#front;
  }

  /** Before the walk: what is brought now is so many hops from where it starts. */
  begin(hops: number): void {
    this.#hops = hops;
  }

  enter(relation: number): void {
    this.#current = relation;
    this.#hops = this.#hopsFrom(this.#front);
    if (!hasFlag(this.#scratch, this.#front, FLAG.walked)) this.#noteWalked();
  }

  #noteWalked(): void {
    const scratch = this.#scratch;
    setFlag(scratch, this.#front, FLAG.walked);
    const last = scratch.walked[scratch.walkedCount - 1] ?? -1;
    if (last > this.#front) scratch.isInOrder = false;
    scratch.walked[scratch.walkedCount++] = this.#front;
  }

  /** Goes on with a relation that was entered before. */
  returnTo(place: number): void {
    this.#current = this.#snapshot.byRank[place] ?? 0;
    this.#hops = this.#hopsFrom(place);
  }

  #hopsFrom(place: number): number {
    // What happens inside a query is no step of its own; only the asset itself reads what is inside.
    const isAsset = this.#current < this.#snapshot.assetCount;
    return hopsIn(this.#scratch.relations[place] ?? 0) + (isAsset ? 1 : 0);
  }

  leave(): void {
    this.#current = -1;
    this.#hops = 0;
  }

  /** The next relation to look at; -1: nothing is left. */
  next(): number {
    const { dirty, lastWord, relations } = this.#scratch;
    for (let word = this.#front >>> 5; word <= lastWord; word++) {
      const bits = dirty[word] ?? 0;
      if (bits === 0) continue;
      const bit = 31 - Math.clz32(bits & -bits);
      dirty[word] = bits & ~(1 << bit);
      this.#front = word * 32 + bit;
      relations[this.#front] = (relations[this.#front] ?? 0) & ~FLAG.dirty;
      return this.#snapshot.byRank[this.#front] ?? 0;
    }
    return -1;
  }

  /**
   * Takes the next relation, and enters it, where it lies before `end`, is calm, and nothing came to it but effects on its
   * columns; for a stretch of relations that do not reach each other. -1: there is none.
   */
  nextCalm(end: number): number {
    const { calmUntil, dirty, relations, walked } = this.#scratch;
    const from = this.#front + 1;
    let word = from >>> 5;
    let bits = (dirty[word] ?? 0) & (-1 << (from & 31));
    while (bits === 0) {
      word++;
      if (word * 32 >= end) return -1;
      bits = dirty[word] ?? 0;
    }
    const place = word * 32 + 31 - Math.clz32(bits & -bits);
    const entry = relations[place] ?? 0;
    if (place >= end || calmUntil[place] === 0 || (entry & NOT_CALM) !== 0) return -1;
    dirty[word] = (dirty[word] ?? 0) & ~(1 << (place & 31));
    relations[place] = (entry & ~FLAG.dirty) | FLAG.walked;
    walked[this.#scratch.walkedCount++] = place;
    this.#front = place;
    this.#current = this.#snapshot.byRank[place] ?? 0;
    this.#hops = this.#hopsFrom(place);
    return place;
  }

  /** Up to where relations can be taken together with the one in work; 0: it has to be seen to by itself. */
  calmEnd(): number {
    const entry = this.#scratch.relations[this.#front] ?? 0;
    return (entry & NOT_CALM) !== 0 ? 0 : (this.#scratch.calmUntil[this.#front] ?? 0);
  }

  /** Marks a relation as reached from the one in work, and to be looked at (again). */
  touch(relation: number): void {
    const place = this.#snapshot.rank[relation] ?? 0;
    const entry = this.#relax(place);
    const enters = (entry & FLAG.source) !== 0 && this.#current >= 0 && this.#current !== relation;
    if ((entry & FLAG.dirty) !== 0 && !enters) return;
    this.#scratch.relations[place] =
      entry | FLAG.reached | FLAG.dirty | (enters ? FLAG.entered : 0);
    this.#queue(place);
  }

  /** The fewest hops over which anything is brought to a relation, also what it has already. */
  #relax(place: number): number {
    const { relations } = this.#scratch;
    const entry = relations[place] ?? 0;
    if ((entry & FLAG.reached) !== 0 && hopsIn(entry) <= this.#hops) return entry;
    const relaxed = withHops(entry, this.#hops);
    relations[place] = relaxed;
    return relaxed;
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
    const { columns } = this.#scratch;
    const at = statePlace(this.#snapshot, column);
    const old = columns[at] ?? 0;
    const place = this.#snapshot.rank[relation] ?? 0;
    const isMasked = hasFlag(this.#scratch, place, FLAG.masked);
    const raised = this.#table.join(old, isMasked ? REACHED_ONLY : state);
    if (raised === old) {
      this.#relax(place);
      return;
    }
    columns[at] = raised;
    this.touch(relation);
  }

  raiseRows(relation: number, state: number): void {
    if (hasFlag(this.#scratch, this.#snapshot.rank[relation] ?? 0, FLAG.masked)) return;
    this.#scratch.hasRows = true;
    this.#raise(this.#scratch.rows, relation, state);
  }

  raiseRun(relation: number, state: number): void {
    if (state === 0) return;
    this.#scratch.hasRun = true;
    this.#raise(this.#scratch.run, relation, state);
  }

  #raise(states: Int32Array, relation: number, state: number): void {
    const old = states[relation] ?? 0;
    const raised = this.#table.join(old, state);
    if (raised === old) {
      this.#relax(this.#snapshot.rank[relation] ?? 0);
      return;
    }
    states[relation] = raised;
    this.touch(relation);
    setFlag(this.#scratch, this.#snapshot.rank[relation] ?? 0, FLAG.whole);
  }
}
