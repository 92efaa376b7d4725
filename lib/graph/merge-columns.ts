import type { Column, Profile } from "#lib/model/asset.ts";
import type { StoredClaim } from "#lib/model/claim.ts";

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
  const fold = foldOf(said);
  const columns = new Map<string, Column>();
  for (const column of base.claim.columns ?? []) columns.set(fold(column.name), column);
  for (const { claim } of others) {
    for (const column of claim.columns ?? []) {
      const key = fold(column.name);
      const known = columns.get(key);
      if (known !== undefined) columns.set(key, mergeColumn(known, column));
      else if (!(base.claim.columnsComplete && claim.placeholder === true))
        columns.set(key, column);
    }
  }
  return [...columns.values()];
}

function baseOf(said: readonly StoredClaim[]): StoredClaim | undefined {
  const complete = said.find(({ claim }) => claim.columnsComplete && claim.placeholder !== true);
  if (complete !== undefined) return complete;
  let longest = said[0];
  for (const claim of said) {
    if ((claim.claim.columns?.length ?? 0) > (longest?.claim.columns?.length ?? 0)) longest = claim;
  }
  return longest;
}

/** Names without case, unless a claim has two columns that only case tells apart. */
function foldOf(said: readonly StoredClaim[]): (name: string) => string {
  const clash = said.some(({ claim }) => {
    const names = claim.columns?.map((column) => column.name) ?? [];
    return new Set(names.map((name) => name.toLowerCase())).size < new Set(names).size;
  });
  return clash ? (name) => name : (name) => name.toLowerCase();
}

function mergeColumn(known: Column, other: Column): Column {
  const profile = mergeProfiles(known.profile ?? {}, other.profile ?? {});
  return {
    ...other,
    ...known,
    ...(Object.keys(profile).length === 0 ? {} : { profile }),
  };
}

/** What was observed last counts; what says no time stands behind what does, and then the more believed source counts. */
function mergeProfiles(known: Profile, other: Profile): Profile {
  const isNewer = (other.observedAt ?? "") > (known.observedAt ?? "");
  return isNewer ? { ...known, ...other } : { ...other, ...known };
}
