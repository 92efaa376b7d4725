import type { Snapshot } from "#lib/graph/snapshot.ts";
import type { BlastIndex } from "#lib/impact/blast-index.ts";
import { laneNumber, levelIn } from "#lib/impact/effects.ts";

const ERROR = laneNumber("ERROR");

/**
 * Whether something that this asset reads, and that stands outside of it, fails already: then it fails only if it is run or asked all
 * the same. What is built in order stops at the first that fails.
 */
export function isPassedOn(snapshot: Snapshot, index: BlastIndex, relation: number): boolean {
  const own = [relation];
  const seen = new Set(own);
  for (const reader of own) {
    const end = snapshot.backPairStart[reader + 1] ?? 0;
    for (let at = snapshot.backPairStart[reader] ?? 0; at < end; at++) {
      const input = snapshot.backPairSource[at] ?? 0;
      if (seen.has(input)) continue;
      seen.add(input);
      const isInside = (snapshot.owner[input] ?? input) === relation;
      if (isInside) own.push(input);
      else if (index.placeOf(input) >= 0 && levelIn(index.run(input), ERROR) > 0) return true;
    }
  }
  return false;
}
