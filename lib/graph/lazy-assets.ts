import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge } from "#lib/model/edge.ts";
import { type EdgeSource, withEdgesOnDemand } from "#lib/model/edges-on-demand.ts";
import { packEdges } from "#lib/model/pack-edges.ts";
import type { PackedEdges } from "#lib/model/packed-edges.ts";
import { sameColumn } from "#lib/model/same-values.ts";
import { unpackEdges } from "#lib/model/unpack-edges.ts";
import type { MergedAsset } from "./merged-graph.ts";
import { countReads, readsOf, rememberReads } from "./reads-of.ts";
import { rememberUnread, type UnreadClue, unreadClueOf } from "./unread-clue.ts";

/** Texts of assets, one after the other: of each asset the head, its edges and its queries. */
export interface AssetTexts {
  readonly bytes: Uint8Array;
  /** Where each text begins, `TEXTS_OF_ASSET` an asset, and where the last one ends. */
  readonly start: Float64Array;
}

export const TEXTS_OF_ASSET = 3;
const [HEAD, EDGES, QUERIES] = [0, 1, 2];

/** What else is asked of every asset stands beside its head, so that the rest need not be read for it. */
type Head = Omit<MergedAsset, "edges" | "queries"> & {
  readonly reads: readonly AssetId[];
  readonly readCounts: readonly number[];
  readonly unread: UnreadClue;
};

/** An asset in three texts: edges and queries are most of it, and most questions need neither. */
export function writeAsset(
  asset: MergedAsset,
): readonly [head: string, edges: string, queries: string] {
  const { edges, queries, ...rest } = asset;
  const head: Head = {
    ...rest,
    reads: readsOf(asset),
    readCounts: countReads(asset),
    unread: unreadClueOf(asset),
  };
  return [JSON.stringify(head), JSON.stringify(packEdges(edges)), JSON.stringify(queries)];
}

const decoder = new TextDecoder();

function readText({ bytes, start }: AssetTexts, at: number): unknown {
  return JSON.parse(decoder.decode(bytes.subarray(start[at] ?? 0, start[at + 1] ?? 0)));
}

/** Edges stay in the file's bytes: of a graph they are most by far, and are made when somebody asks. */
class EdgesInFile implements EdgeSource {
  readonly #texts: AssetTexts;
  readonly #at: number;

  constructor(texts: AssetTexts, at: number) {
    this.#texts = texts;
    this.#at = at;
  }

  make(): readonly Edge[] {
    return unpackEdges(readText(this.#texts, this.#at) as PackedEdges);
  }
}

function readAsset(texts: AssetTexts, number: number): MergedAsset {
  const first = TEXTS_OF_ASSET * number;
  const { reads, readCounts, unread, ...head } = readText(texts, first + HEAD) as Head;
  let queries: readonly AssetQuery[] | undefined;
  const asset: MergedAsset = withEdgesOnDemand(
    {
      ...head,
      columns: head.columns.map(sameColumn),
      get queries() {
        queries ??= readText(texts, first + QUERIES) as readonly AssetQuery[];
        return queries;
      },
    },
    new EdgesInFile(texts, first + EDGES),
  );
  rememberReads(asset, { reads, counts: readCounts });
  rememberUnread(asset, unread);
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
