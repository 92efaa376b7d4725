import { cutName } from "#lib/kit/cut-name.ts";
import { groupBy } from "./group-by.ts";

/** So many letters have room, and so many of the end stay where a name is cut. */
export interface NameRoom {
  readonly room: number;
  readonly end: number;
}

/** The narrowest card, and the list beside it where the screen is narrow. */
export const CARD_NAME: NameRoom = { room: 17, end: 7 };
export const ROW_NAME: NameRoom = { room: 24, end: 10 };

/**
 * By name, how it is written where many stand beside each other and none has room: names that would look alike, because
 * they differ in the middle, lose the beginning and the end that they share (`Weekly review for APAC, board edition` beside
 * the one for EMEA is `…APAC…`). All others stay as they are.
 */
export function tellApart(names: readonly string[], space: NameRoom): ReadonlyMap<string, string> {
  const different = [...new Set(names)];
  const titles = new Map(different.map((name) => [name, name]));
  for (const alike of groupBy(different, (name) => asSeen(name, space)).values())
    if (alike.length > 1) for (const name of alike) titles.set(name, withoutShared(name, alike));
  return titles;
}

function asSeen(name: string, { room, end: kept }: NameRoom): string {
  const letters = [...name];
  if (letters.length <= room) return name;
  const { begin, end } = cutName(name, kept);
  const left = Math.max(1, room - 1 - [...end].length);
  return `${[...begin].slice(0, left).join("")}…${end}`;
}

function withoutShared(name: string, alike: readonly string[]): string {
  const all = alike.map((one) => [...one]);
  const begin = sharedWords(all);
  const end = sharedWords(all.map((letters) => letters.slice(begin).toReversed()));
  const letters = [...name];
  const middle = letters.slice(begin, letters.length - end).join("");
  return `${begin > 0 ? "…" : ""}${middle}${end > 0 ? "…" : ""}`;
}

/** How many letters all begin with, back to the end of a word. */
function sharedWords(names: readonly (readonly string[])[]): number {
  const [first = [], ...others] = names;
  const differs = first.findIndex((letter, at) => others.some((other) => other[at] !== letter));
  const shared = differs < 0 ? first.length : differs;
  return first.slice(0, shared).findLastIndex((letter) => /[\s_./:,-]/.test(letter)) + 1;
}
