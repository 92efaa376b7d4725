/** A patch of more than this share of its map is made one with it. */
const MOST_PATCHED = 1 / 16;
const FEW = 64;

/**
 * A map with some entries changed, without a copy of the others. The map that it was made from must not change any more.
 */
export class PatchedMap<K, V> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  /** Undefined: taken away. */
  readonly #patch: ReadonlyMap<K, V | undefined>;
  readonly size: number;

  private constructor(base: ReadonlyMap<K, V>, patch: ReadonlyMap<K, V | undefined>) {
    this.#base = base;
    this.#patch = patch;
    let size = base.size;
    for (const [key, value] of patch) {
      if (value === undefined) size -= base.has(key) ? 1 : 0;
      else if (!base.has(key)) size++;
    }
    this.size = size;
  }

  /** `changes`: undefined takes an entry away. O(changes), now and then O(entries). */
  static of<K, V>(
    before: ReadonlyMap<K, V>,
    changes: ReadonlyMap<K, V | undefined>,
  ): ReadonlyMap<K, V> {
    const isPatched = before instanceof PatchedMap;
    const base: ReadonlyMap<K, V> = isPatched ? before.#base : before;
    const patch = new Map<K, V | undefined>(isPatched ? before.#patch : []);
    for (const [key, value] of changes) patch.set(key, value);
    const patched = new PatchedMap(base, patch);
    return patch.size > FEW && patch.size > base.size * MOST_PATCHED ? new Map(patched) : patched;
  }

  get(key: K): V | undefined {
    const value = this.#patch.get(key);
    return value !== undefined || this.#patch.has(key) ? value : this.#base.get(key);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** In the order of a map in which the changes were made one after the other. */
  *entries(): MapIterator<[K, V]> {
    const patch = this.#patch;
    for (const entry of this.#base) {
      const [key] = entry;
      const value = patch.get(key);
      if (value !== undefined) yield [key, value];
      else if (!patch.has(key)) yield entry;
    }
    for (const [key, value] of patch)
      if (value !== undefined && !this.#base.has(key)) yield [key, value];
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
