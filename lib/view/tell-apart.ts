import { cutName } from "#lib/kit/cut-name.ts";
import { groupBy } from "./group-by.ts";

/** Letters that the narrowest card has room for, and those of the end that a cut name keeps. */
const ROOM = 17;
export const KEPT_END = 7;

/** What stays of a beginning that many names share. */
const LEAD = 3;

/**
 * By name, how it is written where many stand beside each other and none has room: names that would look alike, because
 * they differ in the middle, lose the beginning that they share instead (`mart_sales_emea_daily` beside
 * `mart_sales_apac_daily` is `mar…emea_daily`). All others stay as they are.
 */
export function tellApart(names: readonly string[]): ReadonlyMap<string, string> {
  const different = [...new Set(names)];
  const titles = new Map(different.map((name) => [name, name]));
  for (const alike of groupsAlike(different, titles)) leaveOutShared(alike, titles);
  return titles;
}

function leaveOutShared(alike: readonly string[], titles: Map<string, string>): void {
  const shared = sharedWords(alike);
  if (shared <= LEAD + 1) return;
  for (const name of alike) {
    const letters = [...name];
    titles.set(name, `${letters.slice(0, LEAD).join("")}…${letters.slice(shared).join("")}`);
  }
  // Where three differ in one place and two of them again further on, those two need their own beginning left out.
  for (const still of groupsAlike(alike, titles))
    if (still.length < alike.length) leaveOutShared(still, titles);
}

function groupsAlike(
  names: readonly string[],
  titles: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  const seen = groupBy(names, (name) => asSeen(titles.get(name) ?? name));
  return [...seen.values()].filter((alike) => alike.length > 1);
}

function asSeen(title: string): string {
  const letters = [...title];
  if (letters.length <= ROOM) return title;
  const { begin, end } = cutName(title, KEPT_END);
  const room = Math.max(1, ROOM - 1 - [...end].length);
  return `${[...begin].slice(0, room).join("")}…${end}`;
}

/** How many letters all begin with, back to where a word begins in each. */
function sharedWords(names: readonly string[]): number {
  const [first = [], ...others] = names.map((name) => [...name]);
  const differs = first.findIndex((letter, at) => others.some((other) => other[at] !== letter));
  const shared = differs < 0 ? first.length : differs;
  const word = first.slice(0, shared).findLastIndex((letter) => /[\s_./:-]/.test(letter));
  return word < 0 ? shared : word + 1;
}
