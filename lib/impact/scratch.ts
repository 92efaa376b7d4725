import type { Snapshot } from "#lib/graph/snapshot.ts";

/** What a pass keeps of a relation, side by side so that one look fetches it: an index into `Scratch.relations`. */
export const FIELD = { flags: 0, hops: 1, place: 2, owner: 3, count: 4 } as const;

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
} as const;

/** Working arrays of one snapshot, empty between questions: nothing of the graph's size is allocated per question. */
export interface Scratch {
  /** A state for each column, those of new columns behind the snapshot's own; 0: not reached. */
  columns: Int32Array;
  /** A state for each relation's row set and run; 0: not reached, no effect. */
  readonly rows: Int32Array;
  readonly run: Int32Array;
  /** `FIELD.count` numbers for each relation. */
  readonly relations: Int32Array;
  /** A bit for each place in the order. */
  readonly dirty: Int32Array;
  lastWord: number;
  /** The relations that were looked at, in the order in which that was first done. */
  readonly walked: Int32Array;
  walkedCount: number;
  /** False where a cycle led back. */
  isInOrder: boolean;
  /** How many columns have a state. */
  columnCount: number;
}

const scratches = new WeakMap<Snapshot, Scratch>();

export function borrowScratch(snapshot: Snapshot): Scratch {
  const known = scratches.get(snapshot);
  if (known !== undefined) return known;
  const count = snapshot.relationCount;
  const relations = new Int32Array(FIELD.count * count);
  for (let relation = 0; relation < count; relation++) {
    relations[FIELD.count * relation + FIELD.place] = snapshot.rank[relation] ?? 0;
    relations[FIELD.count * relation + FIELD.owner] = snapshot.owner[relation] ?? 0;
  }
  const made: Scratch = {
    columns: new Int32Array(snapshot.columnCount + 256),
    rows: new Int32Array(count),
    run: new Int32Array(count),
    relations,
    dirty: new Int32Array((count >>> 5) + 1),
    lastWord: -1,
    walked: new Int32Array(count),
    walkedCount: 0,
    isInOrder: true,
    columnCount: 0,
  };
  scratches.set(snapshot, made);
  return made;
}

export const hasFlag = (scratch: Scratch, relation: number, flag: number): boolean =>
  ((scratch.relations[FIELD.count * relation] ?? 0) & flag) !== 0;

export function setFlag(scratch: Scratch, relation: number, flag: number): void {
  scratch.relations[FIELD.count * relation] =
    (scratch.relations[FIELD.count * relation] ?? 0) | flag;
}

/** Makes room for columns that do not exist yet. */
export function ensureColumns(scratch: Scratch, count: number): void {
  if (scratch.columns.length >= count) return;
  const larger = new Int32Array(2 * count);
  larger.set(scratch.columns);
  scratch.columns = larger;
}

/** Empties what the question touched, the columns apart. */
export function returnScratch(scratch: Scratch): void {
  const { rows, run, relations, walked } = scratch;
  for (let at = 0; at < scratch.walkedCount; at++) {
    const relation = walked[at] ?? 0;
    rows[relation] = 0;
    run[relation] = 0;
    relations[FIELD.count * relation + FIELD.flags] = 0;
    relations[FIELD.count * relation + FIELD.hops] = 0;
  }
  scratch.walkedCount = 0;
  scratch.isInOrder = true;
  scratch.columnCount = 0;
  scratch.lastWord = -1;
}
