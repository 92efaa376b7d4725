import type { Contribution } from "./asset-draft.ts";
import { ColumnNameList } from "./column-name-list.ts";
import type { ColumnNames } from "./column-names.ts";
import type { EdgeBook } from "./edge-book.ts";
import { largeInt32Array, largeUint16Array } from "./large-arrays.ts";
import type { LinkedGraph } from "./linked-graph.ts";

/** The columns of all relations, one relation after the other, and the graph that they were laid from. */
export interface PackedColumns {
  readonly linked: LinkedGraph;
  readonly columnStart: Int32Array;
  /** By column: its relation. */
  readonly columnRelation: Int32Array;
  readonly columnNames: ColumnNameList;
  readonly columnType: Uint16Array;
  readonly columnTraits: Uint8Array;
  /** In the order in which columns first have them; 0 is unknown. */
  readonly types: readonly string[];
}

const MOST_TYPES = 0xffff;

/** Lays the columns of all relations. Those that are the same objects in `before` are copied as they stand there. */
export function packColumns(linked: LinkedGraph, before: PackedColumns | undefined): PackedColumns {
  const tables = tablesIn(linked);
  // Where there was no room for all types, the order decided which ones have a number.
  const isFull = before !== undefined && before.types.length >= MOST_TYPES;
  const known = before === undefined || isFull ? undefined : before;
  const old = known === undefined ? [] : tablesIn(known.linked);
  const isSame = (table: ColumnNames, at: number): boolean => table === old[at];
  if (known !== undefined && tables.length === old.length && tables.every(isSame))
    return { ...known, linked };
  const columnStart = new Int32Array(tables.length + 1);
  for (let relation = 0; relation < tables.length; relation++)
    columnStart[relation + 1] = (columnStart[relation] ?? 0) + (tables[relation]?.size ?? 0);
  const lists = new ColumnLists(columnStart[tables.length] ?? 0, linked.book, known);
  if (known === undefined) for (const table of tables) lists.add(table);
  else layBeside(lists, { linked, known, tables, old });
  const columnRelation = relationOfEach(columnStart);
  const columnNames = new ColumnNameList(tables, { columnStart, columnRelation });
  return { linked, columnStart, columnRelation, columnNames, ...lists.finish() };
}

/** By column: its relation. */
export function relationOfEach(columnStart: Int32Array): Int32Array {
  const relations = columnStart.length - 1;
  const columnRelation = largeInt32Array(columnStart[relations] ?? 0);
  let column = 0;
  for (let relation = 0; relation < relations; relation++) {
    const end = columnStart[relation + 1] ?? 0;
    while (column < end) columnRelation[column++] = relation;
  }
  return columnRelation;
}

/** By relation: the assets' own, then those of the inner relations, as `packRelations` numbers them. */
function tablesIn({ tables, contributions }: LinkedGraph): readonly ColumnNames[] {
  const all = tables.slice();
  for (const { inner } of contributions) for (const { columns } of inner) all.push(columns);
  return all;
}

interface Beside {
  readonly linked: LinkedGraph;
  readonly known: PackedColumns;
  readonly tables: readonly ColumnNames[];
  readonly old: readonly ColumnNames[];
}

/** Goes through both orders side by side: ids ascend in both, and inner relations follow their assets' order. */
function layBeside(lists: ColumnLists, { linked, known, tables, old }: Beside): void {
  let before = 0;
  for (let at = 0; at < linked.ids.length; at++) {
    before = skipTo(known.linked, before, linked.ids[at] ?? "");
    const table = tables[at];
    if (table !== undefined && table === old[before]) lists.copy(known, before);
    else if (table !== undefined) lists.add(table);
  }
  layInner(lists, { linked, known, tables, old });
}

function layInner(lists: ColumnLists, { linked, known, tables, old }: Beside): void {
  const innerOf = ({ contributions }: LinkedGraph, asset: number): Contribution["inner"] =>
    contributions[asset]?.inner ?? [];
  let before = 0;
  let relation = linked.ids.length;
  let oldRelation = known.linked.ids.length;
  for (let at = 0; at < linked.ids.length; at++) {
    const inner = innerOf(linked, at);
    if (inner.length === 0) continue;
    const next = skipTo(known.linked, before, linked.ids[at] ?? "");
    for (; before < next; before++) oldRelation += innerOf(known.linked, before).length;
    for (let one = 0; one < inner.length; one++) {
      const table = tables[relation++];
      if (table !== undefined && table === old[oldRelation + one])
        lists.copy(known, oldRelation + one);
      else if (table !== undefined) lists.add(table);
    }
  }
}

/** The first place from `at` on whose id is not before the given one. */
function skipTo({ ids }: LinkedGraph, at: number, id: string): number {
  let place = at;
  while (place < ids.length && ids[place] !== id && (ids[place] ?? "") < id) place++;
  return place;
}

class ColumnLists {
  readonly #types: Uint16Array;
  readonly #traits: Uint8Array;
  readonly #book: EdgeBook;
  /** Of the types of before, then those that came. */
  readonly #texts: string[];
  /** By the book's number: the place in `#texts`. */
  readonly #numbers: Int32Array;
  #count = 0;
  /** Neighbours are copied together. */
  #from = 0;
  #to = 0;
  #known: PackedColumns | undefined;

  constructor(size: number, book: EdgeBook, known: PackedColumns | undefined) {
    this.#types = largeUint16Array(size);
    this.#traits = new Uint8Array(size);
    this.#book = book;
    this.#texts = known === undefined ? [""] : known.types.slice();
    this.#numbers = new Int32Array(book.types.length).fill(-1);
    for (const [number, text] of this.#texts.entries())
      this.#numbers[book.typeNumber(text)] = number;
  }

  copy(known: PackedColumns, relation: number): void {
    const from = known.columnStart[relation] ?? 0;
    if (this.#known !== known || from !== this.#to) {
      this.#flush();
      this.#known = known;
      this.#from = from;
    }
    this.#to = known.columnStart[relation + 1] ?? from;
  }

  #flush(): void {
    const [from, to, known] = [this.#from, this.#to, this.#known];
    if (known === undefined) return;
    this.#types.set(known.columnType.subarray(from, to), this.#count);
    this.#traits.set(known.columnTraits.subarray(from, to), this.#count);
    this.#count += to - from;
    this.#known = undefined;
    this.#to = -1;
  }

  add({ size, types, traits }: ColumnNames): void {
    this.#flush();
    for (let at = 0; at < size; at++) {
      this.#types[this.#count] = this.#typeOf(types[at] ?? 0);
      this.#traits[this.#count++] = traits[at] ?? 0;
    }
  }

  #typeOf(booked: number): number {
    const known = this.#numbers[booked] ?? 0;
    if (known >= 0) return known;
    const number =
      this.#texts.length < MOST_TYPES
        ? this.#texts.push(this.#book.types[booked] ?? "") - 1
        : MOST_TYPES;
    this.#numbers[booked] = number;
    return number;
  }

  finish(): Pick<PackedColumns, "columnType" | "columnTraits" | "types"> {
    this.#flush();
    const types = orderByFirst(this.#types, this.#texts);
    return { columnType: this.#types, columnTraits: this.#traits, types };
  }
}

/** Gives types the numbers of the order in which columns have them, and leaves out those that none has any more. */
function orderByFirst(columnType: Uint16Array, texts: readonly string[]): readonly string[] {
  const numbers = new Int32Array(MOST_TYPES + 1).fill(-1);
  numbers[0] = 0;
  numbers[MOST_TYPES] = MOST_TYPES;
  const types = [""];
  let isInOrder = true;
  for (let column = 0; column < columnType.length; column++) {
    const type = columnType[column] ?? 0;
    if ((numbers[type] ?? 0) >= 0) continue;
    numbers[type] = types.push(texts[type] ?? "") - 1;
    isInOrder &&= numbers[type] === type;
  }
  if (!isInOrder)
    for (let column = 0; column < columnType.length; column++)
      columnType[column] = numbers[columnType[column] ?? 0] ?? 0;
  return types;
}
