const BREAKS = /[\s_./:-]/;

/** How much further than `tail` letters the end goes for a word to stay whole. */
const FURTHER = 6;

/**
 * Where a name is cut that has no room: its end is kept, `tail` letters or a little more, and begins where a word does
 * (`Discount performance` ends in `performance`, not in `ormance`) as far as one begins near there. Both together are the name.
 */
export function cutName(
  name: string,
  tail: number,
): { readonly begin: string; readonly end: string } {
  const letters = [...name];
  const least = Math.max(0, letters.length - tail);
  const isStart = (at: number): boolean =>
    BREAKS.test(letters[at - 1] ?? "") && !BREAKS.test(letters[at] ?? " ");
  const further = range(least, Math.max(1, least - FURTHER)).find(isStart);
  const nearer = range(least, letters.length - 3).find(isStart);
  const cut = nearest(least, further, nearer);
  return { begin: letters.slice(0, cut).join(""), end: letters.slice(cut).join("") };
}

function nearest(to: number, one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined) return one ?? other ?? to;
  return to - one <= other - to ? one : other;
}

/** Whole numbers from one to the other, both included, upwards or downwards. */
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => (to < from ? from - at : from + at));
