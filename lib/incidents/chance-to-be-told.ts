import type { BlastIndex } from "#lib/impact/blast-index.ts";
import { certaintyOf, type Lane, laneNumber, levelIn } from "#lib/impact/effects.ts";
import type { ToldReason } from "./observation.ts";
import type { TriageWeights } from "./triage-weights.ts";

const NOT_THERE: readonly Lane[] = ["GONE", "RENAMED"];
const TABLE_NOT_THERE: readonly Lane[] = ["TABLE_GONE"];
const OTHER_TYPE: readonly Lane[] = [
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
  "TYPE_LOSSY",
  "TYPE_WIDE",
  "TYPE_RESPELLED",
];
/** A text that is no number any more is another value too. */
const OTHER_VALUE: readonly Lane[] = ["VALUE", "UNIT", "SHIFTED", "ENUM_ADDED"];
const VALUE_IS_UNFIT = 0.3;

/**
 * The chance that an engine says this of a column or a table, given what a fault made of it. What it says is exact: that rows are
 * missing, or values wrong, never makes it say that a column is not there.
 */
export function chanceToBeTold({
  index,
  reason: { relation, column, shows },
  weights,
}: {
  readonly index: BlastIndex;
  readonly reason: ToldReason;
  readonly weights: TriageWeights;
}): number {
  if (index.placeOf(relation) < 0) return 0;
  const surest = (lanes: readonly Lane[]): number => {
    const run = index.run(relation);
    const own = column === undefined ? run : index.column(column);
    const level = Math.max(...lanes.map((lane) => levelIn(own, laneNumber(lane))));
    return level === 0 ? 0 : weights.shows.loud * weights.certainty[certaintyOf(level)];
  };
  if (shows === "unfit") return Math.max(surest(OTHER_TYPE), VALUE_IS_UNFIT * surest(OTHER_VALUE));
  return surest(column === undefined ? TABLE_NOT_THERE : NOT_THERE);
}
