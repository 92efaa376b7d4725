import type { FlatPairs, SnapshotParts } from "./assemble-snapshot.ts";
import { PAIR_FIELDS } from "./asset-draft.ts";
import { layEdges, placeOf, relationNumber } from "./lay-edges.ts";
import type { LinkedGraph } from "./linked-graph.ts";
import { findLooseParts, type LoosePart } from "./loose-parts.ts";
import { markAdditive } from "./mark-additive.ts";
import { type PackedColumns, packColumns } from "./pack-columns.ts";
import { rowCodeNumber, TRAIT } from "./snapshot.ts";
import { UseNumbers } from "./use-numbers.ts";
import type { WorkArrays } from "./work-arrays.ts";

/** Lays what all assets add one after the other, in the numbers of the whole graph. O(V + E) over plain numbers. */
export function packGraph(
  linked: LinkedGraph,
  {
    version,
    before,
    work,
  }: {
    readonly version: number;
    readonly before: PackedColumns | undefined;
    readonly work: WorkArrays;
  },
): { readonly parts: SnapshotParts; readonly columns: PackedColumns } {
  const relations = packRelations(linked);
  const columns = packColumns(linked, before);
  const uses = new UseNumbers(linked.book);
  const loose = findLooseParts(linked, relations.traits);
  const flat = layEdges({ ...relations, ...columns, uses, loose, work });
  markAdditive({
    edges: flat.edges,
    reads: flat.reads,
    columnStart: columns.columnStart,
    columnType: columns.columnType,
    types: columns.types,
    useOf: (number) => uses.all[number],
    numberOf: (use) => uses.numberOf(linked.book.useNumber(use)),
  });
  const parts = {
    version,
    assetIds: linked.ids,
    labels: relations.labels,
    columnNames: columns.columnNames,
    columnRelation: columns.columnRelation,
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
    pairs: packPairs({ linked, innerStart: relations.innerStart, loose, work }),
  };
  return { parts, columns };
}

const NO_NUMBERS = new Int32Array(0);

interface Relations {
  /** By asset: the number of its first inner relation. */
  readonly innerStart: Int32Array;
  readonly owner: Int32Array;
  readonly traits: Uint32Array;
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
  const traits = new Uint32Array(count);
  const labels: string[] = [];
  for (let asset = 0; asset < contributions.length; asset++) labels.push("");
  contributions.forEach((contribution, asset) => {
    owner[asset] = asset;
    traits[asset] = (traits[asset] ?? 0) | contribution.traits;
    for (const slot of contribution.parts) {
      const part = readNumbers.list[(readNumbers.start[asset] ?? 0) + slot] ?? asset;
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

function packPairs({
  linked: { contributions, readNumbers },
  innerStart,
  loose,
  work,
}: {
  readonly linked: LinkedGraph;
  readonly innerStart: Int32Array;
  readonly loose: readonly LoosePart[];
  readonly work: WorkArrays;
}): FlatPairs {
  let count = loose.length;
  for (const { pairs } of contributions) count += pairs.length / PAIR_FIELDS;
  const source = work.int32("pair source", count);
  const target = work.int32("pair target", count);
  const rows = new Uint8Array(count);
  let place = 0;
  for (let asset = 0; asset < contributions.length; asset++) {
    const pairs = contributions[asset]?.pairs ?? NO_NUMBERS;
    if (pairs.length === 0) continue;
    const here = placeOf(readNumbers, { asset, innerStart });
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
