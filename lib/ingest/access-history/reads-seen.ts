import type { Usage } from "#lib/model/asset.ts";
import type { Queried } from "#lib/model/queried.ts";

/** Reads by day, when each user last did, and the last of all. */
export interface ReadsSeen {
  readonly days: Map<string, number>;
  readonly users: Map<string, string>;
  last: string;
}

const MOST_USERS = 10_000;

export const noReads = (): ReadsSeen => ({ days: new Map(), users: new Map(), last: "" });

export function noteRead(
  seen: ReadsSeen,
  { at, user }: { readonly at: string | undefined; readonly user: string | undefined },
): void {
  if (at === undefined) return;
  const { days, users } = seen;
  if (at > seen.last) seen.last = at;
  const day = at.slice(0, 10);
  days.set(day, (days.get(day) ?? 0) + 1);
  if (user === undefined) return;
  if (!users.has(user) && users.size >= MOST_USERS) return;
  if (at > (users.get(user) ?? "")) users.set(user, at);
}

/** Of the days after `since`, `2026-11-20`. */
export function usageOf({ days, users }: ReadsSeen, since: string): Required<Usage> | undefined {
  let views30d = 0;
  for (const [day, count] of days) if (day > since) views30d += count;
  const users30d = [...users.values()].filter((at) => at.slice(0, 10) > since).length;
  return days.size === 0 ? undefined : { views30d, users30d };
}

/** Where columns are told at all, a read that names none has read none: rows were counted. */
export function queriedOf(
  asked: ReadonlyMap<string, ReadsSeen>,
  since: string,
): readonly Queried[] {
  const isByColumn = [...asked.keys()].some((column) => column !== "");
  return [...asked]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([column, seen]) => {
      const use = usageOf(seen, since);
      if (use === undefined || use.views30d === 0 || (isByColumn && column === "")) return [];
      const { views30d: times, users30d: users } = use;
      return [{ ...(column === "" ? {} : { column }), users, times, last: seen.last }];
    });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
