import type { AssetId } from "#lib/model/asset-id.ts";
import type { FactMark, LineageWorld, WorldEntry } from "./lineage-world.ts";

/** A fact that is not yet, or not so, in the world. */
interface LooseFact {
  readonly mark: FactMark;
  readonly old?: WorldEntry;
}

/**
 * Assets whose queries may read each other in a circle with those of `assets`. Reads are taken by what a name might mean,
 * so there may be too many, never too few.
 */
export function queriesInCircles(input: {
  readonly world: LineageWorld;
  readonly assets: ReadonlySet<AssetId>;
  /** Facts that take the place of the world's, with their assets. */
  readonly items: ReadonlyMap<LooseFact, AssetId>;
}): ReadonlySet<AssetId> {
  const graph = new ReadGraph(input);
  const found = new Set<AssetId>();
  for (const asset of input.assets) {
    if (!graph.isRead(asset)) continue;
    for (const one of graph.circleOf(asset)) found.add(one);
  }
  return found;
}

class ReadGraph {
  readonly #world: LineageWorld;
  readonly #items = new Map<AssetId, LooseFact[]>();
  readonly #byNumber = new Map<number, AssetId[]>();
  readonly #asked = new Set<number>();
  readonly #reads = new Map<AssetId, ReadonlySet<AssetId>>();

  constructor({ world, items }: Parameters<typeof queriesInCircles>[0]) {
    this.#world = world;
    for (const [item, asset] of items) {
      addTo(this.#items, asset, item);
      for (const one of item.mark.provides) addTo(this.#byNumber, one, asset);
      for (const one of item.mark.queryAsks) this.#asked.add(one);
    }
  }

  isRead(asset: AssetId): boolean {
    return this.#marksOf(asset).some(({ provides }) =>
      provides.some((one) => this.#asked.has(one) || this.#world.queryAskers(one).length > 0),
    );
  }

  /** What the asset needs and what needs the asset: of all that it needs, those that lead back. */
  circleOf(asset: AssetId): ReadonlySet<AssetId> {
    const neededBy = new Map<AssetId, AssetId[]>();
    const queue = [asset];
    const seen = new Set(queue);
    for (const one of queue) {
      for (const read of this.#readsOf(one)) {
        addTo(neededBy, read, one);
        if (seen.has(read)) continue;
        seen.add(read);
        queue.push(read);
      }
    }
    const back = new Set<AssetId>();
    const turn = [...(neededBy.get(asset) ?? [])];
    for (const one of turn) {
      if (back.has(one)) continue;
      back.add(one);
      turn.push(...(neededBy.get(one) ?? []));
    }
    return back;
  }

  #readsOf(asset: AssetId): ReadonlySet<AssetId> {
    const known = this.#reads.get(asset);
    if (known) return known;
    const reads = new Set<AssetId>();
    for (const { queryAsks } of this.#marksOf(asset)) {
      for (const one of queryAsks) {
        for (const { claim } of this.#world.providers(one)) reads.add(claim.asset);
        for (const id of this.#byNumber.get(one) ?? []) reads.add(id);
      }
    }
    reads.delete(asset);
    this.#reads.set(asset, reads);
    return reads;
  }

  #marksOf(asset: AssetId): readonly FactMark[] {
    const marks = [...this.#world.peers(asset)].map(({ mark }) => mark);
    for (const { mark, old } of this.#items.get(asset) ?? []) {
      marks.push(mark);
      if (old) marks.push(old.mark);
    }
    return marks;
  }
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
