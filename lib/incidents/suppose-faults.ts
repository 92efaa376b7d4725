import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { Seed } from "#lib/impact/blast.ts";
import type { ChangeInput, ChangeKind } from "#lib/impact/change.ts";
import { CHANGE_WORDS } from "#lib/impact/change-words.ts";
import { laneNumber } from "#lib/impact/effects.ts";
import { resolveChange } from "#lib/impact/resolve-change.ts";
import type { LoggedChange } from "./suspect.ts";

/** Something that may have happened at an asset, and what it puts into the graph. */
export interface SupposedFault {
  readonly kind: ChangeKind | "run_fails";
  readonly relation: number;
  readonly column?: number;
  readonly columnName?: string;
  readonly words: string;
  readonly seeds: readonly Seed[];
  readonly logged?: LoggedChange;
}

/** Faults of a column that behave differently on their way: an error, nulls, other values. */
export const COLUMN_FAULTS = [
  "became_mostly_null",
  "unit_or_meaning_changed",
  "drop_column",
] as const;
/** Of the whole: rows are lost, it is late, or its build fails. */
export const TABLE_FAULTS = ["row_count_drop", "late_freshness", "run_fails"] as const;
/** Only where an engine said so: that a table is not there, that a value of a column does not fit a type. */
const TOLD_FAULTS = ["table_dropped_or_renamed", "type_incompatible"] as const;

/** A fault that an asset may have without any log of it: not put into the graph yet, because most never have to be. */
export interface FaultIdea {
  readonly kind:
    | (typeof COLUMN_FAULTS)[number]
    | (typeof TABLE_FAULTS)[number]
    | (typeof TOLD_FAULTS)[number];
  readonly column?: number;
  /** Of faults that explain the same, the first one is named. */
  readonly order: number;
}

interface Place {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly asset: MergedAsset;
  readonly relation: number;
}

/** What an idea puts into the graph; nothing where this asset cannot have such a fault. */
export function supposeFault(place: Place, { kind, column }: FaultIdea): SupposedFault | undefined {
  const { asset, relation, snapshot } = place;
  if (kind === "run_fails")
    return { kind, relation, words: "its run fails", seeds: [failing(relation)] };
  if (column === undefined) return resolve(place, { kind, asset: asset.id }, {});
  const columnName = snapshot.columnNames.at(column) ?? "";
  return resolve(place, { kind, asset: asset.id, column: columnName }, { column, columnName });
}

const failing = (relation: number): Seed => ({
  relation,
  slot: "run",
  lane: laneNumber("ERROR"),
  level: 3,
  change: 0,
});

/** The logged change as it is; nothing where it names what this graph does not have. */
export function supposeLogged(place: Place, logged: LoggedChange): SupposedFault | undefined {
  if (logged.change === undefined) return undefined;
  const { column } = logged;
  return resolve(place, logged.change, {
    ...(column === undefined ? {} : { columnName: column }),
    logged,
  });
}

function resolve(
  { graph, snapshot, relation }: Place,
  change: ChangeInput,
  said: Partial<SupposedFault>,
): SupposedFault | undefined {
  const resolved = resolveChange({ graph, snapshot, change, index: 0, isMade: true });
  if (!resolved.ok) return undefined;
  const kind = resolved.value.assessed.classifiedAs;
  return { kind, relation, words: CHANGE_WORDS[kind], seeds: resolved.value.seeds, ...said };
}
