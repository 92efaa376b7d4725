import type { FlatEdges } from "./assemble-snapshot.ts";
import { type Contribution, EDGE_FIELDS } from "./asset-draft.ts";
import type { LinkedGraph } from "./linked-graph.ts";
import type { LoosePart } from "./loose-parts.ts";
import { notesOf } from "./note-list.ts";
import type { ReadNumbers } from "./number-reads.ts";
import type { EdgeUse, Notes } from "./snapshot.ts";
import type { UseNumbers } from "./use-numbers.ts";
import type { WorkArrays } from "./work-arrays.ts";

/** Where the numbers of one asset stand in the whole graph. */
interface Place {
  readonly asset: number;
  /** The number of its first inner relation, less one. */
  readonly inner: number;
  /** The numbers of what all assets read, and where this one's begin. */
  readonly reads: Int32Array;
  readonly firstRead: number;
}

/** The number of a relation as an asset calls it: itself, one of its inner ones, or one that it reads. */
export function relationNumber(place: Place, relation: number): number {
  if (relation < 0) return place.reads[place.firstRead + ~relation] ?? 0;
  return relation === 0 ? place.asset : place.inner + relation;
}

export const placeOf = (
  { start, list }: ReadNumbers,
  { asset, innerStart }: { readonly asset: number; readonly innerStart: Int32Array },
): Place => ({
  asset,
  inner: (innerStart[asset] ?? 0) - 1,
  reads: list,
  firstRead: start[asset] ?? 0,
});

/** Edges from columns, and reads of whole relations, each in the order of assets and of adding. */
export function layEdges({
  linked,
  innerStart,
  columnStart,
  uses,
  loose,
  work,
}: {
  readonly linked: LinkedGraph;
  readonly innerStart: Int32Array;
  readonly columnStart: Int32Array;
  readonly uses: UseNumbers;
  readonly loose: readonly LoosePart[];
  readonly work: WorkArrays;
}): { readonly edges: FlatEdges; readonly reads: FlatEdges; readonly notes: Notes } {
  const { contributions, readNumbers, links, book } = linked;
  const counted = countEdges(contributions);
  const list = {
    edges: new EdgeList("edges", { count: counted.edges, work }),
    reads: new EdgeList("reads", { count: counted.reads + loose.length, work }),
  };
  const notes = notesOf(linked);
  for (let asset = 0; asset < contributions.length; asset++) {
    const contribution = contributions[asset];
    const link = links[asset];
    if (contribution === undefined || link === undefined || contribution.edges.length === 0)
      continue;
    layOne(list, {
      numbers: contribution.edges,
      place: placeOf(readNumbers, { asset, innerStart }),
      link,
      columnStart,
      uses,
      firstNote: notes.startOf(asset),
    });
  }
  for (const { part, whole } of loose)
    list.reads.put(part, ~whole, uses.numberOf(book.useNumber(PART_EDGE)), -1);
  return { edges: list.edges, reads: list.reads, notes };
}

function layOne(
  { edges, reads }: { readonly edges: EdgeList; readonly reads: EdgeList },
  {
    numbers,
    place,
    link,
    columnStart,
    uses,
    firstNote,
  }: {
    readonly numbers: Int32Array;
    readonly place: Place;
    readonly link: Int32Array;
    readonly columnStart: Int32Array;
    readonly uses: UseNumbers;
    readonly firstNote: number;
  },
): void {
  for (let at = 0; at < numbers.length; at += EDGE_FIELDS) {
    const from = numbers[at] ?? 0;
    const column = numbers[at + 1] ?? 0;
    const toColumn = numbers[at + 3] ?? 0;
    const noted = numbers[at + 5] ?? -1;
    const source = relationNumber(place, from);
    const to = relationNumber(place, numbers[at + 2] ?? 0);
    const target = toColumn < 0 ? ~to : (columnStart[to] ?? 0) + toColumn;
    const use = uses.numberOf(numbers[at + 4] ?? 0);
    const note = noted < 0 ? -1 : firstNote + noted;
    if (column < 0) reads.put(source, target, use, note);
    else {
      const known = from < 0 ? (link[column] ?? 0) : column;
      edges.put((columnStart[source] ?? 0) + known, target, use, note);
    }
  }
}

class EdgeList implements FlatEdges {
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly use: Uint16Array;
  readonly note: Int32Array;
  #count = 0;

  constructor(
    name: string,
    { count, work }: { readonly count: number; readonly work: WorkArrays },
  ) {
    this.source = work.int32(`${name} source`, count);
    this.target = work.int32(`${name} target`, count);
    this.use = work.uint16(`${name} use`, count);
    this.note = work.int32(`${name} note`, count);
  }

  /** Plain numbers: an object for each of many millions of edges costs more than the edge. */
  put(source: number, target: number, use: number, note: number): void {
    const at = this.#count++;
    this.source[at] = source;
    this.target[at] = target;
    this.use[at] = use;
    this.note[at] = note;
  }
}

const PART_EDGE: EdgeUse = { use: "IDENTITY", whole: true, detail: "part" };

function countEdges(contributions: readonly Contribution[]): {
  readonly edges: number;
  readonly reads: number;
} {
  let reads = 0;
  let all = 0;
  for (const { edges } of contributions) {
    all += edges.length / EDGE_FIELDS;
    for (let at = 1; at < edges.length; at += EDGE_FIELDS) if ((edges[at] ?? 0) < 0) reads++;
  }
  return { edges: all - reads, reads };
}
