import type { EdgeUse } from "#lib/graph/snapshot.ts";

/** The value of a column that got another name, or that went where `to` is absent. */
export interface RenamedValue {
  readonly value: string;
  readonly to?: string | undefined;
}

/**
 * Whether a condition compares its column with other values only than the one that changed. A part of a text counts as
 * the text too: what is compared may have been put together on the way.
 */
export function comparesWithOthers({ literals }: EdgeUse, { value, to }: RenamedValue): boolean {
  if (literals === undefined) return false;
  const values = [value, to].flatMap((each) => each?.trim().toLowerCase() ?? []);
  return !literals
    .split("\n")
    .some((literal) => values.some((each) => literal.includes(each) || holds(each, literal)));
}

/** A code of one or two letters stands in half of all words without being a part of them. */
const holds = (value: string, literal: string): boolean =>
  value === literal || (literal.length >= 3 && value.includes(literal));
