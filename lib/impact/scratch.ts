import type { Snapshot } from "#lib/graph/snapshot.ts";

/** Working arrays of one snapshot, all zero between questions: nothing of the graph's size is allocated per question. */
export interface Scratch {
  /** Two words for each column, those of new columns behind the snapshot's own. */
  columns: Uint32Array;
  readonly rows: Uint32Array;
  readonly run: Uint32Array;
  readonly reached: Uint8Array;
  readonly masked: Uint8Array;
  /** 1: a change starts here. */
  readonly source: Uint8Array;
  readonly hops: Int32Array;
  /** A bit for each place in the order. */
  readonly dirty: Int32Array;
  lastWord: number;
  list: number[];
}

const scratches = new WeakMap<Snapshot, Scratch>();

export function borrowScratch(snapshot: Snapshot): Scratch {
  const known = scratches.get(snapshot);
  if (known !== undefined) return known;
  const count = snapshot.relationCount;
  const made: Scratch = {
    columns: new Uint32Array(2 * (snapshot.columnCount + 256)),
    rows: new Uint32Array(2 * count),
    run: new Uint32Array(2 * count),
    reached: new Uint8Array(count),
    masked: new Uint8Array(count),
    source: new Uint8Array(count),
    hops: new Int32Array(count),
    dirty: new Int32Array((count >>> 5) + 1),
    lastWord: -1,
    list: [],
  };
  scratches.set(snapshot, made);
  return made;
}

/** Makes room for columns that do not exist yet. */
export function ensureColumns(scratch: Scratch, count: number): void {
  if (scratch.columns.length >= 2 * count) return;
  const larger = new Uint32Array(4 * count);
  larger.set(scratch.columns);
  scratch.columns = larger;
}

/** Zeroes what the question touched. */
export function returnScratch(scratch: Scratch, snapshot: Snapshot): void {
  for (const relation of scratch.list) {
    const start = snapshot.columnStart[relation] ?? 0;
    scratch.columns.fill(0, 2 * start, 2 * (snapshot.columnStart[relation + 1] ?? start));
    scratch.rows[2 * relation] = 0;
    scratch.rows[2 * relation + 1] = 0;
    scratch.run[2 * relation] = 0;
    scratch.run[2 * relation + 1] = 0;
    scratch.reached[relation] = 0;
    scratch.masked[relation] = 0;
    scratch.source[relation] = 0;
    scratch.hops[relation] = 0;
  }
  scratch.columns.fill(0, 2 * snapshot.columnCount);
  scratch.list = [];
  scratch.lastWord = -1;
}
