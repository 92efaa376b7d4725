import type { QualityShape } from "#lib/ingest/contract/contract-shape.ts";
import { asList, asNumber } from "#lib/ingest/loose-value.ts";
import { makeTable } from "#lib/kit/make-table.ts";

type Holds = (value: number, bound: unknown) => boolean | undefined;

const against =
  (holds: (value: number, bound: number) => boolean): Holds =>
  (value, bound) => {
    const number = asNumber(bound);
    return number === undefined ? undefined : holds(value, number);
  };

const between: Holds = (value, bound) => {
  const [low, high] = (asList(bound) ?? []).map(asNumber);
  return low === undefined || high === undefined ? undefined : value >= low && value <= high;
};

const BOUNDS: Readonly<Record<string, Holds>> = makeTable({
  mustBe: against((value, bound) => value === bound),
  mustNotBe: against((value, bound) => value !== bound),
  mustBeGreaterThan: against((value, bound) => value > bound),
  mustBeGreaterOrEqualTo: against((value, bound) => value >= bound),
  mustBeGreaterThanOrEqualTo: against((value, bound) => value >= bound),
  mustBeLessThan: against((value, bound) => value < bound),
  mustBeLessOrEqualTo: against((value, bound) => value <= bound),
  mustBeLessThanOrEqualTo: against((value, bound) => value <= bound),
  mustBeBetween: between,
  mustNotBeBetween: (value, bound) => {
    const inside = between(value, bound);
    return inside === undefined ? undefined : !inside;
  },
});

/** The first bound that the value does not keep, in words; undefined where it keeps all that can be compared. */
export function breaksBounds({ bounds }: QualityShape, value: number): string | undefined {
  for (const [key, bound] of bounds) {
    if (BOUNDS[key]?.(value, bound) === false) return `${key} ${JSON.stringify(bound)}`;
  }
  return undefined;
}
