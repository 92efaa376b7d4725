import type { Assessment } from "#lib/impact/assessment.ts";
import { countOf } from "./verdict-words.ts";

/** So many are named; the JSON has all. */
const NAMED = 5;

/** One sentence of what may read what changes, and nobody can say: nothing where there is none. */
export function sayUnread({ readsNotKnown: unread = [] }: Assessment): string | undefined {
  if (unread.length === 0) return undefined;
  const names = unread.slice(0, NAMED).map(({ shortName }) => shortName);
  const more = unread.length > NAMED ? ", …" : "";
  const count = countOf(unread.length, { one: "asset", many: "assets" });
  return `What they read is not known: ${count} (${names.join(", ")}${more}).`;
}
