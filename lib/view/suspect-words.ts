import type { Suspect } from "#lib/incidents/suspect.ts";
import { nameOfRef } from "./incident-words.ts";
import { KIND_WORDS } from "./verdict-words.ts";

type Named = Pick<Suspect, "fault" | "change" | "terms">;

/** A log told of the change, or of the run that failed; all else is supposed because it would explain what is broken. */
const isLogged = ({ fault, change, terms }: Named): boolean =>
  change?.change !== undefined ||
  (fault === RUN_FAILS && terms.some(({ term, value }) => term === "failed_run" && value > 0));

const RUN_FAILS = "its run fails";

/** What happened there, and `perhaps` where nobody told of it. */
export const sayFault = (suspect: Named): string =>
  isLogged(suspect) ? suspect.fault : `perhaps ${suspect.fault}`;

/** `chart of Revenue today`, `table`: what a suspect is, whose name alone may not say it. */
export function sayKind({ kind, partOf }: Suspect["asset"]): string {
  const word = KIND_WORDS[kind].one;
  return partOf === undefined ? word : `${word} of ${nameOfRef(partOf)}`;
}

/**
 * Why a suspect stands before one that has more points, or "" where none has: the places from 1, those of the other in the
 * sentence. Turns are taken by what no log tells of; a second cause is placed by its chance to be one.
 */
export function sayPlace(suspects: readonly Suspect[], at: number): string {
  const one = suspects[at];
  if (one === undefined || at === 0) return "";
  const score = rounded(one);
  const other = suspects.findIndex((later, place) => place > at && rounded(later) > score);
  const after = suspects[other];
  if (after === undefined) return "";
  if (one.cause !== after.cause)
    return `before ${other + 1}: two causes are likelier than the points of one say`;
  return `before ${other + 1}: what is filled from outside and what is built here take turns`;
}

/** As it is shown. */
const rounded = ({ score }: Suspect): number => Math.round(score * 10);
