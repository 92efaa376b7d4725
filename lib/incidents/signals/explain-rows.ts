import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import type { LevelShift, SeriesPoint } from "./watch-series.ts";
import { findBreak, findShift } from "./watch-series.ts";

/** What the rows that a job writes were found to go by, and how they left that. */
export interface RowShift {
  /** What was read: one input, or all of them together where they are put below each other. */
  readonly inputs: readonly RunVolume[];
  readonly shift: LevelShift;
}

interface Measure {
  readonly inputs: readonly RunVolume[];
  readonly series: readonly SeriesPoint[];
  /** The middle of the steps from one run to the next: a shift of the level is one step of many. */
  readonly noise: number;
}

/** Fewer runs tell nothing of how much a figure varies. */
const LEAST_RUNS = 7;
/** What is at most so much noisier explains as well, and what varies less than the second one not at all. */
const AS_GOOD = 1.5;
const NO_NOISE = 0.003;
/** Of a run alone fewer rows are not worth a word. */
const LEAST_ROWS = 10;

/**
 * Whether a job (its runs, oldest first) writes rows to an output as it did. They are held against each input, against all
 * inputs together, and against their own number as before: whatever varied least goes by what the job does, so that a
 * table that only grew, or was joined for a few columns, is no loss. Where several explain as well all have to have shifted.
 */
export function findRowShift(runs: readonly RunRecord[], output: RunVolume): RowShift | undefined {
  const inputs = runs.at(-1)?.inputs ?? [];
  const together = inputs.length > 1 ? [inputs] : [];
  const measures = [...inputs.map((input) => [input]), ...together, []]
    .map((read) => measure(runs, { inputs: read, output }))
    .filter(({ series }) => series.length >= LEAST_RUNS);
  const least = Math.min(...measures.map(({ noise }) => noise));
  const good = measures
    .filter(({ noise }) => noise <= Math.max(NO_NOISE, AS_GOOD * least))
    .sort((a, b) => doubtOf(a) - doubtOf(b));
  const shifts = good.map(({ inputs: read, series }) => ({
    inputs: read,
    shift: findShift(series) ?? findBreak(series),
  }));
  const known = shifts.flatMap(({ inputs: read, shift }) =>
    shift === undefined ? [] : [{ inputs: read, shift }],
  );
  if (known.length < shifts.length) return undefined;
  // Their own number alone is no share of what was read: a table's own history is watched elsewhere.
  const [told] = known.filter(({ inputs: read }) => read.length > 0);
  return told === undefined || isTooFew(runs, output, told) ? undefined : told;
}

/** One input is said where all together explain little better. */
const doubtOf = ({ noise, inputs }: Measure): number => noise * (inputs.length > 1 ? 2 : 1);

/** A run that is the first of a shift stands alone: then a few rows may be chance. */
function isTooFew(
  runs: readonly RunRecord[],
  output: RunVolume,
  { inputs, shift }: RowShift,
): boolean {
  const newest = runs.at(-1);
  if (newest === undefined || shift.began !== shift.noticed) return false;
  const read = rowsIn(newest.inputs, inputs) ?? 0;
  const written = rowsIn(newest.outputs, [output]) ?? 0;
  return Math.abs(Math.exp(shift.before) * (read + 1) - written - 1) < LEAST_ROWS;
}

function measure(
  runs: readonly RunRecord[],
  { inputs, output }: { readonly inputs: readonly RunVolume[]; readonly output: RunVolume },
): Measure {
  const counts = runs.flatMap((run) => {
    const read = rowsIn(run.inputs, inputs);
    const written = rowsIn(run.outputs, [output]);
    if (read === undefined || written === undefined || (inputs.length > 0 && read === 0)) return [];
    return [{ at: timeOf(run), read, written }];
  });
  const all = counts.reduce((sum, { read }) => sum + read, 0);
  const kept = counts.reduce((sum, { written }) => sum + written, 0);
  // As if one row more had been lost than was: of what lost none it is not known that it never will.
  const share = Math.min(kept + 1, all + 1) / (all + 2);
  // Logarithms, so that half and double are equally far; one row more on both sides, so that none is a number as well.
  const series = counts.map(({ at, read, written }) => ({
    at,
    value: Math.log((written + 1) / (read + 1)),
    ...(inputs.length === 0 ? {} : { own: varianceOf(share, read) }),
  }));
  return { inputs, series, noise: stepOf(series) };
}

/** Of the logarithm of a share, were each row let through by lot: what filters and joins let through varies so at the least. */
const varianceOf = (share: number, read: number): number => (1 - share) / (share * (read + 1));

function stepOf(series: readonly SeriesPoint[]): number {
  const steps = series
    .slice(1)
    .map(({ value }, at) => Math.abs(value - (series[at]?.value ?? value)))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

/** Of all of them together; undefined where a run does not say it of each. */
function rowsIn(volumes: RunRecord["inputs"], wanted: readonly RunVolume[]): number | undefined {
  let sum = 0;
  for (const { namespace, name } of wanted) {
    const rows = volumes?.find((one) => one.namespace === namespace && one.name === name)?.rows;
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

export const timeOf = ({ endedAt, at }: RunRecord): string => endedAt ?? at;
