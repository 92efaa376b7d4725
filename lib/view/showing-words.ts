import type { Verdict } from "#lib/impact/assessment.ts";
import { SHOWINGS, type Showing } from "#lib/incidents/observation.ts";

/** How a symptom shows itself, in words, and the verdict whose mark it bears. */
export const SHOWING_WORDS: Readonly<
  Record<Showing, { readonly verdict: Verdict; readonly text: string }>
> = {
  fails: { verdict: "breaks_loudly", text: "fails" },
  wrong: { verdict: "breaks_silently", text: "silently wrong" },
  stale: { verdict: "degraded", text: "late" },
  gone: { verdict: "breaks_loudly", text: "is not there" },
  unfit: { verdict: "breaks_loudly", text: "does not fit its type" },
};

/** What can be said of a symptom, to choose from. */
export const SHOWING_CHOICES: readonly (readonly [Showing, string])[] = SHOWINGS.map((shows) => [
  shows,
  SHOWING_WORDS[shows].text,
]);
