import { edgeEnd, type Snapshot } from "#lib/graph/snapshot.ts";
import { Batch } from "./batch.ts";
import type { Landing } from "./landing.ts";
import type { Leaving } from "./leaving.ts";
import type { Machine } from "./machine.ts";
import { FLAG, HOPS_SHIFT, LATER, LATER_FIELDS, type Scratch } from "./scratch.ts";
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
/** Is there already, and stays. */
const KEPT = FLAG.whole;
const KNOWN = ENTRY.known;
/** Instead of a state: it has to be worked out. */
const UNSURE = -1;

/**
 * Hands on what is wrong with the columns of a relation, over every edge of them: where a pass spends its time.
 *
 * Edges are swept over by a loop that calls nothing, so that the machine need not look after each edge whether an array
 * is still what it was (with calls inside, it took twice the time). It sees to what most edges are: the rule is worked out
 * and brings nothing but a column's state, and the reader is still to be looked at. Other edges are put aside, and each
 * is seen to by itself. Where nothing but columns is to be seen to, the loop goes over those of many relations at once,
 * which takes 0.6 of the time: a relation of which five columns are reached costs more by itself than their edges. The
 * same loop in WebAssembly, with all arrays in its memory, was 1.3 to 1.5 times as fast, which does not pay for holding
 * the edges twice; one array for target, rank and use changed nothing. What is left is waiting for the targets' states and
 * wrong guesses of where a column's edges end: with all of it near the processor an edge takes 5 ns, in a hub's walk over
 * ten million edges 12. Laying a batch's edges side by side first, fetching their targets before, and leaving out columns
 * that nobody reads changed nothing either.
 */
export class ColumnPusher {
  readonly #given: ColumnPusherInput;
  readonly #batch: Batch;
  /** How many edges were put aside, in `Scratch.batch`. */
  #laterCount = 0;
  #part = 0;
  /** Where in the batch the sweep stopped for lack of room, and at which edge; -1: before the column's first one. */
  #at = 0;
  #edge = -1;

  constructor(given: ColumnPusherInput) {
    this.#given = given;
    this.#batch = new Batch({ ...given, table: given.machine.states });
  }

  push(relation: number): void {
    const { machine, scratch } = this.#given;
    // Reading the rows is reading all columns; being reached is each column's own.
    const rows = machine.states.unreached(scratch.rows[relation] ?? 0);
    const rank = this.#given.snapshot.rank[relation] ?? 0;
    if (rows === 0) this.#batch.takeReached(rank);
    else this.#batch.takeWhole(rank);
    this.#sweepAll(machine.leaving(rows, relation < this.#given.snapshot.assetCount));
  }

  /** The same for a relation of which nothing but columns is to be seen to, and others like it up to the rank `end`. */
  pushStretch(relation: number, end: number): void {
    const { machine, states } = this.#given;
    states.enter(relation);
    this.#batch.takeStretch(end);
    this.#sweepAll(machine.leaving(0, relation < this.#given.snapshot.assetCount));
    states.leave();
  }

  #sweepAll(leaving: Leaving): void {
    const { states } = this.#given.machine;
    const { count } = this.#batch;
    this.#at = 0;
    this.#part = 0;
    this.#edge = -1;
    while (this.#at < count) {
      leaving.ensure(states.size);
      if (states.isJoinable) {
        this.#sweep(count, leaving.entries);
        this.#seeToLater(leaving);
      } else this.#seeToColumn(leaving);
    }
  }

  #sweep(count: number, entriesOf: readonly Int32Array[]): void {
    const { edgeStart, edgeTo, edgeRank, edgeUse } = this.#given.snapshot;
    const { columns, relations, batch, dirty } = this.#given.scratch;
    const { known, bits } = this.#given.machine.states.joins;
    const { none } = this.#given.machine.edges;
    const { front } = this.#given.states;
    const { later } = batch;
    // An entry may be put down as it is where it is worked out, and brings nothing beside the column's state.
    const plain = KNOWN | this.#given.landing.lookCloser;
    let { lastWord } = this.#given.scratch;
    let laterCount = 0;
    let edge = this.#edge;
    let at = this.#at;
    let part = this.#part;
    let partEnd = int(batch.end, part);
    let reached = int(batch.reached, part);
    for (; at < count; at++) {
      if (at === partEnd) {
        part++;
        partEnd = int(batch.end, part);
        reached = int(batch.reached, part);
      }
      const place = int(batch.place, at);
      const last = int(edgeStart, place + 1);
      if (edge < 0) edge = int(edgeStart, place);
      const end = Math.min(last, edge + LATER - laterCount);
      const entries = entriesOf[columns[place] ?? 0] ?? none;
      for (; edge < end; edge++) {
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
        if (odd === 0 && waiting !== 0 && waiting >>> HOPS_SHIFT <= reached >>> HOPS_SHIFT)
          columns[target] = raised;
        else if (odd === 0 && to > front) {
          columns[target] = raised;
          relations[to] = (waiting & KEPT) | reached;
          lastWord = Math.max(lastWord, setBit(dirty, to));
        } else {
          later[LATER_FIELDS * laterCount] = part;
          later[LATER_FIELDS * laterCount + 1] = place;
          later[LATER_FIELDS * laterCount + 2] = edge;
          laterCount++;
        }
      }
      if (edge < last) break;
      edge = -1;
    }
    this.#at = at;
    this.#part = part;
    this.#edge = edge;
    this.#laterCount = laterCount;
    this.#given.scratch.lastWord = lastWord;
  }

  #seeToLater(leaving: Leaving): void {
    const { landing, snapshot, states } = this.#given;
    const { columns, batch } = this.#given.scratch;
    for (let index = 0; index < this.#laterCount; index++) {
      const first = LATER_FIELDS * index;
      const edge = batch.later[first + 2] ?? 0;
      states.returnTo(batch.rank[batch.later[first] ?? 0] ?? 0);
      landing.land(
        leaving.of(columns[batch.later[first + 1] ?? 0] ?? 0),
        snapshot.edgeUse[edge] ?? 0,
        edgeEnd(snapshot, edge),
      );
    }
    this.#laterCount = 0;
  }

  /** A column by itself, where there are too many states. */
  #seeToColumn(leaving: Leaving): void {
    const { landing, snapshot, states } = this.#given;
    const { edgeStart, edgeUse } = snapshot;
    const { columns, batch } = this.#given.scratch;
    const place = batch.place[this.#at] ?? 0;
    if (this.#at === batch.end[this.#part]) this.#part++;
    states.returnTo(batch.rank[this.#part] ?? 0);
    const outcomes = leaving.of(columns[place] ?? 0);
    const end = edgeStart[place + 1] ?? 0;
    const first = this.#edge < 0 ? (edgeStart[place] ?? 0) : this.#edge;
    for (let edge = first; edge < end; edge++)
      landing.land(outcomes, edgeUse[edge] ?? 0, edgeEnd(snapshot, edge));
    this.#at++;
    this.#edge = -1;
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
