/** A patch of more than this share of its map is made one with it. */
const MOST_PATCHED = 1 / 16;
const FEW = 64;

interface Lists<K, V> {
  readonly keys: readonly K[];
  readonly values: readonly V[];
}

/**
 * A map with some entries changed, without a copy of the others. The map that it was made from must not change any more.
 */
export class PatchedMap<K, V> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  /** Undefined: taken away. */
  readonly #patch: ReadonlyMap<K, V | undefined>;
  readonly size: number;
  /** Made when somebody goes through the map: most versions of a graph are only asked for some entries. */
  #lists: Lists<K, V> | undefined;

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
  entries(): MapIterator<[K, V]> {
    this.#lists ??= this.#list();
    const { keys, values } = this.#lists;
    return keys.map((key, at): [K, V] => [key, values[at] as V]).values();
  }

  #list(): Lists<K, V> {
    const keys: K[] = [];
    const values: V[] = [];
    const add = (key: K, value: V): void => {
      keys.push(key);
      values.push(value);
    };
    this.#base.forEach((value, key) => {
      if (!this.#patch.has(key)) add(key, value);
      else {
        const now = this.#patch.get(key);
        if (now !== undefined) add(key, now);
      }
    });
    for (const [key, value] of this.#patch)
      if (value !== undefined && !this.#base.has(key)) add(key, value);
    return { keys, values };
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  keys(): MapIterator<K> {
    this.#lists ??= this.#list();
    return this.#lists.keys.values();
  }

  values(): MapIterator<V> {
    this.#lists ??= this.#list();
    return this.#lists.values.values();
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
