import type { AssetId } from "#lib/model/asset-id.ts";
import { draftNotes } from "./draft-asset.ts";
import type { LinkedGraph } from "./linked-graph.ts";
import type { MergedGraph } from "./merged-graph.ts";
import type { EdgeNote, Notes } from "./snapshot.ts";

/** The notes of a linked graph, asset by asset. */
export function notesOf({ graph, ids, contributions }: LinkedGraph): NoteList {
  const start = new Int32Array(contributions.length + 1);
  contributions.forEach(({ noteCount }, at) => {
    start[at + 1] = (start[at] ?? 0) + noteCount;
  });
  return new NoteList(graph, { assetIds: ids, start });
}

/** So many notes that were made stay: an answer asks for those of the same assets again and again. */
const MOST_KEPT = 50_000;

/**
 * The notes of all edges: a number for each asset. Notes themselves are made again from the asset, when one of them is
 * asked for.
 */
export class NoteList implements Notes {
  readonly #graph: MergedGraph;
  readonly #assetIds: readonly AssetId[];
  /** By asset number: its first note; and the count of all. */
  readonly start: Int32Array;
  readonly #known = new Map<number, readonly EdgeNote[]>();
  #knownCount = 0;

  constructor(
    graph: MergedGraph,
    { assetIds, start }: { readonly assetIds: readonly AssetId[]; readonly start: Int32Array },
  ) {
    this.#graph = graph;
    this.#assetIds = assetIds;
    this.start = start;
  }

  get length(): number {
    return this.start[this.#assetIds.length] ?? 0;
  }

  startOf(asset: number): number {
    return this.start[asset] ?? 0;
  }

  at(note: number): EdgeNote | undefined {
    let low = 0;
    let high = this.#assetIds.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= note) low = middle;
      else high = middle - 1;
    }
    return this.#notesOf(low)[note - this.startOf(low)];
  }

  #notesOf(number: number): readonly EdgeNote[] {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const id = this.#assetIds[number];
    const asset = id === undefined ? undefined : this.#graph.assets.get(id);
    if (asset === undefined) return [];
    const notes = draftNotes(asset, this.#graph);
    this.#keep(number, notes);
    return notes;
  }

  #keep(number: number, notes: readonly EdgeNote[]): void {
    this.#known.set(number, notes);
    this.#knownCount += notes.length;
    for (const [oldest, kept] of this.#known) {
      if (this.#knownCount <= MOST_KEPT || oldest === number) break;
      this.#known.delete(oldest);
      this.#knownCount -= kept.length;
    }
  }
}
