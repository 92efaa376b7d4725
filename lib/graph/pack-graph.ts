import type { FlatPairs, SnapshotParts } from "./assemble-snapshot.ts";
import { PAIR_FIELDS } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";
import { layEdges, relationNumber } from "./lay-edges.ts";
import type { LinkedGraph } from "./linked-graph.ts";
import { findLooseParts, type LoosePart } from "./loose-parts.ts";
import { markAdditive } from "./mark-additive.ts";
import { rowCodeNumber, TRAIT } from "./snapshot.ts";
import { UseNumbers } from "./use-numbers.ts";

/** Lays what all assets add one after the other, in the numbers of the whole graph. O(V + E) over plain numbers. */
export function packGraph(linked: LinkedGraph, version: number): SnapshotParts {
  const relations = packRelations(linked);
  const columns = packColumns(linked, relations.innerStart);
  const uses = new UseNumbers(linked.book);
  const loose = findLooseParts(linked, relations.traits);
  const flat = layEdges({ linked, ...relations, ...columns, uses, loose });
  markAdditive({
    edges: flat.edges,
    reads: flat.reads,
    columnCount: columns.columnNames.length,
    useOf: (number) => uses.all[number],
    numberOf: (use) => uses.numberOf(linked.book.useNumber(use)),
  });
  return {
    version,
    assetIds: linked.ids,
    labels: relations.labels,
    columnNames: columns.columnNames,
    types: columns.types,
    uses: uses.all,
    notes: flat.notes,
    owner: relations.owner,
    traits: relations.traits,
    columnStart: columns.columnStart,
    columnType: columns.columnType,
    columnTraits: columns.columnTraits,
    edges: flat.edges,
    reads: flat.reads,
    pairs: packPairs({ linked, innerStart: relations.innerStart, loose }),
  };
}

const NO_NUMBERS = new Int32Array(0);

interface Relations {
  /** By asset: the number of its first inner relation. */
  readonly innerStart: Int32Array;
  readonly owner: Int32Array;
  readonly traits: Uint16Array;
  readonly labels: readonly string[];
}

function packRelations({ contributions, readNumbers }: LinkedGraph): Relations {
  const innerStart = new Int32Array(contributions.length + 1);
  innerStart[0] = contributions.length;
  contributions.forEach(({ inner }, asset) => {
    innerStart[asset + 1] = (innerStart[asset] ?? 0) + inner.length;
  });
  const count = innerStart[contributions.length] ?? 0;
  const owner = new Int32Array(count);
  const traits = new Uint16Array(count);
  const labels: string[] = [];
  for (let asset = 0; asset < contributions.length; asset++) labels.push("");
  contributions.forEach((contribution, asset) => {
    owner[asset] = asset;
    traits[asset] = (traits[asset] ?? 0) | contribution.traits;
    for (const slot of contribution.parts) {
      const part = readNumbers[asset]?.[slot] ?? asset;
      traits[part] = (traits[part] ?? 0) | TRAIT.part;
    }
    for (const inner of contribution.inner) {
      owner[labels.length] = asset;
      traits[labels.length] = inner.traits;
      labels.push(inner.label);
    }
  });
  return { innerStart, owner, traits, labels };
}

interface Columns {
  readonly columnStart: Int32Array;
  readonly columnNames: readonly string[];
  readonly columnType: Uint16Array;
  readonly columnTraits: Uint8Array;
  readonly types: readonly string[];
}

const MOST_TYPES = 0xffff;

function packColumns(
  { contributions, tables, book }: LinkedGraph,
  innerStart: Int32Array,
): Columns {
  const columnStart = new Int32Array((innerStart[contributions.length] ?? 0) + 1);
  let relation = 0;
  const count = (columns: ColumnNames): void => {
    columnStart[relation + 1] = (columnStart[relation] ?? 0) + columns.size;
    relation++;
  };
  for (const table of tables) count(table);
  for (const { inner } of contributions) for (const { columns } of inner) count(columns);
  const size = columnStart[relation] ?? 0;
  const columnType = new Uint16Array(size);
  const columnTraits = new Uint8Array(size);
  // Of its length from the start: growing would copy it again and again.
  const columnNames = new Array<string>(size);
  const types = [""];
  const typeNumbers = new Int32Array(book.types.length).fill(-1);
  typeNumbers[0] = 0;
  const typeOf = (booked: number): number => {
    const known = typeNumbers[booked] ?? 0;
    if (known >= 0) return known;
    const number =
      types.length < MOST_TYPES ? types.push(book.types[booked] ?? "") - 1 : MOST_TYPES;
    typeNumbers[booked] = number;
    return number;
  };
  let column = 0;
  const put = ({ names, types: booked, traits }: ColumnNames): void => {
    for (let at = 0; at < names.length; at++) {
      columnNames[column] = names[at] ?? "";
      columnType[column] = typeOf(booked[at] ?? 0);
      columnTraits[column++] = traits[at] ?? 0;
    }
  };
  for (const table of tables) put(table);
  for (const { inner } of contributions) for (const { columns } of inner) put(columns);
  return { columnStart, columnNames, columnType, columnTraits, types };
}

function packPairs({
  linked: { contributions, readNumbers },
  innerStart,
  loose,
}: {
  readonly linked: LinkedGraph;
  readonly innerStart: Int32Array;
  readonly loose: readonly LoosePart[];
}): FlatPairs {
  let count = loose.length;
  for (const { pairs } of contributions) count += pairs.length / PAIR_FIELDS;
  const source = new Int32Array(count);
  const target = new Int32Array(count);
  const rows = new Uint8Array(count);
  let place = 0;
  for (let asset = 0; asset < contributions.length; asset++) {
    const pairs = contributions[asset]?.pairs ?? NO_NUMBERS;
    const reads = readNumbers[asset] ?? NO_NUMBERS;
    const here = { asset, inner: (innerStart[asset] ?? 0) - 1, reads };
    for (let at = 0; at < pairs.length; at += PAIR_FIELDS) {
      source[place] = relationNumber(here, pairs[at] ?? 0);
      target[place] = relationNumber(here, pairs[at + 1] ?? 0);
      rows[place++] = pairs[at + 2] ?? 0;
    }
  }
  for (const { part, whole } of loose) {
    source[place] = part;
    target[place] = whole;
    rows[place++] = rowCodeNumber("none");
  }
  return { source, target, rows };
}
