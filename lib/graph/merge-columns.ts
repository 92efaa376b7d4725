import type { Column, Profile } from "#lib/model/asset.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import { foldNames } from "#lib/model/fold-names.ts";

/**
 * The columns of all claims, most believed first, united by name without case. The order is that of the catalog, or of
 * the longest list where nobody has one; columns that only others name follow. A catalog's list is closed: what a mere
 * reader says beyond it is no column. Two columns of one claim that differ in case only stay two.
 */
export function mergeColumns(claims: readonly StoredClaim[]): readonly Column[] {
  const living = claims.filter(
    ({ staleSince, claim }) => staleSince === undefined && claim.columns !== undefined,
  );
  const said =
    living.length > 0 ? living : claims.filter(({ claim }) => claim.columns !== undefined);
  const base = baseOf(said);
  if (base === undefined) return [];
  const others = said.filter((other) => other !== base);
  // Nothing to unite: one column a name, as the claim lists them.
  const own = base.claim.columns ?? [];
  if (others.length === 0 && new Set(own.map(({ name }) => name)).size === own.length) return own;
  const fold = foldNames(...said.map(({ claim }) => claim.columns ?? []));
  const columns = new Map<string, Known>();
  for (const column of base.claim.columns ?? [])
    columns.set(fold(column.name), { column, seen: seenAt(base, column) });
  for (const other of others) {
    for (const column of other.claim.columns ?? []) {
      const key = fold(column.name);
      const seen = seenAt(other, column);
      const known = columns.get(key);
      if (known !== undefined) columns.set(key, mergeColumn(known, { column, seen }));
      else if (!(base.claim.columnsComplete && other.claim.placeholder === true))
        columns.set(key, { column, seen });
    }
  }
  return [...columns.values()].map(({ column }) => column);
}

interface Known {
  readonly column: Column;
  /** When its profile was observed; empty where it has none. */
  readonly seen: string;
}

/** An event's metrics carry no time of their own: they are as old as what told of them. */
const seenAt = ({ lastSeen }: StoredClaim, { profile }: Column): string =>
  profile === undefined ? "" : (profile.observedAt ?? lastSeen);

function baseOf(said: readonly StoredClaim[]): StoredClaim | undefined {
  const complete = said.find(({ claim }) => claim.columnsComplete && claim.placeholder !== true);
  if (complete !== undefined) return complete;
  let longest = said[0];
  for (const claim of said) {
    if ((claim.claim.columns?.length ?? 0) > (longest?.claim.columns?.length ?? 0)) longest = claim;
  }
  return longest;
}

/** What was observed last counts; at one time, the more believed source. */
function mergeColumn(known: Known, other: Known): Known {
  const [older, newer] = other.seen > known.seen ? [known, other] : [other, known];
  const profile: Profile = { ...older.column.profile, ...newer.column.profile };
  const column = {
    ...other.column,
    ...known.column,
    ...(Object.keys(profile).length === 0 ? {} : { profile }),
  };
  return { column, seen: newer.seen };
}
