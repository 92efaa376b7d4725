import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { middleOf } from "#lib/kit/middle-of.ts";
import { boundOf, isBeyondByPlace, type PastRuns } from "./run-bounds.ts";
import { takeOffWeekdays } from "./take-off-weekdays.ts";
import { NEWEST } from "./thin-out.ts";

/** A figure of one run: a share, a count, a ratio; on a scale on which equal steps mean equally much (mostly logarithms). */
export interface SeriesPoint {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
  /** The variance that it has by itself, on the scale of the values: a share of few rows varies more than one of many. */
  readonly own?: number;
}

/** A level that is not what it was, by more than it varies by itself. */
export interface LevelShift {
  /** ISO 8601: of the first run that was off. */
  readonly began: string;
  /** ISO 8601: of the run that made it sure. */
  readonly noticed: string;
  /** Levels before and since, on the scale of the values. */
  readonly before: number;
  readonly since: number;
}

/** What is known of a series beside its values. */
export interface SeriesTraits {
  /** How many series of the same thing are looked at. */
  readonly beside?: number;
  /** It lies at an end of its scale, as shares of nulls do near none: what is rare for a bell is not for it. */
  readonly isSkewed?: boolean;
}

/** So many runs tell how much a figure varies. */
const LEAST_BEFORE = 5;
/** Runs in a row that have to be off: two that are far out, or more that lie beyond what was before. */
const IN_A_ROW = 2;
const MOST_IN_A_ROW = 8;
/** False alarms that a thousand things may give in a week; whoever looks more often, or at more series of each, has to be surer. */
const FALSE_ALARMS = 0.3;
const HOURS_A_WEEK = 168;
/** Smaller steps (10%) may wait until they are surer: they are not taken for what a bell would not do. */
const LARGE_STEP = 0.1;
/** What is copied exactly varies not at all; a smaller step than this is not worth a word. */
const LEAST_SPREAD = 0.002;
const LEAST_STEP = 0.01;

/**
 * The shift that still holds at the end of a series, if there is one: of two runs in a row both are off to the same side, by more
 * than the noise of the runs before makes likely (`boundOf`; a short history needs more), or some more in a row lie beyond
 * nearly all before them. Weekdays that differ are no noise. Each level begins where the last shift did.
 */
export function findShift(
  given: readonly SeriesPoint[],
  { beside = 1, isSkewed = false }: SeriesTraits = {},
): LevelShift | undefined {
  if (isFlat(given)) return undefined;
  const series = evenOut(takeOffWeekdays(given));
  const sure: Sureness = { chance: chanceOf(series, beside), isSkewed };
  const sums = sumsOf(series);
  let shift: LevelShift | undefined;
  let original: Level | undefined;
  let start = 0;
  for (let end = LEAST_BEFORE + IN_A_ROW; end <= series.length; end++) {
    if (end - IN_A_ROW - start < LEAST_BEFORE) {
      if (shift === undefined || original === undefined) continue;
      // Too young a level to be left for another, but not to be over again.
      if (isBack(original, { last: series.slice(end - IN_A_ROW, end), shift })) {
        shift = undefined;
        start = end - IN_A_ROW;
      }
      continue;
    }
    const found = shiftBefore({ series, sums, start, end }, sure);
    if (found === undefined) continue;
    const last = series.slice(end - IN_A_ROW, end);
    const goesBack =
      original !== undefined && shift !== undefined && isBack(original, { last, shift });
    original = goesBack ? undefined : (original ?? found.level);
    shift = goesBack ? undefined : { ...found.shift, before: (original ?? found.level).said };
    start += found.level.values.length;
  }
  if (shift === undefined) return undefined;
  const runs = series.slice(start);
  const from = original?.mean ?? 0;
  // Runs that lie far out now and then have not left their level: most of those since have to be off still.
  const typical = middleOf(runs.map(({ value }) => value));
  if ((typical - from) / (shift.since - from) < 0.5) return undefined;
  return { ...shift, since: levelOf(runs).said };
}

/** So many runs that are exactly alike tell that nothing is ever lost on the way, and such a step (5%) is then none by chance. */
const LEAST_EXACT = 10;
const LEAST_BREAK = 0.05;

/** The newest run, where all before it were exactly alike and it is not. */
export function findBreak(series: readonly SeriesPoint[]): LevelShift | undefined {
  const newest = series.at(-1);
  const before = levelOf(series.slice(0, -1));
  const { values, mean, median: usual } = before;
  if (newest === undefined || values.length < LEAST_EXACT) return undefined;
  if (values.some((value) => Math.abs(value - usual) > LEAST_SPREAD)) return undefined;
  if (Math.abs(newest.value - mean) < LEAST_BREAK) return undefined;
  return { began: newest.at, noticed: newest.at, before: mean, since: newest.value };
}

/** What hardly moves cannot have shifted. */
function isFlat(series: readonly SeriesPoint[]): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { value } of series) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most - least < LEAST_STEP;
}

interface EvenPoint extends SeriesPoint {
  /** Where `value` is another one than the run's own. */
  readonly given?: number;
}

interface Level extends PastRuns {
  /** The mean of the values as they were given. */
  readonly said: number;
}

interface Sureness {
  /** Of a false alarm at one run. */
  readonly chance: number;
  readonly isSkewed: boolean;
}

function levelOf(points: readonly EvenPoint[]): Level {
  const mean = points.reduce((sum, { value }) => sum + value, 0) / Math.max(1, points.length);
  const squares = points.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  const spread = Math.sqrt(squares / Math.max(1, points.length - 1));
  const values = points.map(({ value }) => value);
  const moment = (power: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / Math.max(1, values.length);
  const variance = moment(2);
  return {
    mean,
    said:
      points.reduce((sum, { value, given = value }) => sum + given, 0) / Math.max(1, points.length),
    spread: Math.max(spread, LEAST_SPREAD),
    values,
    median: middleOf(values),
    skew: variance === 0 ? 0 : moment(3) / variance ** 1.5,
    tails: variance === 0 ? 0 : moment(4) / variance ** 2 - 3,
  };
}

/**
 * So rarely may a run alarm falsely that a week of such runs gives no more false alarms. The newest tell how often it runs:
 * what is older is thinned out.
 */
function chanceOf(given: readonly SeriesPoint[], beside: number): number {
  const series = given.slice(-NEWEST);
  const first = hoursSinceEpoch(series[0]?.at ?? "");
  const last = hoursSinceEpoch(series.at(-1)?.at ?? "");
  const hours = first === undefined || last === undefined ? 0 : last - first;
  const runsAWeek = hours <= 0 ? HOURS_A_WEEK : ((series.length - 1) * HOURS_A_WEEK) / hours;
  return FALSE_ALARMS / (1_000 * Math.max(1, runsAWeek) * Math.max(1, beside));
}

/** The same series as if each of its runs varied by itself as much as the others do: what few rows say counts for less. */
function evenOut(series: readonly SeriesPoint[]): readonly EvenPoint[] {
  if (series.every(({ own }) => own === undefined)) return series;
  const middle = middleOf(series.map(({ value }) => value));
  const typical = middleOf(series.map(({ own = 0 }) => own));
  // Half of a bell lies within 0.67 of its spread.
  const seen = middleOf(series.map(({ value }) => (value - middle) ** 2)) / 0.455;
  const common = Math.max(LEAST_SPREAD ** 2, seen - typical);
  return series.map((point) => {
    const share = (common + typical) / (common + (point.own ?? 0));
    const value = middle + (point.value - middle) * Math.min(1, Math.sqrt(share));
    return { at: point.at, value, given: point.value };
  });
}

/** Runs from `start` to before `end`, with what all before each sum up to. */
interface Stretch {
  readonly series: readonly EvenPoint[];
  readonly sums: RunningSums;
  readonly start: number;
  readonly end: number;
}

interface RunningSums {
  readonly values: readonly number[];
  readonly squares: readonly number[];
}

function sumsOf(series: readonly EvenPoint[]): RunningSums {
  const values = [0];
  const squares = [0];
  let sum = 0;
  let square = 0;
  for (const { value } of series) {
    sum += value;
    square += value * value;
    values.push(sum);
    squares.push(square);
  }
  return { values, squares };
}

/** The shift to the last runs of a stretch, with the level before them: of the fewest runs that show one. */
function shiftBefore(
  stretch: Stretch,
  sure: Sureness,
): { readonly level: Level; readonly shift: LevelShift } | undefined {
  const { series, start, end } = stretch;
  const most = Math.min(MOST_IN_A_ROW, end - start - LEAST_BEFORE);
  for (let count = IN_A_ROW; count <= most; count++) {
    if (!mayBeShift(stretch, count)) {
      // Most series are quiet: what is not far off is not looked at as the end of a longer row.
      if (count === IN_A_ROW && !isFarOff(stretch)) return undefined;
      continue;
    }
    const level = levelOf(series.slice(start, end - count));
    const shift = shiftAt(level, series.slice(end - count, end), sure);
    if (shift !== undefined) return { level, shift };
  }
  return undefined;
}

const sumBetween = (sums: readonly number[], start: number, end: number): number =>
  (sums[end] ?? 0) - (sums[start] ?? 0);

/** No bound lies nearer than so many spreads. */
const LEAST_SPREADS = 2;

/** Whether it is worth to look closely at the last runs: this is asked of every run of every edge. */
function mayBeShift({ series, sums, start, end }: Stretch, count: number): boolean {
  const before = end - start - count;
  const mean = sumBetween(sums.values, start, end - count) / before;
  const least = count === IN_A_ROW ? LEAST_STEP / 2 : LARGE_STEP / 2;
  const square = sumBetween(sums.squares, start, end - count) / before;
  const variance = Math.max(0, square - mean * mean);
  const bound = Math.max(least, count === IN_A_ROW ? LEAST_SPREADS * Math.sqrt(variance) : 0);
  const side = Math.sign((series[end - 1]?.value ?? 0) - mean);
  for (let at = end - count; at < end; at++)
    if (((series[at]?.value ?? 0) - mean) * side < bound) return false;
  return true;
}

function isFarOff({ series, sums, start, end }: Stretch): boolean {
  const mean = sumBetween(sums.values, start, end) / (end - start);
  return Math.abs((series[end - 1]?.value ?? 0) - mean) >= LARGE_STEP / 4;
}

function shiftAt(
  before: Level,
  last: readonly SeriesPoint[],
  sure: Sureness,
): LevelShift | undefined {
  const steps = last.map(({ value }) => value - before.mean);
  const mean = steps.reduce((sum, step) => sum + step, 0) / last.length;
  const side = Math.sign(mean);
  const isEven = steps.every((step) => step * side >= Math.abs(mean) / 2);
  if (!isEven || Math.abs(mean) < LEAST_STEP) return undefined;
  if (!isBeyond(before, { last, side, mean, sure })) return undefined;
  const [first] = last;
  const newest = last.at(-1);
  return {
    began: first?.at ?? "",
    noticed: newest?.at ?? "",
    before: before.mean,
    since: before.mean + mean,
  };
}

function isBeyond(
  before: Level,
  {
    last,
    side,
    mean,
    sure: { chance, isSkewed },
  }: {
    readonly last: readonly SeriesPoint[];
    readonly side: number;
    readonly mean: number;
    readonly sure: Sureness;
  },
): boolean {
  const isLarge = Math.abs(mean) >= LARGE_STEP;
  const values = last.map(({ value }) => value);
  if (last.length > IN_A_ROW) return isLarge && isBeyondByPlace(before, values, { chance, side });
  const bound = boundOf(before, { chance, side, isStrict: isSkewed || !isLarge });
  return values.every((value) => (value - bound) * side >= 0);
}

interface LastRuns {
  readonly last: readonly SeriesPoint[];
  readonly shift: LevelShift;
}

/** Both runs are as near to the old level as runs of it were, three times its spread, and nearer than to the new one. */
const isBack = ({ mean, spread }: Level, { last, shift }: LastRuns): boolean => {
  const reach = Math.min(3 * spread, Math.abs(shift.since - mean) / 2);
  return last.every(({ value }) => Math.abs(value - mean) <= reach);
};
