import type { RunRecord, RunVolume } from "#lib/ingest/openlineage/read-run.ts";
import { valueAtPlace } from "#lib/kit/value-at-place.ts";
import type { LevelShift, SeriesPoint } from "./watch-series.ts";
import { findBreak, findShift } from "./watch-series.ts";

/** What the rows that a job writes were found to go by, and how they left that. */
export interface RowShift {
  /** What was read: one input, or all of them together where they are put below each other. */
  readonly inputs: readonly RunVolume[];
  readonly shift: LevelShift;
}

interface RowsOfRun {
  readonly read: number;
  readonly written: number;
}

interface Measure {
  readonly inputs: readonly RunVolume[];
  readonly runs: number;
  /** Of the last run that says both; a later one may have said nothing. */
  readonly newest: RowsOfRun;
  readonly series: () => readonly SeriesPoint[];
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
  const counts = countRows(runs, { inputs, output });
  if (counts.length < LEAST_RUNS) return undefined;
  const each = inputs.map((_, place) => [place]);
  const together = inputs.length > 1 ? [inputs.map((_, place) => place)] : [];
  const measures = [...each, ...together, []]
    .map((places) => measure(counts, { inputs, places }))
    .filter(({ runs: known }) => known >= LEAST_RUNS);
  const least = Math.min(...measures.map(({ noise }) => noise));
  const good = measures
    .filter(({ noise }) => noise <= Math.max(NO_NOISE, AS_GOOD * least))
    .sort((a, b) => doubtOf(a) - doubtOf(b));
  const shifts = good.map(({ inputs: read, newest, series }) => {
    const points = series();
    return { inputs: read, newest, shift: findShift(points) ?? findBreak(points) };
  });
  const known = shifts.flatMap(({ shift, ...one }) =>
    shift === undefined ? [] : [{ ...one, shift }],
  );
  if (known.length < shifts.length) return undefined;
  // Their own number alone is no share of what was read: a table's own history is watched elsewhere.
  const [told] = known.filter(({ inputs: read }) => read.length > 0);
  if (told === undefined || isTooFew(told.newest, told.shift)) return undefined;
  return { inputs: told.inputs, shift: told.shift };
}

/** One input is said where all together explain little better. */
const doubtOf = ({ noise, inputs }: Measure): number => noise * (inputs.length > 1 ? 2 : 1);

/** A run that is the first of a shift stands alone: then a few rows may be chance. */
function isTooFew({ read, written }: RowsOfRun, shift: LevelShift): boolean {
  if (shift.began !== shift.noticed) return false;
  return Math.abs(Math.exp(shift.before) * (read + 1) - written - 1) < LEAST_ROWS;
}

interface RowCounts {
  readonly at: string;
  /** By the place of the input; undefined where the run does not say. */
  readonly read: readonly (number | undefined)[];
  readonly written: number;
}

/** Of the runs that say how many rows they wrote. This is done for every run that came through: loops are the cheapest. */
function countRows(
  runs: readonly RunRecord[],
  { inputs, output }: { readonly inputs: readonly RunVolume[]; readonly output: RunVolume },
): readonly RowCounts[] {
  const counts: RowCounts[] = [];
  for (const run of runs) {
    const written = rowsOf(run.outputs, output);
    if (written === undefined) continue;
    const read = inputs.map((input) => rowsOf(run.inputs, input));
    counts.push({ at: timeOf(run), read, written });
  }
  return counts;
}

function measure(
  runs: readonly RowCounts[],
  { inputs, places }: { readonly inputs: readonly RunVolume[]; readonly places: readonly number[] },
): Measure {
  const isOwn = places.length === 0;
  const counts: RowCounts[] = [];
  const reads: number[] = [];
  // Logarithms, so that half and double are equally far; one row more on both sides, so that none is a number as well.
  const values: number[] = [];
  let all = 0;
  let kept = 0;
  for (const run of runs) {
    const read = sumOf(run.read, places);
    if (read === undefined || (read === 0 && !isOwn)) continue;
    counts.push(run);
    reads.push(read);
    values.push(Math.log((run.written + 1) / (read + 1)));
    all += read;
    kept += run.written;
  }
  // As if one row more had been lost than was: of what lost none it is not known that it never will.
  const share = Math.min(kept + 1, all + 1) / (all + 2);
  return {
    inputs: places.flatMap((place) => inputs[place] ?? []),
    runs: counts.length,
    newest: { read: reads.at(-1) ?? 0, written: counts.at(-1)?.written ?? 0 },
    series: () =>
      counts.map(({ at }, run): SeriesPoint => {
        const value = values[run] ?? 0;
        return isOwn ? { at, value } : { at, value, own: varianceOf(share, reads[run] ?? 0) };
      }),
    noise: stepOf(values),
  };
}

/** Rows of some inputs together; undefined where a run does not say it of each. */
function sumOf(
  read: readonly (number | undefined)[],
  places: readonly number[],
): number | undefined {
  let sum = 0;
  for (const place of places) {
    const rows = read[place];
    if (rows === undefined) return undefined;
    sum += rows;
  }
  return sum;
}

/** Of the logarithm of a share, were each row let through by lot: what filters and joins let through varies so at the least. */
const varianceOf = (share: number, read: number): number => (1 - share) / (share * (read + 1));

function stepOf(values: readonly number[]): number {
  const steps: number[] = [];
  for (let at = 1; at < values.length; at++)
    steps.push(Math.abs((values[at] ?? 0) - (values[at - 1] ?? 0)));
  return valueAtPlace(steps, steps.length >> 1) ?? 0;
}

function rowsOf(
  volumes: readonly RunVolume[] | undefined,
  { namespace, name }: RunVolume,
): number | undefined {
  for (const one of volumes ?? [])
    if (one.name === name && one.namespace === namespace) return one.rows;
  return undefined;
}

export const timeOf = ({ endedAt, at }: RunRecord): string => endedAt ?? at;
