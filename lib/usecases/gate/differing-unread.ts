import type { UnreadPlace } from "#lib/ingest/read-sql-files.ts";
import type { CheckState } from "./check-state.ts";

/**
 * Statements that are not followed and stand in one of two states of files only: with them, or without them any more,
 * nobody can say what differs. What stands in both does the same in both. A state of a store has kept none.
 */
export function differingUnread(base: CheckState, head: CheckState): readonly UnreadPlace[] {
  if (base.kind === "store" || head.kind === "store") return [];
  const [before, after] = [base.unread ?? [], head.unread ?? []];
  return [
    ...without(after, before),
    ...without(before, after).map((one) => ({ ...one, why: one.why ?? whyGone(one) })),
  ];
}

/** Each statement of the others stands for one that says the same, wherever in the files it is. */
function without(
  all: readonly UnreadPlace[],
  others: readonly UnreadPlace[],
): readonly UnreadPlace[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return all.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0;
    if (count > 0) left.set(keyOf(one), count - 1);
    return count === 0;
  });
}

const keyOf = ({ sql, relation, why }: UnreadPlace): string =>
  JSON.stringify([spaceless(sql), relation, why]);

const spaceless = (sql: string): string => sql.replace(/\s+/g, " ").trim();

function whyGone({ sql }: UnreadPlace): string {
  const words = spaceless(sql);
  const text = words.length > 80 ? `${words.slice(0, 79)}…` : words;
  return `it stands in the base only, and what it changed is not known: ${text}`;
}
