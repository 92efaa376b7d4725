import type { FlatEdges } from "./assemble-snapshot.ts";

/** An end before columns have numbers: a relation, and a column's place within it. */
export interface DraftEnd {
  readonly relation: number;
  readonly column?: number;
}

/** Numbers that are kept of an edge: relation and column of both ends (-1: the whole relation), use, note. */
const FIELDS = 6;
const WHOLE = -1;

/** Edges while a snapshot is built, as plain numbers: a graph of millions of edges makes no object for each. */
export class DraftEdges {
  #numbers = new Int32Array(FIELDS * 1024);
  #count = 0;

  add(edge: {
    readonly from: DraftEnd;
    readonly to: DraftEnd;
    readonly use: number;
    readonly note: number;
  }): void {
    const at = FIELDS * this.#count++;
    if (at === this.#numbers.length) {
      const larger = new Int32Array(2 * at);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    const numbers = this.#numbers;
    numbers[at] = edge.from.relation;
    numbers[at + 1] = edge.from.column ?? WHOLE;
    numbers[at + 2] = edge.to.relation;
    numbers[at + 3] = edge.to.column ?? WHOLE;
    numbers[at + 4] = edge.use;
    numbers[at + 5] = edge.note;
  }

  /** Once columns have numbers: edges from columns, and reads of whole relations, each in the order of adding. */
  pack(columnStart: Int32Array): { readonly edges: FlatEdges; readonly reads: FlatEdges } {
    const numbers = this.#numbers;
    const all = FIELDS * this.#count;
    let readCount = 0;
    for (let at = 0; at < all; at += FIELDS) if ((numbers[at + 1] ?? 0) < 0) readCount++;
    const edges = emptyEdges(this.#count - readCount);
    const reads = emptyEdges(readCount);
    let edge = 0;
    let read = 0;
    for (let at = 0; at < all; at += FIELDS) {
      const relation = numbers[at] ?? 0;
      const column = numbers[at + 1] ?? WHOLE;
      const isRead = column < 0;
      const into = isRead ? reads : edges;
      const place = isRead ? read++ : edge++;
      const to = numbers[at + 2] ?? 0;
      const toColumn = numbers[at + 3] ?? WHOLE;
      into.source[place] = isRead ? relation : (columnStart[relation] ?? 0) + column;
      into.target[place] = toColumn < 0 ? ~to : (columnStart[to] ?? 0) + toColumn;
      into.use[place] = numbers[at + 4] ?? 0;
      into.note[place] = numbers[at + 5] ?? -1;
    }
    return { edges, reads };
  }
}

const emptyEdges = (count: number): FlatEdges => ({
  source: new Int32Array(count),
  target: new Int32Array(count),
  use: new Uint16Array(count),
  note: new Int32Array(count),
});
