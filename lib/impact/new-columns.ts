import { COLUMN_TRAIT, findColumn, type Snapshot } from "#lib/graph/snapshot.ts";
import type { NewColumn } from "./blast.ts";
import { ensureColumns, type Scratch, statePlace } from "./scratch.ts";

/** Columns that only the change brings: numbered behind the snapshot's own while a question is answered. */
export class NewColumns {
  readonly list: NewColumn[] = [];
  readonly byRelation = new Map<number, number[]>();
  readonly #snapshot: Snapshot;
  readonly #scratch: Scratch;

  constructor(snapshot: Snapshot, scratch: Scratch) {
    this.#snapshot = snapshot;
    this.#scratch = scratch;
  }

  /** The relation's column of this name, its own or a new one; `from` is the column that it comes from, -1 for none. */
  require({
    relation,
    name,
    from,
  }: {
    readonly relation: number;
    readonly name: string;
    readonly from: number;
  }): number {
    const known = findColumn(this.#snapshot, relation, name);
    if (known >= 0) return known;
    const siblings = this.byRelation.get(relation) ?? [];
    const folded = name.toLowerCase();
    const sibling = siblings.find((column) => this.nameOf(column).toLowerCase() === folded);
    if (sibling !== undefined) return sibling;
    const column = this.#snapshot.columnCount + this.list.length;
    this.list.push({ name, relation, from });
    siblings.push(column);
    this.byRelation.set(relation, siblings);
    ensureColumns(this.#scratch, column + 1);
    return column;
  }

  nameOf(column: number): string {
    return column < this.#snapshot.columnCount
      ? (this.#snapshot.columnNames.at(column) ?? "")
      : (this.list[column - this.#snapshot.columnCount]?.name ?? "");
  }

  relationOf(column: number): number {
    return column < this.#snapshot.columnCount
      ? (this.#snapshot.columnRelation[column] ?? 0)
      : (this.list[column - this.#snapshot.columnCount]?.relation ?? 0);
  }

  of(relation: number): readonly number[] {
    return this.byRelation.get(relation) ?? [];
  }

  /** The reached columns of a relation, its own and the new ones. */
  reachedIn(relation: number): number[] {
    const { columns } = this.#scratch;
    const isReached = (column: number): boolean =>
      (columns[statePlace(this.#snapshot, column)] ?? 0) !== 0;
    const found: number[] = [];
    const end = this.#snapshot.columnStart[relation + 1] ?? 0;
    for (let column = this.#snapshot.columnStart[relation] ?? 0; column < end; column++) {
      if (isReached(column)) found.push(column);
    }
    for (const one of this.of(relation).filter(isReached)) found.push(one);
    return found;
  }

  /** Whether another input of the reader has a column of this name. */
  collides(column: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
    const { backPairStart, backPairSource } = this.#snapshot;
    const name = this.nameOf(column);
    for (let at = backPairStart[to] ?? 0; at < (backPairStart[to + 1] ?? 0); at++) {
      const other = backPairSource[at] ?? 0;
      if (other !== from && this.ownColumn(other, name) >= 0) return true;
    }
    return false;
  }

  /** A column that a relation really has today; -1: none of this name. */
  ownColumn(relation: number, name: string): number {
    const found = findColumn(this.#snapshot, relation, name);
    if (found < 0) return -1;
    return ((this.#snapshot.columnTraits[found] ?? 0) & COLUMN_TRAIT.expected) === 0 ? found : -1;
  }
}
