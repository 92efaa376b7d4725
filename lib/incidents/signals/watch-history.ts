import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { Signal } from "./signal.ts";
import { NEWEST, OLDER, thinOut } from "./thin-out.ts";
import { findShift, type LevelShift, type SeriesPoint } from "./watch-series.ts";

/** What was seen of a table at one time. */
export interface SeenTable {
  /** ISO 8601: when it was observed. */
  readonly at: string;
  readonly rows?: number;
  /** Share of nulls by column, 0 to 1. */
  readonly nulls?: Readonly<Record<string, number>>;
}

const TOLD_BY = "Faultline";
/** Figures of older observations that are kept of one table: fewer columns have more of them. */
const MOST_FIGURES = 6_000;
/** With less than one a day for four weeks weekdays are not known. */
const LEAST_OLDER = 28;

/** What is known of a table now; nothing where nobody observed it, or nobody said when. */
export function seeTable({ attributes, columns }: MergedAsset): SeenTable | undefined {
  const { rows, lastRun } = attributes;
  const shares = columns.flatMap(({ name, profile }) =>
    profile?.nullShare === undefined ? [] : [[name, profile.nullShare] as const],
  );
  const counted = rows ?? columns.find(({ profile }) => profile?.rows !== undefined)?.profile?.rows;
  if (shares.length === 0 && counted === undefined) return undefined;
  const observed = columns.flatMap(({ profile }) => profile?.observedAt ?? []).sort();
  const at = observed.at(-1) ?? (lastRun?.state === "ok" ? lastRun.at : undefined);
  if (at === undefined) return undefined;
  return {
    at,
    ...(counted === undefined ? {} : { rows: counted }),
    ...(shares.length === 0 ? {} : { nulls: Object.fromEntries(shares) }),
  };
}

/** Adds what was seen later than all that is known; the oldest are thinned out. The same list where it is no news. */
export function addSeen(known: readonly SeenTable[], seen: SeenTable): readonly SeenTable[] {
  const last = known.at(-1);
  if (last !== undefined && seen.at <= last.at) return known;
  const all = [...known, seen];
  const figures = 1 + Object.keys(seen.nulls ?? {}).length;
  const most = Math.min(OLDER, Math.floor(MOST_FIGURES / figures));
  const older = thinOut(all.slice(0, -NEWEST), {
    timeOf: ({ at }) => at,
    most: most < LEAST_OLDER ? 0 : most,
  });
  return [...older, ...all.slice(-NEWEST)];
}

/**
 * Whether a table has as many rows, and its columns as many nulls, as they had: against their own history, oldest first. Sure enough
 * for a third of a false alarm in a thousand tables a week, however many columns they have.
 */
export function watchHistory(
  { id }: Pick<MergedAsset, "id">,
  history: readonly SeenTable[],
): readonly Signal[] {
  const newest = history.at(-1);
  if (newest === undefined) return [];
  const columns = Object.keys(newest.nulls ?? {});
  const beside = columns.length + (newest.rows === undefined ? 0 : 1);
  const common = { refs: [id], shows: "wrong", toldBy: TOLD_BY } as const;
  const toSignal = (
    shift: LevelShift | undefined,
    say: (shift: LevelShift) => string,
  ): Pick<Signal, "isOver" | "at" | "seen" | "since"> =>
    shift === undefined
      ? { isOver: true, at: newest.at, seen: "as before" }
      : { isOver: false, at: shift.noticed, since: shift.began, seen: say(shift) };
  const nulls = columns.map((column): Signal => {
    const series = seriesOf(history, ({ nulls: all }) => stretch(all?.[column]));
    const shift = findShift(series, { beside, isSkewed: true });
    // Fewer nulls than before harm nobody.
    const rising = shift !== undefined && shift.since > shift.before ? shift : undefined;
    return { ...common, column, check: "nulls as before", ...toSignal(rising, sayNulls) };
  });
  if (newest.rows === undefined) return nulls;
  const shift = findShift(
    seriesOf(history, ({ rows }) => logOf(rows)),
    { beside },
  );
  return [...nulls, { ...common, check: "rows as before", ...toSignal(shift, sayRows) }];
}

const seriesOf = (
  history: readonly SeenTable[],
  figure: (seen: SeenTable) => number | undefined,
): SeriesPoint[] =>
  history.flatMap((seen) => {
    const value = figure(seen);
    return value === undefined ? [] : [{ at: seen.at, value }];
  });

/** Half and double are equally far; one more, so that none is a number as well. */
const logOf = (rows: number | undefined): number | undefined =>
  rows === undefined ? undefined : Math.log(rows + 1);

/** A tenth of the angle: shares vary about equally on it wherever they lie. The least step that counts is from none to 1%, or 40% to 50%. */
const STRETCH = 0.1;
const stretch = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : STRETCH * Math.asin(Math.sqrt(Math.min(1, Math.max(0, share))));
const shareOf = (value: number): number => Math.sin(value / STRETCH) ** 2;

const sayNulls = ({ began, before, since }: LevelShift): string =>
  `since ${began} ${percent(shareOf(since))} of its values are null; before it were ${percent(shareOf(before))}`;

const percent = (share: number): string =>
  share > 0 && share < 0.01 ? `${(share * 100).toFixed(2)}%` : `${Math.round(share * 100)}%`;

const sayRows = ({ began, before, since }: LevelShift): string =>
  `since ${began} it has about ${rowsOf(since)} rows; before it had ${rowsOf(before)}`;

const rowsOf = (logarithm: number): number => Math.max(0, Math.round(Math.exp(logarithm) - 1));
