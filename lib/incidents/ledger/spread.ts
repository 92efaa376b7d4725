/** Half of the values are at most `median`, nine of ten at most `p90`; both are values that were there. */
export interface Spread {
  readonly n: number;
  readonly median: number;
  readonly p90: number;
}

/** Nearest rank; undefined of nothing. A mean would hide the one night that lasted a week. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return sorted.length === 0 ? undefined : { n: sorted.length, median: at(0.5), p90: at(0.9) };
}
