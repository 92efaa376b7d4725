import type { Contribution, WantedColumns } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";

/**
 * Whether an asset adds to the graph what it did before. Most commits say only that a job ran again: then nothing that is
 * walked is another. Notes may be others, as long as each edge has its own at the same place.
 */
export const addsTheSame = (one: Contribution, other: Contribution): boolean =>
  one.misses === other.misses &&
  one.traits === other.traits &&
  one.asset.attributes.partOf === other.asset.attributes.partOf &&
  one.notes.length === other.notes.length &&
  isSameList(one.edges, other.edges) &&
  isSameList(one.pairs, other.pairs) &&
  isSameList(one.reads, other.reads) &&
  isSameList(one.parts, other.parts) &&
  isSameColumns(one.columns, other.columns) &&
  one.wanted.length === other.wanted.length &&
  one.wanted.every((wanted, at) => isSameWanted(wanted, other.wanted[at])) &&
  one.inner.length === other.inner.length &&
  one.inner.every(({ label, traits, columns }, at) => {
    const inner = other.inner[at];
    return (
      inner?.label === label && inner.traits === traits && isSameColumns(columns, inner.columns)
    );
  });

const isSameColumns = (one: ColumnNames, other: ColumnNames): boolean =>
  isSameList(one.names, other.names) &&
  isSameList(one.types, other.types) &&
  isSameList(one.traits, other.traits);

const isSameWanted = (one: WantedColumns, other: WantedColumns | undefined): boolean =>
  other !== undefined &&
  isSameList(one.names, other.names) &&
  isSameList(one.expected, other.expected);

function isSameList(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
