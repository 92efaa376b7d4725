import { addToThinned } from "#lib/incidents/signals/thin-out.ts";
import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import type { AssetName } from "#lib/model/asset-id.ts";

/** The rows of runs that are older than those which are kept whole, some for each day: see `thinOut`. */
export interface PastVolumes {
  /** What the runs read or wrote; they name it by its place here. */
  readonly names: readonly AssetName[];
  /** Oldest first. */
  readonly runs: readonly PastRun[];
}

interface PastRun {
  /** ISO 8601: when it ended. */
  readonly at: string;
  /** Each a place among the names and the rows, one after the other. */
  readonly in: readonly number[];
  readonly out: readonly number[];
}

const NONE: PastVolumes = { names: [], runs: [] };
/** What reads more at once is known by its newest runs alone: a job's record stays some ten kilobytes. */
const MOST_VOLUMES = 24;

/** Adds runs that are no longer kept whole, in any order: the same where that is no news. Those that came through and said their rows count. */
export function addPast(
  before: PastVolumes = NONE,
  older: readonly RunRecord[],
): PastVolumes | undefined {
  const fresh = older.filter(
    ({ state, inputs = [], outputs = [] }) =>
      state === "ok" &&
      inputs.length > 0 &&
      outputs.length > 0 &&
      inputs.length + outputs.length <= MOST_VOLUMES,
  );
  if (fresh.length === 0) return before === NONE ? undefined : before;
  const names = [...before.names];
  const places = new Map(names.map((name, place) => [keyOf(name), place]));
  const pack = (volumes: readonly RunVolume[] = []): number[] =>
    volumes.flatMap((one) => {
      if (one.rows === undefined) return [];
      const key = keyOf(one);
      const place = places.get(key) ?? names.push({ namespace: one.namespace, name: one.name }) - 1;
      places.set(key, place);
      return [place, one.rows];
    });
  const packed = fresh
    .map((run) => ({ at: run.endedAt ?? run.at, in: pack(run.inputs), out: pack(run.outputs) }))
    // Who said only bytes would take the place of a run that said rows.
    .filter((run) => run.in.length > 0 && run.out.length > 0);
  let { runs } = before;
  for (const run of packed) runs = addToThinned(runs, run, { timeOf });
  if (runs === before.runs) return before === NONE ? undefined : before;
  return withoutUnused({ names, runs });
}

/** Of names that no run has any more nothing is kept. */
function withoutUnused({ names, runs }: PastVolumes): PastVolumes {
  const used = new Set<number>();
  for (const run of runs)
    for (const packed of [run.in, run.out])
      for (let at = 0; at < packed.length; at += 2) used.add(packed[at] ?? 0);
  if (used.size === names.length) return { names, runs };
  const kept = [...used].sort((a, b) => a - b);
  const moved = new Map(kept.map((place, to) => [place, to]));
  const move = (packed: readonly number[]): number[] =>
    packed.map((figure, at) => (at % 2 === 1 ? figure : (moved.get(figure) ?? 0)));
  return {
    names: kept.flatMap((place) => names[place] ?? []),
    runs: runs.map((run) => ({ at: run.at, in: move(run.in), out: move(run.out) })),
  };
}

/** The runs again, as far as they are known. */
export function pastRuns({ names, runs }: PastVolumes = NONE): readonly RunRecord[] {
  const unpack = (packed: readonly number[]): RunVolume[] => {
    const volumes: RunVolume[] = [];
    for (let at = 0; at < packed.length; at += 2) {
      const name = names[packed[at] ?? 0];
      const rows = packed[at + 1];
      if (name !== undefined && rows !== undefined)
        volumes.push({ namespace: name.namespace, name: name.name, rows });
    }
    return volumes;
  };
  return runs.map((run) => ({
    runId: run.at,
    state: "ok",
    at: run.at,
    inputs: unpack(run.in),
    outputs: unpack(run.out),
  }));
}

const keyOf = ({ namespace, name }: AssetName): string => `${namespace}\u0000${name}`;
const timeOf = ({ at }: PastRun): string => at;
