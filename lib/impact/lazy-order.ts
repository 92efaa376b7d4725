/** Below this many, sorting everything costs less than telling buckets apart. */
const FEW = 1024;

/** The bucket of what has no place in the order. */
export const LEFT_OUT = 0xffff;

export interface Sortable {
  /** By item: its bucket, from 0 on; or `LEFT_OUT`. */
  readonly bucketOf: Uint16Array;
  /** A number for each item, no two alike, that never falls from one bucket to the next. */
  readonly keyOf: (item: number) => number;
  readonly itemOf: (key: number) => number;
}

/**
 * Items in ascending order of their keys, of which mostly the first are read: they are put into buckets at once, and a
 * bucket is sorted when something of it is asked for. O(n) until then.
 */
export class LazyOrder {
  readonly count: number;
  readonly #given: Sortable;
  /** Bucket by bucket. */
  readonly #items: Int32Array;
  /** Where each bucket begins, and where the last one ends. */
  readonly #start: Int32Array;
  readonly #sorted: Uint8Array;

  constructor(given: Sortable) {
    this.#given = given;
    const { bucketOf } = given;
    this.#start = bucketOf.length <= FEW ? oneBucket(bucketOf) : startsOf(bucketOf);
    this.#sorted = new Uint8Array(this.#start.length - 1);
    this.count = this.#start[this.#start.length - 1] ?? 0;
    this.#items = new Int32Array(this.count);
    const cursor = this.#start.slice();
    const isOne = this.#sorted.length === 1;
    for (let item = 0; item < bucketOf.length; item++) {
      const bucket = bucketOf[item] ?? 0;
      if (bucket === LEFT_OUT) continue;
      const at = isOne ? 0 : bucket;
      const place = cursor[at] ?? 0;
      cursor[at] = place + 1;
      this.#items[place] = item;
    }
  }

  /** The item at a place of the order. */
  at(place: number): number | undefined {
    if (place < 0 || place >= this.count) return undefined;
    const bucket = this.#bucketAt(place);
    if (this.#sorted[bucket] === 0) this.#sort(bucket);
    return this.#items[place];
  }

  /** By numbers alone: comparing items by a function would take several times as long. */
  #sort(bucket: number): void {
    const items = this.#items.subarray(this.#start[bucket], this.#start[bucket + 1]);
    const keys = Float64Array.from(items, this.#given.keyOf).sort();
    for (let at = 0; at < keys.length; at++) items[at] = this.#given.itemOf(keys[at] ?? 0);
    this.#sorted[bucket] = 1;
  }

  /** The last bucket that begins at or before a place. */
  #bucketAt(place: number): number {
    let low = 0;
    let high = this.#sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#start[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function oneBucket(bucketOf: Uint16Array): Int32Array {
  let count = 0;
  for (let item = 0; item < bucketOf.length; item++) if (bucketOf[item] !== LEFT_OUT) count++;
  return Int32Array.of(0, count);
}

function startsOf(bucketOf: Uint16Array): Int32Array {
  let most = 0;
  for (let item = 0; item < bucketOf.length; item++) {
    const bucket = bucketOf[item] ?? 0;
    if (bucket > most && bucket !== LEFT_OUT) most = bucket;
  }
  const start = new Int32Array(most + 2);
  for (let item = 0; item < bucketOf.length; item++) {
    const bucket = bucketOf[item] ?? 0;
    if (bucket !== LEFT_OUT) start[bucket + 1] = (start[bucket + 1] ?? 0) + 1;
  }
  for (let bucket = 0; bucket <= most; bucket++)
    start[bucket + 1] = (start[bucket + 1] ?? 0) + (start[bucket] ?? 0);
  return start;
}
