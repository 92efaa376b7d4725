/**
 * The parser tries several readings of a construct in turn. Where such constructs stand in one another, every level may
 * double the time or worse, and which mixtures do so differs by dialect. Measured over random mixtures of seventy
 * constructs: below fifteen levels nothing takes 0.1 s; beyond forty, one text in sixty does not come to an end.
 */
const DEEP = 10;

/** A long text costs more each time that a part of it is read anew, so that fewer levels are enough. */
const LONG = 20_000;
const DEEP_FOR_LONG = 6;

/** What opens and closes a level. An interval has no end that could be seen; so each counts from its place on. */
const LEVELS = /[([{)\]}]|\b(?:case|end|interval)\b/gi;
const CLOSING: ReadonlySet<string> = new Set([")", "]", "}", "end"]);

/**
 * True where it cannot be said beforehand that the parser comes to an end in time: such a text belongs where it can be
 * stopped. Brackets in strings count too: a text too many costs a little time and no answer. Linear, 3 ms for a megabyte.
 */
export function mayParseSlowly(sql: string): boolean {
  const limit = sql.length > LONG ? DEEP_FOR_LONG : DEEP;
  let depth = 0;
  for (const [word] of sql.matchAll(LEVELS)) {
    if (!CLOSING.has(word.toLowerCase())) depth += 1;
    else if (depth > 0) depth -= 1;
    if (depth >= limit) return true;
  }
  return false;
}
