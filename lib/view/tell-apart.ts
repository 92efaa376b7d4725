import { cutName } from "#lib/kit/cut-name.ts";
import { groupBy } from "#lib/kit/group-by.ts";

/** So many letters have room, and so many of the end stay where a name is cut. */
export interface NameRoom {
  readonly room: number;
  readonly end: number;
}

/** The narrowest card, and the list beside it where the screen is narrow. */
export const CARD_NAME: NameRoom = { room: 17, end: 7 };
export const ROW_NAME: NameRoom = { room: 24, end: 10 };

/** A name in three: what it shares with those beside it, what tells it from them, and what it shares again. Together they are the name. */
export interface ApartName {
  readonly begin: string;
  readonly apart: string;
  readonly end: string;
}

/** By name, for those that would look like another one where they are cut: what tells them from each other. */
export function splitApart(
  names: readonly string[],
  space: NameRoom,
): ReadonlyMap<string, ApartName> {
  const parts = new Map<string, ApartName>();
  for (const alike of groupAlike(names, space))
    for (const [name, split] of splitShared(alike)) parts.set(name, split);
  return parts;
}

/**
 * By name, how it is written where many stand beside each other and none has room: names that would look alike, because
 * they differ in the middle, lose of the beginning what has no room and the end that they share (`Weekly review for APAC,
 * board edition` beside the one for EMEA is `Weekly …APAC…`). All others stay as they are.
 */
export function tellApart(names: readonly string[], space: NameRoom): ReadonlyMap<string, string> {
  const titles = new Map(names.map((name) => [name, name]));
  for (const alike of groupAlike(names, space)) {
    const parts = splitShared(alike);
    const longest = Math.max(...[...parts.values()].map(({ apart }) => [...apart].length));
    for (const [name, split] of parts) titles.set(name, writeApart(split, space.room - longest));
  }
  return titles;
}

/** All of a group are given the same room for their beginning, so that their titles stay as different as they are. */
function writeApart({ begin, apart, end }: ApartName, room: number): string {
  const tail = end === "" ? "" : "…";
  const letters = [...begin];
  if (letters.length + 1 <= room) return `${begin}${apart}${tail}`;
  const words = letters.slice(0, Math.max(0, room - 2));
  const kept = words.slice(0, words.findLastIndex((letter) => BREAK.test(letter)) + 1).join("");
  return `${kept}…${apart}${tail}`;
}

/** Where a word ends. */
const BREAK = /[\s_./:,-]/;

function groupAlike(
  names: readonly string[],
  space: NameRoom,
): readonly (readonly [string, string, ...string[]])[] {
  const groups = groupBy([...new Set(names)], (name) => asSeen(name, space)).values();
  return [...groups].flatMap(([one, other, ...more]) =>
    one === undefined || other === undefined ? [] : [[one, other, ...more] as const],
  );
}

function asSeen(name: string, { room, end: kept }: NameRoom): string {
  const letters = [...name];
  if (letters.length <= room) return name;
  const { begin, end } = cutName(name, kept);
  const left = Math.max(1, room - 1 - [...end].length);
  return `${[...begin].slice(0, left).join("")}…${end}`;
}

function splitShared(alike: readonly string[]): ReadonlyMap<string, ApartName> {
  const all = alike.map((one) => [...one]);
  const begin = sharedWords(all);
  const end = sharedWords(all.map((letters) => letters.slice(begin).toReversed()));
  return new Map(
    all.map((letters, at) => [
      alike[at] ?? "",
      {
        begin: letters.slice(0, begin).join(""),
        apart: letters.slice(begin, letters.length - end).join(""),
        end: letters.slice(letters.length - end).join(""),
      },
    ]),
  );
}

/** How many letters all begin with, back to the end of a word. */
function sharedWords(names: readonly (readonly string[])[]): number {
  const [first = [], ...others] = names;
  const differs = first.findIndex((letter, at) => others.some((other) => other[at] !== letter));
  const shared = differs < 0 ? first.length : differs;
  return first.slice(0, shared).findLastIndex((letter) => BREAK.test(letter)) + 1;
}
