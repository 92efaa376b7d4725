/** What runs tell of how far the next ones may lie from them. */
export interface PastRuns {
  /** In the order in which they came. */
  readonly values: readonly number[];
  readonly mean: number;
  readonly median: number;
  readonly spread: number;
  /** Skewness, and kurtosis beyond that of a bell; 0 where the values are all alike. */
  readonly skew: number;
  readonly tails: number;
}

export interface BoundAsked {
  /** Of a false alarm at one run. */
  readonly chance: number;
  /** 1: more than before, -1: less. */
  readonly side: number;
  /** Nothing is taken for a bell: the scale ends near by, or the step is so small that it can wait until it is surer. */
  readonly isStrict: boolean;
}

/** Fewer runs do not tell whether they are like a bell. */
const LEAST_SHAPE = 20;
const ODD_WHEN_FEW = 0.5;
/** Past these, runs lean to the side of the shift, or lie far out, more than a bell's do; past the second ones surely. */
const LEANS = [0.7, 1.2] as const;
const TAILS = [1.6, 2.6] as const;
/** Past these, tails are longer than exponential ones. */
const LONG_TAILS = [4, 10] as const;
/** Standard errors of a likeness between runs and those before them that is none by chance. */
const SIGNIFICANT = 2.5;
/** Runs in a row that tell by their places among those before, whatever the shape. */
const ROWS_OF_RUNS = [3, 8] as const;
/** The part of the chance that places may take. */
const BY_PLACES = 0.5;

/**
 * The value that both of two runs in a row have to lie beyond. Of a bell it follows from mean and spread; of what leans to the
 * side or has long tails it lies as many times further out than the furthest run as makes both as rare under an exponential
 * tail; shapes between the two lie between. Where each run is like the one before it a second one tells less, so both lie further.
 */
export function boundOf(past: PastRuns, { chance, side, isStrict }: BoundAsked): number {
  const { values, mean, median, spread, tails } = past;
  const bell = mean + side * timesSpread(values.length, chance / 2) * spread;
  const furthest = side > 0 ? Math.max(...values) : Math.min(...values);
  const long = 1 + 0.5 * placeBetween(tails, LONG_TAILS);
  const tail = median + timesFurthest(values.length, chance / 4) ** long * (furthest - median);
  const odd = isStrict ? 1 : oddness(past, side);
  const bound = (tail - bell) * side > 0 ? bell + (tail - bell) * odd : bell;
  return mean + (bound - mean) * persistence(past);
}

/**
 * Whether a row of runs lies so far out among those before that this is by chance as rare as asked, whatever the shape of
 * their noise: every order of runs that have nothing to do with each other is as likely as any other.
 */
export function isBeyondByPlace(
  past: PastRuns,
  last: readonly number[],
  { chance, side }: Pick<BoundAsked, "chance" | "side">,
): boolean {
  const [least, most] = ROWS_OF_RUNS;
  if (last.length < least || last.length > most || persistence(past) > 1) return false;
  const nearest = Math.min(...last.map((value) => value * side));
  const further = past.values.filter((value) => value * side >= nearest).length;
  let likelihood = 1;
  for (let place = 1; place <= last.length; place++)
    likelihood *= (further + place) / (past.values.length + place);
  return likelihood <= (chance / 2) * BY_PLACES;
}

const placeBetween = (value: number, [from, to]: readonly [number, number]): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));

/** How little the runs look like a bell to the side of a shift, from 0 to 1. */
function oddness({ values, skew, tails }: PastRuns, side: number): number {
  const seen = Math.max(placeBetween(skew * side, LEANS), placeBetween(tails, TAILS));
  return values.length < LEAST_SHAPE ? Math.max(ODD_WHEN_FEW, seen) : seen;
}

/** By how much more runs that are like the one before them wander than others: 1 where they are not. */
function persistence({ values, mean }: PastRuns): number {
  let squares = 0;
  let products = 0;
  let before = mean;
  for (const value of values) {
    squares += (value - mean) ** 2;
    products += (value - mean) * (before - mean);
    before = value;
  }
  if (squares === 0 || products * Math.sqrt(values.length) < SIGNIFICANT * squares) return 1;
  // A short series shows less of it than there is.
  const seen = products / squares;
  const like = Math.min(0.9, seen + (1 + 3 * seen) / values.length);
  return Math.sqrt((1 + like) / (1 - like));
}

/** Spreads from the mean of `count` runs of a bell that both of two more lie beyond with a chance. */
const timesSpread = (count: number, chance: number): number =>
  remember("bell", { count, chance, likelihood: (times) => bothBeyond(count, times) });

/** Mean and spread are themselves drawn, and the same for both: they are gone through. */
function bothBeyond(count: number, times: number): number {
  const freedom = count - 1;
  let sum = 0;
  let weight = 0;
  for (let ratio = 0.05; ratio < 3; ratio += 0.05) {
    const likely = Math.exp((freedom - 1) * Math.log(ratio) - (freedom * ratio ** 2) / 2);
    for (let shift = -4; shift <= 4; shift++) {
      const both = likely * Math.exp(-(shift ** 2) / 2);
      weight += both;
      sum += both * upperTail(times * ratio + shift / Math.sqrt(count)) ** 2;
    }
  }
  return sum / weight;
}

/** The share of a bell beyond so many spreads (Abramowitz and Stegun, 26.2.17). */
function upperTail(spreads: number): number {
  if (spreads < 0) return 1 - upperTail(-spreads);
  const t = 1 / (1 + 0.2316419 * spreads);
  const factors = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const series = factors.reduce((sum, factor) => t * (sum + factor), 0);
  return (Math.exp(-(spreads ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/**
 * How many times as far from the median as the furthest of `count` runs both of two more lie with a chance, where the tail is
 * exponential: over the `n` runs on that side `n! · (2 times)! / (n + 2 times)!`, and a quarter of pairs are on it.
 */
function timesFurthest(count: number, chance: number): number {
  const half = Math.max(1, Math.floor(count / 2));
  const likelihood = (times: number): number => {
    let product = 0.25;
    for (let place = 1; place <= half; place++) product *= place / (place + 2 * times);
    return product;
  };
  return remember("tail", { count: half, chance, likelihood });
}

interface Sought {
  readonly count: number;
  readonly chance: number;
  /** Falls with the times. */
  readonly likelihood: (times: number) => number;
}

const MOST_TIMES = 100;
const remembered = new Map<string, number>();

/** Where a likelihood comes down to a chance, which is taken in steps, so that series that are alike ask once. */
function remember(name: string, { count, chance, likelihood }: Sought): number {
  const step = Math.ceil(-4 * Math.log(chance));
  const key = `${name} ${count} ${step}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  let [low, high] = [0, MOST_TIMES];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (likelihood(middle) > Math.exp(-step / 4)) low = middle;
    else high = middle;
  }
  remembered.set(key, high);
  return high;
}
