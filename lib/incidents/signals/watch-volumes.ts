import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import { type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { Signal } from "./signal.ts";
import { findShift, type LevelShift, type SeriesPoint } from "./watch-series.ts";

const CHECK = "rows in against rows out";
const TOLD_BY = "Faultline";

/**
 * Of each edge of a job, from what it reads to what it writes: whether of the rows that it read, it writes another share than
 * it did. `runs` in any order; those that did not come through or said no rows do not count. One signal for each table
 * that is written, over where all its edges are as they were.
 */
export function watchVolumes(job: AssetName, runs: readonly RunRecord[]): readonly Signal[] {
  const done = runs
    .filter(({ state, inputs, outputs }) => state === "ok" && inputs && outputs)
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  const newest = done.at(-1);
  if (newest === undefined) return [];
  return (newest.outputs ?? []).flatMap((output): Signal[] => {
    const told = (newest.inputs ?? []).flatMap((input) => {
      const series = ratios(done, input, output);
      const shift = findShift(series);
      return shift === undefined ? [] : [{ input, shift }];
    });
    const worst = told.sort((a, b) => sizeOf(b.shift) - sizeOf(a.shift))[0];
    const check = `${CHECK} of ${job.name}`;
    const signal = { refs: refsOf(output, job), check, toldBy: TOLD_BY };
    if (worst === undefined)
      return [{ ...signal, shows: "wrong", isOver: true, at: timeOf(newest), seen: "as before" }];
    const { input, shift } = worst;
    return [
      {
        ...signal,
        shows: "wrong",
        isOver: false,
        at: shift.noticed,
        since: shift.began,
        seen: `since ${shift.began} ${sayShare(shift.since)} of the rows of ${input.name} arrive in ${output.name}; before it was ${sayShare(shift.before)}`,
      },
    ];
  });
}

const sizeOf = ({ before, since }: LevelShift): number => Math.abs(since - before);

const refsOf = ({ namespace, name }: RunVolume, job: AssetName): readonly string[] => [
  assetId(namespace, name),
  name,
  assetId(job.namespace, job.name),
];

const timeOf = ({ endedAt, at }: RunRecord): string => endedAt ?? at;

/** Logarithms, so that half and double are equally far; one row more on both sides, so that none is a number as well. */
function ratios(runs: readonly RunRecord[], input: RunVolume, output: RunVolume): SeriesPoint[] {
  return runs.flatMap((run) => {
    const read = rowsOf(run.inputs, input);
    const written = rowsOf(run.outputs, output);
    if (read === undefined || written === undefined || read === 0) return [];
    const value = Math.log((written + 1) / (read + 1));
    return [{ at: timeOf(run), value, own: varianceOf(read, written) }];
  });
}

/** Of the logarithm of a share, were each row let through by lot: what filters and joins let through varies so at the least. */
function varianceOf(read: number, written: number): number {
  const share = Math.min(1, (written + 1) / (read + 1));
  return (1 - share) / (share * (read + 1));
}

const rowsOf = (volumes: RunRecord["inputs"], one: RunVolume): number | undefined =>
  volumes?.find(({ namespace, name }) => namespace === one.namespace && name === one.name)?.rows;

function sayShare(logarithm: number): string {
  const share = Math.exp(logarithm) * 100;
  return `${share < 10 ? share.toFixed(1) : Math.round(share)}%`;
}
