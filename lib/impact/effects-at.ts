import { findColumn, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Seed } from "./blast.ts";
import { BlastIndex } from "./blast-index.ts";
import type { Words } from "./boundary.ts";
import type { Certainty } from "./change.ts";
import { certaintyOf, isLane, LANES, type Lane, laneNumber, levelIn, levelOf } from "./effects.ts";
import { propagate } from "./propagate.ts";

/** What is wrong inside an asset's query, before it shows at the asset. */
export interface InnerEffect {
  /** A relation of the snapshot. */
  readonly relation: number;
  /** Absent: its rows. */
  readonly column?: string;
  readonly effect: string;
  readonly certainty: Certainty;
}

/** What shows at the asset. */
export interface OuterEffect {
  /** Absent: its rows, or its run where the effect is an error. */
  readonly column?: string;
  readonly effect: Lane;
  readonly certainty: Certainty;
}

/** Follows what is wrong inside a query to the columns and the rows of the asset that the query is of. */
export function effectsAt(
  snapshot: Snapshot,
  {
    asset,
    inner,
    newType,
  }: {
    readonly asset: number;
    readonly inner: readonly InnerEffect[];
    /** The type that an inner column gets. */
    readonly newType?: string;
  },
): readonly OuterEffect[] {
  const seeds = inner.flatMap((each) => seedOf(snapshot, each) ?? []);
  if (seeds.length === 0) return [];
  const index = new BlastIndex(propagate({ snapshot, seeds, newType }));
  const rows = listed(index.rows(asset));
  const run = listed(index.run(asset));
  const columns = [...index.columnsOf(asset)].flatMap((column) =>
    listed(index.column(column)).map((effect) => ({ column: index.nameOf(column), ...effect })),
  );
  return [...run, ...rows, ...columns];
}

function seedOf(
  snapshot: Snapshot,
  { relation, column, effect, certainty }: InnerEffect,
): Seed | undefined {
  const lane = laneNumber(isLane(effect) ? effect : "UNKNOWN");
  const seed = { relation, lane, level: levelOf(certainty), change: 0 };
  if (column === undefined) return { ...seed, slot: "rows" };
  const known = findColumn(snapshot, relation, column);
  return known < 0 ? undefined : { ...seed, slot: "col", column: known };
}

const listed = (words: Words): readonly Pick<OuterEffect, "effect" | "certainty">[] =>
  LANES.flatMap((effect, lane) => {
    const level = levelIn(words, lane);
    return level === 0 ? [] : [{ effect, certainty: certaintyOf(level) }];
  });
