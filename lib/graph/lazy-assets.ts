import type { AssetId } from "#lib/model/asset-id.ts";
import type { MergedAsset } from "./merged-graph.ts";
import { readsOf, rememberReads } from "./reads-of.ts";

/** Texts of assets, one after the other: of asset `n` the head, then the tail. */
export interface AssetTexts {
  readonly bytes: Uint8Array;
  /** Where each text begins, two an asset, and where the last one ends. */
  readonly start: Float64Array;
}

type Tail = Pick<MergedAsset, "edges" | "queries">;

type Head = Omit<MergedAsset, keyof Tail> & { readonly reads: readonly AssetId[] };

/** An asset in two texts: edges and queries are most of it, and most questions need neither. */
export function writeAsset(asset: MergedAsset): readonly [head: string, tail: string] {
  const { edges, queries, ...head } = asset;
  return [
    JSON.stringify({ ...head, reads: readsOf(asset) }),
    JSON.stringify({ edges, queries } satisfies Tail),
  ];
}

const decoder = new TextDecoder();

function readText({ bytes, start }: AssetTexts, at: number): unknown {
  return JSON.parse(decoder.decode(bytes.subarray(start[at] ?? 0, start[at + 1] ?? 0)));
}

function readAsset(texts: AssetTexts, number: number): MergedAsset {
  const { reads, ...head } = readText(texts, 2 * number) as Head;
  let tail: Tail | undefined;
  const readTail = (): Tail => {
    tail ??= readText(texts, 2 * number + 1) as Tail;
    return tail;
  };
  const asset: MergedAsset = {
    ...head,
    get edges() {
      return readTail().edges;
    },
    get queries() {
      return readTail().queries;
    },
  };
  rememberReads(asset, reads);
  return asset;
}

/** The assets of a graph from a file: each is read when it is first asked for, and is the same object from then on. */
export class LazyAssets implements ReadonlyMap<AssetId, MergedAsset> {
  readonly #ids: readonly AssetId[];
  readonly #numbers: ReadonlyMap<AssetId, number>;
  readonly #texts: AssetTexts;
  readonly #known: (MergedAsset | undefined)[];

  constructor(ids: readonly AssetId[], texts: AssetTexts) {
    this.#ids = ids;
    this.#numbers = new Map(ids.map((id, number) => [id, number]));
    this.#texts = texts;
    this.#known = new Array<MergedAsset | undefined>(ids.length);
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: AssetId): boolean {
    return this.#numbers.has(id);
  }

  get(id: AssetId): MergedAsset | undefined {
    const number = this.#numbers.get(id);
    return number === undefined ? undefined : this.#at(number);
  }

  #at(number: number): MergedAsset {
    const known = this.#known[number];
    if (known !== undefined) return known;
    const asset = readAsset(this.#texts, number);
    this.#known[number] = asset;
    return asset;
  }

  keys(): MapIterator<AssetId> {
    return this.#numbers.keys();
  }

  *values(): MapIterator<MergedAsset> {
    for (let number = 0; number < this.#ids.length; number++) yield this.#at(number);
  }

  *entries(): MapIterator<[AssetId, MergedAsset]> {
    for (const [id, number] of this.#numbers) yield [id, this.#at(number)];
  }

  [Symbol.iterator](): MapIterator<[AssetId, MergedAsset]> {
    return this.entries();
  }

  forEach(
    visit: (asset: MergedAsset, id: AssetId, map: ReadonlyMap<AssetId, MergedAsset>) => void,
  ): void {
    for (const [id, asset] of this) visit(asset, id, this);
  }
}
