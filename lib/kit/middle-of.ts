import { valueAtPlace } from "./value-at-place.ts";

/** The median: of an even number of values what lies half way between the two in the middle. 0 of none. */
export function middleOf(values: readonly number[]): number {
  const upper = valueAtPlace(values, values.length >> 1) ?? 0;
  if (values.length % 2 === 1) return upper;
  return (upper + (valueAtPlace(values, (values.length - 1) >> 1) ?? upper)) / 2;
}
