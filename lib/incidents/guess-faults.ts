import { edgeRelation, edgesFrom } from "#lib/graph/snapshot.ts";
import { errorNats, type FindInput, type ObservedMasks } from "./find-suspects.ts";
import { countObserved } from "./reach-observed.ts";
import { COLUMN_FAULTS, type FaultIdea, TABLE_FAULTS } from "./suppose-faults.ts";
import { weighSpared } from "./weigh-spared.ts";

/** A fault that is walked only where it may be among the suspects that are shown. */
export interface WideIdea extends FaultIdea {
  /** Nats that plain reach would give it. */
  readonly guess: number;
}

export interface GuessedPlace {
  readonly relation: number;
  /** Which of its columns are worth a walk. */
  readonly columns: readonly number[];
}

/**
 * The faults that an asset may have. Those that run wide (rows, runs, a column that is gone and stops its readers) cost far
 * more to walk than a wrong value does, so they come with what plain reach would give them.
 */
export function guessFaults(
  input: FindInput,
  masks: ObservedMasks,
  { relation, columns }: GuessedPlace,
): { readonly narrow: readonly FaultIdea[]; readonly wide: readonly WideIdea[] } {
  const { reach, weights } = input;
  const { silent, stale, loud } = weights.shows;
  const prior = input.priorOf(relation);
  const guess = ({ bits, entry, shows, spares }: Guessing): number =>
    prior +
    countObserved(bits, entry, masks.broken) * Math.log(shows / weights.falseAlarm) +
    countObserved(bits, entry, masks.errors) * errorNats(weights) +
    weighSpared(
      countObserved(bits, entry, masks.healthy) * Math.log((1 - spares) / (1 - weights.falseAlarm)),
      weights,
    );
  const ofTable = { bits: reach.relations, entry: relation };
  const table = {
    row_count_drop: guess({ ...ofTable, shows: silent, spares: silent }),
    late_freshness: guess({ ...ofTable, shows: stale, spares: stale }),
    // Readers of a view fail with it, those of a table are late.
    run_fails: guess({ ...ofTable, shows: loud, spares: stale }),
  };
  const narrow: FaultIdea[] = [];
  const wide: WideIdea[] = TABLE_FAULTS.map((kind, order) => ({ kind, order, guess: table[kind] }));
  const told = toldFaults(input, relation);
  if (told.table !== undefined)
    wide.push({ kind: told.table, order: LAST, guess: table.run_fails });
  columns.forEach((column, at) => {
    const first = TABLE_FAULTS.length + at * COLUMN_FAULTS.length;
    const stopping = (kind: FaultIdea["kind"], order: number): WideIdea => {
      const bits = throughReaders(input, relation, column);
      return { kind, column, order, guess: guess({ bits, entry: 0, shows: loud, spares: stale }) };
    };
    COLUMN_FAULTS.forEach((kind, place) => {
      if (kind === "drop_column") wide.push(stopping(kind, first + place));
      else narrow.push({ kind, column, order: first + place });
    });
    if (told.column !== undefined) wide.push(stopping(told.column, LAST));
  });
  return { narrow, wide };
}

const LAST = Number.MAX_SAFE_INTEGER;

/** Faults that nobody would suppose if no engine had said so. */
function toldFaults(
  { observations }: FindInput,
  relation: number,
): { readonly table?: FaultIdea["kind"]; readonly column?: FaultIdea["kind"] } {
  const isGone = observations.some(
    (one) => one.relation === relation && one.shows === "gone" && one.column === undefined,
  );
  const isUnfit = observations.some(({ shows }) => shows === "unfit");
  return {
    ...(isGone ? { table: "table_dropped_or_renamed" } : {}),
    ...(isUnfit ? { column: "type_incompatible" } : {}),
  };
}

interface Guessing {
  readonly bits: Int32Array;
  readonly entry: number;
  /** Chance that what is broken would show it. */
  readonly shows: number;
  /** Chance that what is healthy would have shown it. */
  readonly spares: number;
}

/** What lies below the direct readers of a column, whichever of their columns it is: a reader that fails is late as a whole. */
function throughReaders(
  { snapshot, reach }: FindInput,
  relation: number,
  column: number,
): Int32Array {
  const bits = reach.columns.slice(column * reach.words, (column + 1) * reach.words);
  const add = (reader: number): void => {
    for (let word = 0; word < reach.words; word++)
      bits[word] = (bits[word] ?? 0) | (reach.relations[reader * reach.words + word] ?? 0);
  };
  // Its own contract or way of building may stop it, and then all of its readers.
  if ((snapshot.traits[relation] ?? 0) !== 0) add(relation);
  const [firstEdge, lastEdge] = edgesFrom(snapshot, column);
  for (let at = firstEdge; at < lastEdge; at++) add(edgeRelation(snapshot, at));
  const lastRead = snapshot.readStart[relation + 1] ?? 0;
  for (let at = snapshot.readStart[relation] ?? 0; at < lastRead; at++) {
    const target = snapshot.readTarget[at] ?? 0;
    add(target < 0 ? ~target : (snapshot.columnRelation[target] ?? 0));
  }
  return bits;
}
