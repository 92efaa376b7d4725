import type { Finding } from "#lib/incidents/finding.ts";
import { SHOWINGS, type Showing } from "#lib/incidents/observation.ts";
import type { SearchHit } from "./page-answers.ts";

/** What somebody looked at: what is broken, with how it shows where that is known, and what is right. */
export interface LookedAt {
  readonly broken: readonly Broken[];
  readonly healthy: readonly string[];
}

export interface Broken {
  /** A name, a column, an id, an address, or a whole error text. */
  readonly ref: string;
  readonly shows?: Showing;
  /** What a check that failed looks for. */
  readonly found?: Finding;
  /** ISO 8601. */
  readonly since?: string;
}

/** What can be said of a thing that was looked at; `broken`: how is not said. */
export type Saying = Showing | "broken" | "healthy";

/** As the address of the page holds it: `shows` has entries as `fails orders`. */
export interface LookedInAddress {
  readonly broken: readonly string[];
  readonly healthy: readonly string[];
  readonly shows: readonly string[];
}

const isShowing = (word: string): word is Showing => (SHOWINGS as readonly string[]).includes(word);

export function lookedOfAddress({ broken, healthy, shows }: LookedInAddress): LookedAt {
  const said = new Map<string, Showing>();
  for (const entry of shows) {
    const at = entry.indexOf(" ");
    const word = entry.slice(0, Math.max(0, at));
    if (isShowing(word)) said.set(entry.slice(at + 1), word);
  }
  return { broken: broken.map((ref) => withShowing(ref, said.get(ref))), healthy };
}

export const addressOfLooked = ({ broken, healthy }: LookedAt): LookedInAddress => ({
  broken: broken.map(({ ref }) => ref),
  healthy,
  shows: broken.flatMap(({ ref, shows }) => (shows === undefined ? [] : [`${shows} ${ref}`])),
});

/** Puts something among what is broken or what is right, or takes it out. */
export function putLooked(
  { broken, healthy }: LookedAt,
  ref: string,
  as: Saying | undefined,
): LookedAt {
  const rest = {
    broken: broken.filter((one) => one.ref !== ref),
    healthy: healthy.filter((one) => one !== ref),
  };
  if (as === undefined) return rest;
  if (as === "healthy") return { ...rest, healthy: [...rest.healthy, ref] };
  const one = withShowing(ref, as === "broken" ? undefined : as);
  const at = broken.findIndex((each) => each.ref === ref);
  return { ...rest, broken: at < 0 ? [...rest.broken, one] : broken.with(at, one) };
}

const withShowing = (ref: string, shows: Showing | undefined): Broken =>
  shows === undefined ? { ref } : { ref, shows };

const refOf = (hit: SearchHit): string =>
  hit.column === undefined ? hit.asset : `${hit.name}.${hit.column}`;

/** Picks a hit. Of an error text that names what failed, all that it says is meant. */
export function pickLooked(
  looked: LookedAt,
  {
    hit,
    all,
    side,
  }: {
    readonly hit: SearchHit;
    readonly all: readonly SearchHit[];
    readonly side: "broken" | "healthy";
  },
): LookedAt {
  if (side === "healthy") return putLooked(looked, refOf(hit), "healthy");
  const isOneText = all.some(({ shows }) => shows === "fails");
  const picked = isOneText ? all.filter(({ shows }) => shows !== undefined) : [hit];
  return picked.reduce((now, one) => putLooked(now, refOf(one), one.shows ?? "broken"), looked);
}
