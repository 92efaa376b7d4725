import { edgeEnd, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Landing } from "./landing.ts";
import type { Leaving } from "./leaving.ts";
import type { Machine } from "./machine.ts";
import { FLAG, HOPS_SHIFT, type Scratch } from "./scratch.ts";
import type { States } from "./states.ts";
import { ENTRY, ENTRY_BITS } from "./transfer.ts";

interface ColumnPusherInput {
  readonly snapshot: Snapshot;
  readonly machine: Machine;
  readonly scratch: Scratch;
  readonly states: States;
  readonly landing: Landing;
}

/** A relation with one of these is seen to with care: what is put there may have to be hidden, or come back. */
const WITH_CARE = FLAG.masked | FLAG.source | FLAG.walked;
const REACHED_AND_DIRTY = FLAG.reached | FLAG.dirty;
const KNOWN = ENTRY.known;
/** So many edges at once are left for later. */
const LATER = 4096;
/** Instead of a state: it has to be worked out. */
const UNSURE = -1;

/**
 * Hands on what is wrong with the columns of a relation, over every edge of them: where a pass spends its time.
 *
 * Edges are swept over by a loop that calls nothing, so that the machine need not look after each edge whether an array
 * is still what it was (with calls inside, it took twice the time). It sees to what most edges are: the rule is worked out
 * and brings nothing but a column's state, and the reader is still to be looked at. Other edges are put aside, and each
 * is seen to by itself. The same loop in WebAssembly, with all arrays in its memory, was 1.3 to 1.5 times as fast, which
 * does not pay for holding the edges twice; one array for target, rank and use, and listing all edges of a relation first,
 * changed nothing.
 */
export class ColumnPusher {
  readonly #given: ColumnPusherInput;
  /** Edges that were put aside: a column's walk place and an edge of it each. */
  readonly #later = new Int32Array(2 * LATER);
  #laterCount = 0;
  /** The place in the list where the sweep stopped, for lack of room. */
  #at = 0;
  /** All states of the columns that were swept over, joined. */
  #joined = 0;

  constructor(given: ColumnPusherInput) {
    this.#given = given;
  }

  push(relation: number): void {
    const { machine, scratch, snapshot } = this.#given;
    // Reading the rows is reading all columns; being reached is each column's own.
    const rows = machine.states.unreached(scratch.rows[relation] ?? 0);
    const count = rows === 0 ? this.#listReached(relation) : this.#listAll(relation);
    this.#joined = 0;
    if (count > 0) {
      const leaving = machine.leaving(rows, relation < snapshot.assetCount);
      this.#at = 0;
      while (this.#at < count) {
        leaving.ensure(machine.states.size);
        if (machine.states.isJoinable) this.#sweep(count, leaving.entries);
        if (this.#laterCount > 0) this.#seeToLater(leaving);
        else if (this.#at < count) this.#seeToColumn(leaving);
      }
      if (this.#joined < 0) this.#joinAll(count);
    }
    scratch.joined[relation] = this.#joined;
  }

  /** Without a branch: whether a column is reached cannot be foreseen, and foreseeing it wrongly costs more than writing. */
  #listReached(relation: number): number {
    const { columnStart, walkStart } = this.#given.snapshot;
    const { columns, list } = this.#given.scratch;
    const start = walkStart[relation] ?? 0;
    const end = start + (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0);
    let count = 0;
    for (let place = start; place < end; place++) {
      list[count] = place;
      count += -(columns[place] ?? 0) >>> 31;
    }
    return count;
  }

  #listAll(relation: number): number {
    const { columnStart, walkStart } = this.#given.snapshot;
    const { list } = this.#given.scratch;
    const start = walkStart[relation] ?? 0;
    const count = (columnStart[relation + 1] ?? 0) - (columnStart[relation] ?? 0);
    for (let at = 0; at < count; at++) list[at] = start + at;
    return count;
  }

  #sweep(count: number, entriesOf: readonly Int32Array[]): void {
    const { edgeStart, edgeTo, edgeRank, edgeUse } = this.#given.snapshot;
    const { columns, relations, list, dirty } = this.#given.scratch;
    const { known, bits } = this.#given.machine.states.joins;
    const { none } = this.#given.machine.edges;
    const { hops, front } = this.#given.states;
    const later = this.#later;
    // An entry may be put down as it is where it is worked out, and brings nothing beside the column's state.
    const plain = KNOWN | this.#given.landing.lookCloser;
    const reached = REACHED_AND_DIRTY | (hops << HOPS_SHIFT);
    let { lastWord } = this.#given.scratch;
    let joined = this.#joined;
    let laterCount = 0;
    let at = this.#at;
    for (; at < count; at++) {
      const place = int(list, at);
      const first = int(edgeStart, place);
      const end = int(edgeStart, place + 1);
      if (laterCount + end - first > LATER) break;
      const own = columns[place] ?? 0;
      const entries = entriesOf[own] ?? none;
      if (own !== joined && joined >= 0) joined = joinIn(known, (joined << bits) | own);
      for (let edge = first; edge < end; edge++) {
        const entry = int(entries, edgeUse[edge] ?? 0);
        if (entry === KNOWN) continue;
        const target = int(edgeTo, edge);
        const to = int(edgeRank, edge);
        const waiting = int(relations, to);
        const raised =
          target < 0
            ? UNSURE
            : joinIn(known, ((columns[target] ?? 0) << bits) | (entry >>> ENTRY_BITS));
        // One question instead of four: anything that is not as most edges are sets a bit.
        const odd = ((entry ^ KNOWN) & plain) | (waiting & WITH_CARE) | (raised >>> 31);
        if (odd === 0 && waiting !== 0 && waiting >>> HOPS_SHIFT <= hops) columns[target] = raised;
        else if (odd === 0 && to > front) {
          columns[target] = raised;
          relations[to] = reached;
          lastWord = Math.max(lastWord, setBit(dirty, to));
        } else {
          later[2 * laterCount] = place;
          later[2 * laterCount + 1] = edge;
          laterCount++;
        }
      }
    }
    this.#at = at;
    this.#joined = joined;
    this.#laterCount = laterCount;
    this.#given.scratch.lastWord = lastWord;
  }

  #seeToLater(leaving: Leaving): void {
    const { landing, snapshot } = this.#given;
    const { columns } = this.#given.scratch;
    for (let at = 0; at < this.#laterCount; at++) {
      const place = this.#later[2 * at] ?? 0;
      const edge = this.#later[2 * at + 1] ?? 0;
      landing.land(
        leaving.of(columns[place] ?? 0),
        snapshot.edgeUse[edge] ?? 0,
        edgeEnd(snapshot, edge),
      );
    }
    this.#laterCount = 0;
  }

  /** A column with more edges than can be put aside, of which there are few; or where there are too many states. */
  #seeToColumn(leaving: Leaving): void {
    const { landing, snapshot } = this.#given;
    const { edgeStart, edgeUse } = snapshot;
    const { columns, list } = this.#given.scratch;
    const place = list[this.#at++] ?? 0;
    const outcomes = leaving.of(columns[place] ?? 0);
    const end = edgeStart[place + 1] ?? 0;
    for (let edge = edgeStart[place] ?? 0; edge < end; edge++)
      landing.land(outcomes, edgeUse[edge] ?? 0, edgeEnd(snapshot, edge));
    this.#joined = UNSURE;
  }

  /** For states that nobody joined before. */
  #joinAll(count: number): void {
    const { columns, list } = this.#given.scratch;
    const { states } = this.#given.machine;
    let joined = 0;
    for (let at = 0; at < count; at++) joined = states.join(joined, columns[list[at] ?? 0] ?? 0);
    this.#joined = joined;
  }
}

// Small enough to be put in place of their calls.

/** For arrays of this one kind, so that the machine has to expect no other. */
const int = (array: Int32Array, at: number): number => array[at] ?? 0;

/** The number of two states joined, or `UNSURE`; see `StateTable.joins`. */
const joinIn = (known: Uint16Array, at: number): number => (known[at] ?? 0) - 1;

/** Returns the word in which the bit stands. */
function setBit(words: Int32Array, bit: number): number {
  const word = bit >>> 5;
  words[word] = int(words, word) | (1 << (bit & 31));
  return word;
}
