import type { Contribution, WantedColumns } from "./asset-draft.ts";
import type { ColumnNames } from "./column-names.ts";

/**
 * Whether an asset adds to the graph what it did before. Most commits say only that a job ran again: then nothing that is
 * walked is another.
 */
export const addsTheSame = (one: Contribution, other: Contribution): boolean =>
  FIELDS.every((field) => IS_SAME[field](one, other));

/** Of each field, so that no new one is forgotten. */
const IS_SAME: Readonly<
  Record<keyof Contribution, (one: Contribution, other: Contribution) => boolean>
> = {
  asset: (one, other) => one.asset.attributes.partOf === other.asset.attributes.partOf,
  traits: (one, other) => one.traits === other.traits,
  misses: (one, other) => one.misses === other.misses,
  columns: (one, other) => isSameColumns(one.columns, other.columns),
  inner: ({ inner }, other) =>
    inner.length === other.inner.length &&
    inner.every(({ label, traits, columns }, at) => {
      const its = other.inner[at];
      return its?.label === label && its.traits === traits && isSameColumns(columns, its.columns);
    }),
  reads: (one, other) => isSameList(one.reads, other.reads),
  wanted: ({ wanted }, other) =>
    wanted.length === other.wanted.length &&
    wanted.every((columns, at) => isSameWanted(columns, other.wanted[at])),
  wantedCount: (one, other) => one.wantedCount === other.wantedCount,
  parts: (one, other) => isSameList(one.parts, other.parts),
  edges: (one, other) => isSameList(one.edges, other.edges),
  pairs: (one, other) => isSameList(one.pairs, other.pairs),
  // They may say other things, as long as each edge has its own at the same place.
  noteCount: (one, other) => one.noteCount === other.noteCount,
};

const FIELDS = Object.keys(IS_SAME) as (keyof Contribution)[];

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
