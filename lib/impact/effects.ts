import { EFFECTS, type Effect } from "./assessment.ts";
import type { Certainty } from "./change.ts";

/**
 * What travels through the graph. The public effects, and finer ones that the engine has to tell apart and that are shown
 * under a public name: `SHIFTED` is a unit change that does not keep the order, `NEW_FEATURE` a new column that a model
 * already takes in, `TABLE_GONE` a run that has nothing to read any more, `TYPE_RECAST` another type whose values cast
 * back, `TYPE_SOFT` one that the engine takes for the old one by itself, `TYPE_EQUATED` one that it only finds equal to the old
 * one, `NEW_NAME` the column under the name that a rename
 * gave it, `AMBIGUOUS` a name that two columns of one `select *` answer to, `REGROUPED` rows that are folded by other groups,
 * so that what is added up over all of them stays the same, `THINNED` rows that
 * stand there fewer times, since they find fewer partners in a join: none of them is missing altogether, `TYPE_RESPELLED` a
 * wider type whose values are spelled otherwise as a text, and are not whole any more.
 */
export const LANES = [
  ...EFFECTS,
  "SHIFTED",
  "NEW_FEATURE",
  "TABLE_GONE",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "NEW_NAME",
  "AMBIGUOUS",
  "REGROUPED",
  "TYPE_EQUATED",
  "THINNED",
  "TYPE_RESPELLED",
] as const;

export type Lane = (typeof LANES)[number];

const PUBLIC_NAME: Partial<Record<Lane, Effect>> = {
  SHIFTED: "UNIT",
  NEW_FEATURE: "NEW",
  TABLE_GONE: "ERROR",
  TYPE_RECAST: "TYPE_INCOMPAT",
  TYPE_SOFT: "TYPE_INCOMPAT",
  NEW_NAME: "NEW",
  AMBIGUOUS: "NEW_COLLIDES",
  REGROUPED: "GRAIN",
  TYPE_EQUATED: "TYPE_INCOMPAT",
  THINNED: "ROWS_LOST",
  TYPE_RESPELLED: "TYPE_WIDE",
};

const NUMBER_OF = new Map<string, number>(LANES.map((lane, index) => [lane, index]));

export const laneNumber = (lane: Lane): number => NUMBER_OF.get(lane) ?? 0;

export const laneAt = (index: number): Lane => LANES[index] ?? "UNKNOWN";

export const publicEffect = (lane: Lane): Effect => PUBLIC_NAME[lane] ?? (lane as Effect);

export const isLane = (text: string): text is Lane => NUMBER_OF.has(text);

/** 0 absent, 1 possible, 2 likely, 3 certain: what two bits hold. */
export type Level = 0 | 1 | 2 | 3;

const LEVELS: Record<Certainty, Level> = { possible: 1, likely: 2, certain: 3 };
const CERTAINTIES: readonly Certainty[] = ["possible", "possible", "likely", "certain"];

export const levelOf = (certainty: Certainty): Level => LEVELS[certainty];

/** Only for levels above 0. */
export const certaintyOf = (level: number): Certainty => CERTAINTIES[level] ?? "possible";

/**
 * A state is two 32-bit words of sixteen two-bit fields, one for each lane: `lo` holds lanes 0 to 15, `hi` the others.
 * The last field of `hi` is no effect; it marks a node that the change reaches at all. Words are signed, as bit operators
 * make them: so they stay small integers for the machine.
 */
export const REACHED = 0x80000000 | 0;

const LOW_BITS = 0x55555555;

/** The larger of each pair of two-bit fields: the join of two states. */
export function joinWords(a: number, b: number): number {
  const aHigh = (a >>> 1) & LOW_BITS;
  const bHigh = (b >>> 1) & LOW_BITS;
  const high = aHigh | bHigh;
  const low = (a & LOW_BITS & (aHigh | ~bHigh)) | (b & LOW_BITS & (bHigh | ~aHigh));
  return (high << 1) | low;
}

export function levelIn(words: { readonly lo: number; readonly hi: number }, lane: number): Level {
  const word = lane < 16 ? words.lo : words.hi;
  return ((word >>> ((lane & 15) * 2)) & 3) as Level;
}

export const loBits = (lane: number, level: Level): number => (lane < 16 ? level << (lane * 2) : 0);

export const hiBits = (lane: number, level: Level): number =>
  lane < 16 ? 0 : level << ((lane - 16) * 2);

/** All fields of the given lanes set: what to keep when a state is filtered. */
export function maskOf(lanes: readonly Lane[]): { readonly lo: number; readonly hi: number } {
  let lo = 0;
  let hi = 0;
  for (const lane of lanes) {
    lo |= loBits(laneNumber(lane), 3);
    hi |= hiBits(laneNumber(lane), 3);
  }
  return { lo, hi };
}
