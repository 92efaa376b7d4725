import type { BetweenState, ChangesBetween } from "./changes-between.ts";

const WORDS: Readonly<Record<BetweenState, string>> = {
  new: "new",
  changed: "changed",
  stale: "no longer said",
  back: "said again",
  gone: "gone",
};

export const STATE_WORDS = WORDS;

const ORDER: readonly BetweenState[] = ["new", "changed", "stale", "back", "gone"];

/** `2 new, 3 changed, 1 no longer said`, or that nothing changed. */
export function sayCounts({ counts }: Pick<ChangesBetween, "counts">): string {
  const said = ORDER.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${WORDS[state]}`,
  );
  return said.length === 0 ? "nothing changed" : said.join(", ");
}
