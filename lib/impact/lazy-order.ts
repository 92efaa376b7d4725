/** Below this many sorting everything costs less than telling buckets apart. */
const FEW = 1024;

/**
 * Numbers in ascending order, of which mostly the first are read: they are put into buckets at once, and a bucket is
 * sorted when something of it is asked for. O(n) until then.
 */
export class LazyOrder {
  readonly count: number;
  readonly #keys: Float64Array;
  /** Where each bucket begins, and where the last one ends. */
  readonly #start: Int32Array;
  readonly #sorted: Uint8Array;

  /** `bucketOf`: from 0 on, never falling as keys rise. */
  constructor(keys: Float64Array, bucketOf: (key: number) => number) {
    this.count = keys.length;
    if (keys.length <= FEW) {
      this.#keys = keys.slice().sort();
      this.#start = Int32Array.of(0, keys.length);
      this.#sorted = Uint8Array.of(1);
      return;
    }
    const buckets = new Int32Array(keys.length);
    let most = 0;
    for (let at = 0; at < keys.length; at++) {
      const bucket = bucketOf(keys[at] ?? 0);
      buckets[at] = bucket;
      if (bucket > most) most = bucket;
    }
    this.#start = startsOf(buckets, most + 1);
    this.#sorted = new Uint8Array(most + 1);
    this.#keys = new Float64Array(keys.length);
    const cursor = this.#start.slice();
    for (let at = 0; at < keys.length; at++) {
      const bucket = buckets[at] ?? 0;
      const place = cursor[bucket] ?? 0;
      cursor[bucket] = place + 1;
      this.#keys[place] = keys[at] ?? 0;
    }
  }

  /** The number at a place of the order. */
  at(place: number): number | undefined {
    if (place < 0 || place >= this.count) return undefined;
    const bucket = this.#bucketAt(place);
    if (this.#sorted[bucket] === 0) {
      this.#keys.subarray(this.#start[bucket], this.#start[bucket + 1]).sort();
      this.#sorted[bucket] = 1;
    }
    return this.#keys[place];
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

function startsOf(buckets: Int32Array, count: number): Int32Array {
  const start = new Int32Array(count + 1);
  for (const bucket of buckets) start[bucket + 1] = (start[bucket + 1] ?? 0) + 1;
  for (let bucket = 0; bucket < count; bucket++)
    start[bucket + 1] = (start[bucket + 1] ?? 0) + (start[bucket] ?? 0);
  return start;
}
