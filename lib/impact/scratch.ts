import { largeInt32Array, largeUint8Array } from "#lib/graph/large-arrays.ts";
import { type Snapshot, walkPlace } from "#lib/graph/snapshot.ts";
import { calmStretches } from "./calm-stretches.ts";

export const FLAG = {
  reached: 1,
  /** Fails for certain and keeps its old content. */
  masked: 2,
  /** A change starts here. */
  source: 4,
  /** A change starts here, and another way leads back to it. */
  entered: 8,
  /** Waits to be looked at. */
  dirty: 16,
  /** Was looked at. */
  walked: 32,
  /** Its row set or its run has a state. */
  whole: 64,
} as const;

/** Above the flags: how many assets lie between a change and the relation. */
export const HOPS_SHIFT = 8;
const FLAG_BITS = (1 << HOPS_SHIFT) - 1;

/** Flags and hops of a relation as one number, so that one look fetches both. */
export const withHops = (entry: number, hops: number): number =>
  (entry & FLAG_BITS) | (hops << HOPS_SHIFT);

export const hopsIn = (entry: number): number => entry >>> HOPS_SHIFT;

/** What is fetched from far away is kept narrow: the states of a layer of a large graph then stay near the processor. */
export type StateArray = Uint8Array | Int32Array;

type Width = "narrow" | "wide";

/** States above this number do not fit into a narrow array. */
export const MOST_NARROW = 0xff;

/** Working arrays of one snapshot, empty between questions: nothing of the graph's size is allocated per question. */
export interface Scratch {
  /** A state for each column by its walk place, those of new columns behind the snapshot's own; 0: not reached. */
  columns: StateArray;
  /** A state for each relation's row set and run; 0: not reached, no effect. */
  readonly rows: Int32Array;
  readonly run: Int32Array;
  /** Whether any of these is not 0. */
  hasRows: boolean;
  hasRun: boolean;
  /** By rank: all columns of a relation joined, as they were when it was last looked at. */
  readonly joined: Int32Array;
  /** Flags and hops of each relation, by rank: those of one layer lie together. */
  readonly relations: Int32Array;
  /** A bit for each place in the order. */
  readonly dirty: Int32Array;
  lastWord: number;
  /** The ranks of relations that were looked at, in the order in which that was first done. */
  readonly walked: Int32Array;
  walkedCount: number;
  /** False where a cycle led back. */
  isInOrder: boolean;
  /** By rank: the walk place of a relation's first column; and the count of columns. */
  readonly placeStart: Int32Array;
  /** By rank: see `calmStretches`. */
  readonly calmUntil: Int32Array;
  /** Columns that are swept over at once. */
  readonly batch: BatchArrays;
}

/** There is room for the columns of any one relation, and `ENOUGH` more. */
export interface BatchArrays {
  /** Walk places of columns. */
  readonly place: Int32Array;
  /** By part: the place in the batch behind its last column. */
  readonly end: Int32Array;
  /** By part: the rank of its relation. */
  readonly rank: Int32Array;
  /** By part: flags and hops of what nothing but its columns reach. */
  readonly reached: Int32Array;
  /** Edges that a sweep put aside: the part, the column's walk place and the edge each. */
  readonly later: Int32Array;
}

/** So many edges at once are put aside. */
export const LATER = 4096;
export const LATER_FIELDS = 3;

/** With so many columns a batch is large enough; it stays small enough for the fastest memory. */
export const ENOUGH = 2048;

const narrow = new WeakMap<Snapshot, Scratch>();

/** The working arrays of a snapshot. `wide`: for more states than a byte can number, made for one question. */
export function borrowScratch(snapshot: Snapshot, width: Width): Scratch {
  if (width === "wide") return makeScratch(snapshot, width);
  const known = narrow.get(snapshot);
  if (known !== undefined) return known;
  const made = makeScratch(snapshot, width);
  narrow.set(snapshot, made);
  return made;
}

/** Drops working arrays that a question left behind as they were. */
export const forgetScratch = (snapshot: Snapshot): boolean => narrow.delete(snapshot);

const NEW_COLUMNS = 256;

/** One for each column, and for some that do not exist yet. */
export const emptyStates = (columnCount: number, width: Width): StateArray =>
  width === "wide"
    ? largeInt32Array(columnCount + NEW_COLUMNS)
    : largeUint8Array(columnCount + NEW_COLUMNS);

function makeScratch(snapshot: Snapshot, width: Width): Scratch {
  const { byRank, columnCount, relationCount, walkStart } = snapshot;
  const placeStart = new Int32Array(relationCount + 1);
  for (let rank = 0; rank < relationCount; rank++)
    placeStart[rank] = walkStart[byRank[rank] ?? 0] ?? 0;
  placeStart[relationCount] = columnCount;
  let widest = 0;
  for (let rank = 0; rank < relationCount; rank++)
    widest = Math.max(widest, (placeStart[rank + 1] ?? 0) - (placeStart[rank] ?? 0));
  // One more: the place behind the last is written before it is known to count.
  const room = widest + ENOUGH + 1;
  return {
    columns: emptyStates(columnCount, width),
    rows: new Int32Array(relationCount),
    run: new Int32Array(relationCount),
    hasRows: false,
    hasRun: false,
    joined: new Int32Array(relationCount),
    relations: new Int32Array(relationCount),
    dirty: new Int32Array((relationCount >>> 5) + 1),
    lastWord: -1,
    walked: new Int32Array(relationCount),
    walkedCount: 0,
    isInOrder: true,
    placeStart,
    calmUntil: calmStretches(snapshot),
    batch: {
      place: new Int32Array(room),
      end: new Int32Array(room),
      rank: new Int32Array(room),
      reached: new Int32Array(room),
      later: new Int32Array(LATER_FIELDS * LATER),
    },
  };
}

/** Where the state of a column stands in `Scratch.columns`. */
export const statePlace = (snapshot: Snapshot, column: number): number =>
  column < snapshot.columnCount ? walkPlace(snapshot, column) : column;

/** `place`: the relation's rank. */
export const hasFlag = (scratch: Scratch, place: number, flag: number): boolean =>
  ((scratch.relations[place] ?? 0) & flag) !== 0;

export function setFlag(scratch: Scratch, place: number, flag: number): void {
  scratch.relations[place] = (scratch.relations[place] ?? 0) | flag;
}

/** Makes room for columns that do not exist yet. */
export function ensureColumns(scratch: Scratch, count: number): void {
  const { columns } = scratch;
  if (columns.length >= count) return;
  const larger =
    columns instanceof Int32Array ? new Int32Array(2 * count) : new Uint8Array(2 * count);
  larger.set(columns);
  scratch.columns = larger;
}

/** From this share of all relations on, whole arrays are copied and emptied at once. */
const MANY = 1 / 8;

export const reachesMany = ({ walkedCount, relations }: Scratch): boolean =>
  walkedCount > relations.length * MANY;

/** Empties what the question touched, the columns apart. */
export function returnScratch(scratch: Scratch, { byRank }: Snapshot): void {
  const { rows, run, joined, relations, walked } = scratch;
  if (reachesMany(scratch)) for (const each of [rows, run, joined, relations]) each.fill(0);
  else
    for (let at = 0; at < scratch.walkedCount; at++) {
      const rank = walked[at] ?? 0;
      const relation = byRank[rank] ?? 0;
      rows[relation] = 0;
      run[relation] = 0;
      joined[rank] = 0;
      relations[rank] = 0;
    }
  scratch.walkedCount = 0;
  scratch.isInOrder = true;
  scratch.hasRows = false;
  scratch.hasRun = false;
  scratch.lastWord = -1;
}
