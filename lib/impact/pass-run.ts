import { TRAIT } from "#lib/graph/snapshot.ts";
import { hiBits, joinWords, laneNumber } from "./effects.ts";

const ERROR = laneNumber("ERROR");
const STALE = laneNumber("STALE");
const TABLE_GONE = laneNumber("TABLE_GONE");

/** What keeps no data of its own hands its error to whoever reads it. */
export function passesError(traits: number, materializeTable: boolean): boolean {
  if ((traits & (TRAIT.inner | TRAIT.query | TRAIT.part)) !== 0) return true;
  return (traits & TRAIT.view) !== 0 && !materializeTable;
}

/** What a reader's run gets from a run: a failed view fails its reader, a failed table leaves it with old data. */
export function passRun(hi: number, isError: boolean): number {
  const error = (hi >>> ((ERROR - 16) * 2)) & 3;
  const stale = (hi >>> ((STALE - 16) * 2)) & 3;
  const gone = (hi >>> ((TABLE_GONE - 16) * 2)) & 3;
  let passed = hiBits(STALE, stale as 0 | 1 | 2 | 3);
  if (error !== 0) passed = joinWords(passed, hiBits(isError ? ERROR : STALE, error as 1 | 2 | 3));
  if (gone !== 0) passed = joinWords(passed, hiBits(ERROR, gone as 1 | 2 | 3));
  return passed;
}
