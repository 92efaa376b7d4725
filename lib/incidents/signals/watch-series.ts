import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";

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
/** Runs in a row that have to be off. */
const IN_A_ROW = 2;
/** False alarms that a thousand things may give in a week; whoever looks more often, or at more series of each, has to be surer. */
const FALSE_ALARMS = 0.3;
const HOURS_A_WEEK = 168;
/** How much further than the furthest run before both runs of a skewed series have to lie. */
const BEYOND = 1.5;
/** Fewer runs do not tell whether they are like a bell. */
const LEAST_SHAPE = 20;
/** Past these, runs lean to the side of the shift, or lie far out, more than a bell's do; past the second ones surely. */
const LEANS = [0.5, 0.9] as const;
const TAILS = [1, 1.8] as const;
/** What is copied exactly varies not at all; a smaller step than this is not worth a word. */
const LEAST_SPREAD = 0.002;
const LEAST_STEP = 0.01;

/**
 * The shift that still holds at the end of a series, if there is one: of two runs in a row both are off to the same side, by more
 * than the runs before differ from each other (a t test of their mean, so that a short history needs more). Each level
 * begins where the last shift did.
 */
export function findShift(
  given: readonly SeriesPoint[],
  { beside = 1, isSkewed = false }: SeriesTraits = {},
): LevelShift | undefined {
  const series = evenOut(given);
  const chance = chanceOf(series, beside);
  const sure: Sureness = { chance, from: sureFrom(chance), beyond: isSkewed ? BEYOND : 0 };
  let shift: (LevelShift & { readonly place: number }) | undefined;
  let original: Level | undefined;
  let start = 0;
  for (let end = LEAST_BEFORE + IN_A_ROW; end <= series.length; end++) {
    if (end - IN_A_ROW - start < LEAST_BEFORE) {
      if (shift === undefined || original === undefined) continue;
      // Too young a level to be left for another, but not to be over again.
      if (isBack(original, series.slice(end - IN_A_ROW, end))) {
        shift = undefined;
        start = end - IN_A_ROW;
      }
      continue;
    }
    const before = levelOf(series.slice(start, end - IN_A_ROW));
    const found = shiftAt(before, series.slice(end - IN_A_ROW, end), sure);
    if (found === undefined) continue;
    const last = series.slice(end - IN_A_ROW, end);
    const goesBack = original !== undefined && isBack(original, last);
    original = goesBack ? undefined : (original ?? before);
    shift = goesBack ? undefined : { ...found, before: (original ?? before).said, place: end };
    start = end - IN_A_ROW;
  }
  if (shift === undefined) return undefined;
  const { place: _, ...plain } = shift;
  const runs = series.slice(start);
  const from = original?.mean ?? 0;
  // Runs that lie far out now and then have not left their level: most of those since have to be off still.
  const typical = median(runs.map(({ value }) => value));
  if ((typical - from) / (plain.since - from) < 0.5) return undefined;
  return { ...plain, since: levelOf(runs).said };
}

interface EvenPoint extends SeriesPoint {
  /** Where `value` is another one than the run's own. */
  readonly given?: number;
}

interface Level {
  readonly mean: number;
  /** The mean of the values as they were given. */
  readonly said: number;
  readonly spread: number;
  readonly count: number;
  readonly least: number;
  readonly most: number;
  /** Skewness, and kurtosis beyond that of a bell; 0 where the values are all alike. */
  readonly skew: number;
  readonly tails: number;
}

interface Sureness {
  /** Of a false alarm at one run. */
  readonly chance: number;
  /** A standard normal figure. */
  readonly from: number;
  /** Times the furthest step before. */
  readonly beyond: number;
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
    count: points.length,
    least: Math.min(...values),
    most: Math.max(...values),
    skew: variance === 0 ? 0 : moment(3) / variance ** 1.5,
    tails: variance === 0 ? 0 : moment(4) / variance ** 2 - 3,
  };
}

/** So rarely may a run alarm falsely that a week of such runs gives no more false alarms. */
function chanceOf(series: readonly SeriesPoint[], beside: number): number {
  const first = hoursSinceEpoch(series[0]?.at ?? "");
  const last = hoursSinceEpoch(series.at(-1)?.at ?? "");
  const hours = first === undefined || last === undefined ? 0 : last - first;
  const runsAWeek = hours <= 0 ? HOURS_A_WEEK : ((series.length - 1) * HOURS_A_WEEK) / hours;
  return FALSE_ALARMS / (1_000 * Math.max(1, runsAWeek) * Math.max(1, beside));
}

/** A standard normal figure that is passed, to either side, so rarely. */
function sureFrom(chance: number): number {
  const rough = Math.sqrt(-2 * Math.log(chance));
  return rough - Math.log(rough * Math.sqrt(Math.PI / 2)) / rough;
}

/**
 * How many times as far as the furthest run before all of so many runs have to lie, where the runs are no bell: of those whose
 * tail is exponential both lie `times` as far by chance in `n! · (2 times)! / (n + 2 times)!` of cases.
 */
function timesBeyond({ count }: Level, { chance }: Sureness): number {
  for (let times = 1; times < 20; times += 0.05) {
    let likelihood = 0;
    for (let place = 1; place <= count; place++)
      likelihood += Math.log(place / (place + IN_A_ROW * times));
    if (likelihood <= Math.log(chance)) return times;
  }
  return 20;
}

/** How little the runs look like a bell to the side of a shift, from 0 to 1. */
function oddness({ skew, tails, count }: Level, side: number): number {
  if (count < LEAST_SHAPE) return 1;
  const between = (value: number, [from, to]: readonly [number, number]): number =>
    Math.min(1, Math.max(0, (value - from) / (to - from)));
  return Math.max(between(skew * side, LEANS), between(tails, TAILS));
}

/** The same series as if each of its runs varied by itself as much as the others do: what few rows say counts for less. */
function evenOut(series: readonly SeriesPoint[]): readonly EvenPoint[] {
  if (series.every(({ own }) => own === undefined)) return series;
  const middle = median(series.map(({ value }) => value));
  const typical = median(series.map(({ own = 0 }) => own));
  // Half of a bell lies within 0.67 of its spread.
  const seen = median(series.map(({ value }) => (value - middle) ** 2)) / 0.455;
  const common = Math.max(LEAST_SPREAD ** 2, seen - typical);
  return series.map((point) => {
    const share = (common + typical) / (common + (point.own ?? 0));
    const value = middle + (point.value - middle) * Math.min(1, Math.sqrt(share));
    return { ...point, value, given: point.value };
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function shiftAt(
  before: Level,
  last: readonly SeriesPoint[],
  sure: Sureness,
): LevelShift | undefined {
  const steps = last.map(({ value }) => value - before.mean);
  const mean = steps.reduce((sum, step) => sum + step, 0) / last.length;
  const isOneSided = steps.every((step) => Math.sign(step) === Math.sign(mean));
  const isEven = steps.every((step) => Math.abs(step) >= Math.abs(mean) / 2);
  if (!isOneSided || !isEven || Math.abs(mean) < LEAST_STEP) return undefined;
  const t = mean / (before.spread * Math.sqrt(1 / last.length + 1 / before.count));
  if (normalOf(Math.abs(t), before.count - 1) < sure.from) return undefined;
  const furthest = mean > 0 ? before.most - before.mean : before.mean - before.least;
  const odd = oddness(before, Math.sign(mean));
  const bell = Math.max(1, sure.beyond);
  const beyond = odd === 0 ? sure.beyond : bell + (timesBeyond(before, sure) - bell) * odd;
  if (steps.some((step) => Math.abs(step) < beyond * furthest)) return undefined;
  const [first] = last;
  const newest = last.at(-1);
  return {
    began: first?.at ?? "",
    noticed: newest?.at ?? "",
    before: before.mean,
    since: before.mean + mean,
  };
}

/** Both runs are as near to the old level as runs of it were: three times its spread. */
const isBack = ({ mean, spread }: Level, last: readonly SeriesPoint[]): boolean =>
  last.every(({ value }) => Math.abs(value - mean) <= 3 * spread);

/** The standard normal figure that is as unlikely as a t of so many degrees of freedom (Wallace, 1959). */
function normalOf(t: number, freedom: number): number {
  const scale = (8 * freedom + 1) / (8 * freedom + 3);
  return scale * Math.sqrt(freedom * Math.log1p((t * t) / freedom));
}
