import type { SearchAnswer } from "./page-answers.ts";

const MOST = 5;

/** The assets that a search for a mistyped name found, each once, as names that may have been meant. */
export const namesLike = ({ hits }: SearchAnswer): readonly string[] =>
  [...new Set(hits.map(({ name }) => name))].slice(0, MOST);
