/** Values by key, each once. Nearly all keys have one value, and a set for each would be most of the map's memory. */
export class ManyMap<K, V extends string | number> {
  readonly #values = new Map<K, V | Set<V>>();

  add(key: K, value: V): void {
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, value);
    else if (known instanceof Set) known.add(value);
    else if (known !== value) this.#values.set(key, new Set([known, value]));
  }

  /** In the order in which they were added; undefined where there is none. */
  get(key: K): readonly V[] | undefined {
    const known = this.#values.get(key);
    if (known === undefined) return undefined;
    return known instanceof Set ? [...known] : [known];
  }

  has(key: K, value: V): boolean {
    const known = this.#values.get(key);
    return known instanceof Set ? known.has(value) : known === value;
  }

  keys(): IterableIterator<K> {
    return this.#values.keys();
  }
}
