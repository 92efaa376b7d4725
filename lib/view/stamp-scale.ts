import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { STAMPS, type Stamp } from "#lib/incidents/incident-action.ts";

/** A time stamp on a line that is drawn to scale. */
export interface PlacedStamp {
  readonly stamp: Stamp | "now";
  readonly at: string;
  /** 0 to 1 from the left. */
  readonly place: number;
  /** Row of the label, from 0, so that labels of stamps that lie close do not cover one another. */
  readonly row: number;
}

/** Share of the line that a label takes. */
const LABEL = 0.13;

/** The stamps that are known and, while it is not repaired, now, in the order of time. */
export function placeStamps(
  stamps: Readonly<Partial<Record<Stamp, string>>>,
  now: string,
): readonly PlacedStamp[] {
  const known = STAMPS.flatMap((stamp) => {
    const at = stamps[stamp];
    return at === undefined ? [] : [{ stamp, at }];
  });
  const all: { readonly stamp: Stamp | "now"; readonly at: string }[] =
    stamps.repaired === undefined ? [...known, { stamp: "now", at: now }] : known;
  const timed = all
    .flatMap((one) => {
      const hours = hoursSinceEpoch(one.at);
      return hours === undefined ? [] : [{ ...one, hours }];
    })
    .sort((a, b) => a.hours - b.hours);
  const first = timed[0]?.hours ?? 0;
  const span = Math.max(1 / 60, (timed.at(-1)?.hours ?? first) - first);
  const lastInRow: number[] = [];
  return timed.map(({ stamp, at, hours }) => {
    const place = (hours - first) / span;
    const free = lastInRow.findIndex((last) => place - last >= LABEL);
    const row = free < 0 ? lastInRow.length : free;
    lastInRow[row] = place;
    return { stamp, at, place, row };
  });
}
