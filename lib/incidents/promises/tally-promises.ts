import { keepingOf, type PromiseStatus } from "./judge-promises.ts";

/** How often an asset was looked at on one day, and what was found. */
export interface DayCount {
  readonly looks: number;
  readonly broken: number;
  readonly unknown: number;
}

/** One day, `2026-03-03` (UTC): the looks at each asset. */
export interface PromiseDay {
  readonly day: string;
  readonly assets: Readonly<Record<string, DayCount>>;
}

export function addLook(day: PromiseDay, statuses: readonly PromiseStatus[]): PromiseDay {
  const assets: Record<string, DayCount> = { ...day.assets };
  for (const status of statuses) {
    const before = assets[status.asset] ?? { looks: 0, broken: 0, unknown: 0 };
    const keeping = keepingOf(status);
    assets[status.asset] = {
      looks: before.looks + 1,
      broken: before.broken + (keeping === "broken" ? 1 : 0),
      unknown: before.unknown + (keeping === "unknown" ? 1 : 0),
    };
  }
  return { ...day, assets };
}

/** What became of a promise over the days that were looked at. */
export interface PromiseHistory {
  /** Share of the looks of each day at which all was kept, the oldest first; null: nobody looked, or nobody knew. */
  readonly days: readonly (number | null)[];
  /** Of all looks at which something was known. */
  readonly keptShare?: number;
  /**
   * What is left of what may be broken, 1 to 0; below 0 more was broken than may be. Absent where nothing is known.
   */
  readonly budgetLeft?: number;
}

/** `days` as they are shown, the oldest first. */
export function tallyPromises(
  { asset, target }: Pick<PromiseStatus, "asset" | "target">,
  days: readonly (PromiseDay | undefined)[],
): PromiseHistory {
  let known = 0;
  let broken = 0;
  const shares = days.map((day) => {
    const count = day?.assets[asset];
    const looks = count === undefined ? 0 : count.looks - count.unknown;
    if (count === undefined || looks === 0) return null;
    known += looks;
    broken += count.broken;
    return 1 - count.broken / looks;
  });
  if (known === 0) return { days: shares };
  const brokenShare = broken / known;
  const mayBreak = 1 - target;
  // A promise without any slack is lost with the first break.
  const budgetLeft = mayBreak <= 0 ? (broken === 0 ? 1 : 0) : 1 - brokenShare / mayBreak;
  return { days: shares, keptShare: 1 - brokenShare, budgetLeft };
}
