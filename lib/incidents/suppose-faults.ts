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
  readonly relation: number;
  readonly column?: number;
  readonly columnName?: string;
  readonly words: string;
  readonly seeds: readonly Seed[];
  readonly logged?: LoggedChange;
  /** The log says that something happened here, and this is another guess of what it was. */
  readonly isGuess: boolean;
}

/** Faults of a column that behave differently on their way: an error, nulls, other values. */
const COLUMN_FAULTS: readonly ChangeKind[] = [
  "became_mostly_null",
  "unit_or_meaning_changed",
  "drop_column",
];
const TABLE_FAULTS: readonly ChangeKind[] = ["row_count_drop", "late_freshness"];

interface Place {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly asset: MergedAsset;
  readonly relation: number;
}

/** What may have gone wrong with one column, without any log of it. */
export function supposeColumnFaults(place: Place, column: number): SupposedFault[] {
  const name = place.snapshot.columnNames[column] ?? "";
  return COLUMN_FAULTS.flatMap((kind) =>
    resolve(place, { kind, asset: place.asset.id, column: name }, { column, columnName: name }),
  );
}

/** What may have gone wrong with the whole: rows are lost, it is late, or its build fails. */
export function supposeTableFaults(place: Place): SupposedFault[] {
  const faults = TABLE_FAULTS.flatMap((kind) =>
    resolve(place, { kind, asset: place.asset.id }, {}),
  );
  const failing: Seed = {
    relation: place.relation,
    slot: "run",
    lane: laneNumber("ERROR"),
    level: 3,
    change: 0,
  };
  return [
    ...faults,
    { relation: place.relation, words: "its run fails", seeds: [failing], isGuess: true },
  ];
}

/** The logged change as it is; nothing where it names what this graph does not have. */
export function supposeLogged(place: Place, logged: LoggedChange): SupposedFault[] {
  if (logged.change === undefined) return [];
  const { column } = logged;
  return resolve(place, logged.change, {
    ...(column === undefined ? {} : { columnName: column }),
    logged,
    isGuess: false,
  });
}

function resolve(
  { graph, snapshot, relation }: Place,
  change: ChangeInput,
  said: Partial<SupposedFault>,
): SupposedFault[] {
  const resolved = resolveChange({ graph, snapshot, change, index: 0 });
  if (!resolved.ok) return [];
  const words = CHANGE_WORDS[resolved.value.assessed.classifiedAs];
  return [{ relation, words, seeds: resolved.value.seeds, isGuess: true, ...said }];
}
