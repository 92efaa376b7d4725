import type { AssetId } from "#lib/model/asset-id.ts";

/** A table that a name such as `events_*` stands for. */
export interface WildcardMatch {
  readonly id: AssetId;
  /** What the table has in the place of the star; a star at its end is a day: `*`, `intraday_*`. Undefined: a part of a day, or no star. */
  readonly suffix: string | undefined;
}

/** Keys of tables in order: what begins with a text lies side by side. */
export class PrefixIndex {
  readonly #sorted: readonly (readonly [key: string, id: AssetId])[];

  constructor(entries: readonly (readonly [key: string, id: AssetId])[]) {
    this.#sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The tables whose key begins with `stem` and goes no deeper, by what follows it. */
  startingWith(stem: string): ReadonlyMap<string, readonly AssetId[]> {
    const found = new Map<string, AssetId[]>();
    for (let at = this.#firstFrom(stem); at < this.#sorted.length; at += 1) {
      const [key, id] = this.#sorted[at] ?? ["", undefined];
      if (id === undefined || !key.startsWith(stem)) break;
      const suffix = key.slice(stem.length);
      if (suffix.includes("\u0000")) continue;
      const ids = found.get(suffix);
      if (ids === undefined) found.set(suffix, [id]);
      else if (!ids.includes(id)) ids.push(id);
    }
    return found;
  }

  #firstFrom(stem: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.[0] ?? "") < stem) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
