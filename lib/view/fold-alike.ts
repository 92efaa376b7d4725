import type { BecauseGroup } from "./because-groups.ts";
import { sayEffect } from "./because-words.ts";

/** A stretch of a way: assets that are told one by one, or the many between that only say the same again. */
export interface Stretch {
  readonly alike: boolean;
  readonly groups: readonly BecauseGroup[];
}

/** Fewer alike are quicker read than opened. */
const FOLD_FROM = 3;

/** What an asset says of its own; what is written nowhere twice, such as an expression, is never folded. */
function sayingOf(group: BecauseGroup): string | undefined {
  if (group.expression !== undefined || group.inside.length > 0) return undefined;
  if (group.step.skipped !== undefined) return undefined;
  return JSON.stringify([sayEffect(group.step), group.sentences, group.uses]);
}

/**
 * A long way in stretches. Of assets in a row that say the same, the first and the last are told and those between them
 * folded, so that sixty hops are read as three.
 */
export function foldAlike(groups: readonly BecauseGroup[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < groups.length; ) {
    const length = lengthOfRun(groups, at);
    const run = groups.slice(at, at + length);
    at += length;
    if (length - 2 < FOLD_FROM) stretches.push({ alike: false, groups: run });
    else
      stretches.push(
        { alike: false, groups: run.slice(0, 1) },
        { alike: true, groups: run.slice(1, -1) },
        { alike: false, groups: run.slice(-1) },
      );
  }
  return stretches;
}

function lengthOfRun(groups: readonly BecauseGroup[], at: number): number {
  const first = groups[at];
  const saying = first === undefined ? undefined : sayingOf(first);
  if (saying === undefined) return 1;
  const rest = groups.slice(at);
  const other = rest.findIndex((group) => sayingOf(group) !== saying);
  return other < 0 ? rest.length : other;
}
