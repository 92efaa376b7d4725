import { fingerprint } from "#lib/kit/fingerprint.ts";
import type { Finding } from "../finding.ts";
import type { Showing } from "../observation.ts";

/** What a machine noticed of one thing: a run that failed, a test that did, an alert of a monitoring tool. */
export interface Signal {
  /** Names of what is concerned, the most exact first; the first one that the graph knows is meant. */
  readonly refs: readonly string[];
  readonly column?: string;
  /** What noticed it: the name of a test, an alert, a rule. */
  readonly check: string;
  readonly shows: Showing;
  /** What tells checks of one name on one thing apart: their labels, the condition on their rows. */
  readonly identity?: string;
  /** What a test that failed looks for, where its name or its tool says so. */
  readonly found?: Finding;
  /** It was so, and is not any more. */
  readonly isOver: boolean;
  /** ISO 8601: since when, or since when not any more. */
  readonly at: string;
  /** ISO 8601: since when, where it was noticed later. */
  readonly since?: string;
  /** ISO 8601: when the tool said that it is still so, where it repeats that with the time of the beginning. */
  readonly toldAt?: string;
  /** In words, as the tool has it. */
  readonly seen: string;
  /** What is not the cause of it: the names of each, the most exact first. */
  readonly rulesOut?: readonly (readonly string[])[];
  /** The tool. */
  readonly toldBy: string;
  readonly link?: string;
}

/** What is known of a signal after all that was told of it. */
export interface KeptSignal extends Signal {
  /** ISO 8601: since when it is so, and the newest time that it was told. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** How often it was told to be so. */
  readonly count: number;
  /** The incident that it is part of. */
  readonly incident?: string;
  /** The incident has been told that it is over. */
  readonly isClosed?: true;
}

/** The same check of the same thing is one signal, however often it is told. */
export const signalKey = ({ refs, column, check, toldBy, identity }: Signal): string =>
  fingerprint(
    JSON.stringify([
      refs[0] ?? "",
      column ?? "",
      check,
      toldBy,
      ...(identity === undefined ? [] : [identity]),
    ]),
  );

/**
 * Of one report: where several checks cannot be told apart, one that fails is not hidden by one that holds at the same time.
 */
export function keepFailing(signals: readonly Signal[]): readonly Signal[] {
  const keyOf = (signal: Signal): string => `${signalKey(signal)} ${signal.at}`;
  const failing = new Set(signals.flatMap((one) => (one.isOver ? [] : [keyOf(one)])));
  return signals.filter((one) => !one.isOver || !failing.has(keyOf(one)));
}

/** Older news beside newer ones change nothing but the count: machines repeat themselves, and out of order. */
export function mergeSignal(known: KeptSignal | undefined, told: Signal): KeptSignal | undefined {
  if (known === undefined) return told.isOver ? undefined : { ...told, ...begin(told), count: 1 };
  const count = known.count + (told.isOver ? 0 : 1);
  if (told.at < known.lastAt) return { ...known, count };
  const lastAt = told.at;
  // How it was broken stays, whatever is said of its end.
  if (told.isOver) return { ...known, isOver: true, lastAt, count };
  // What is not said any more does not hold any more: what was found and ruled out go with how it shows.
  if (!known.isOver) return { ...told, ...partOf(known), firstAt: known.firstAt, lastAt, count };
  // It begins anew: whatever it was part of has heard that it was over.
  return { ...told, ...begin(told), count };
}

const begin = ({ at, since }: Signal) => ({ firstAt: since ?? at, lastAt: at });

const partOf = ({ incident }: KeptSignal): Pick<KeptSignal, "incident"> =>
  incident === undefined ? {} : { incident };
