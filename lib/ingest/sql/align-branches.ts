import type { BodyOutline, SelectOutline, SetOutline } from "./outline.ts";

/** A branch of two versions of one set operation, so that columns of one name are those that meet. */
export interface BranchPair {
  readonly before: BodyOutline;
  readonly after: BodyOutline;
}

/** Undefined: what meets what is not known. */
export function alignBranches(
  before: SetOutline,
  after: SetOutline,
): readonly BranchPair[] | undefined {
  const pairs = after.branches.flatMap((branch, at): readonly BranchPair[] => {
    const known = before.branches[at];
    return known ? [{ before: known, after: branch }] : [];
  });
  if (pairs.every((pair) => placesOf(pair.before) === placesOf(pair.after))) return pairs;
  const selects = pairs.map(selectsOf);
  const [first] = selects;
  if (first === undefined || !selects.every((pair) => pair !== undefined)) return undefined;
  if (isByName(after)) return pairs;
  const isEven = selects.every(
    (pair) =>
      pair.before.outputs.length === first.before.outputs.length &&
      pair.after.outputs.length === first.after.outputs.length,
  );
  if (!isEven) return undefined;
  const places = placesBefore(first);
  return selects.map((pair) => renamedPair(pair, places));
}

interface SelectPair {
  readonly before: SelectOutline;
  readonly after: SelectOutline;
}

function selectsOf({ before, after }: BranchPair): SelectPair | undefined {
  if (before.kind !== "select" || after.kind !== "select") return undefined;
  return isListed(before) && isListed(after) ? { before, after } : undefined;
}

/** For each column of the later version, where it stood: by the names of the first branch, then by what is left over. */
function placesBefore({ before, after }: SelectPair): readonly (number | undefined)[] {
  const left = new Map(before.outputs.map((_, at) => [at, namesIn(before)[at]]));
  const take = (name: string): number | undefined => {
    const found = [...left].find(([, known]) => known === name)?.[0];
    if (found !== undefined) left.delete(found);
    return found;
  };
  const named = namesIn(after).map(take);
  if (before.outputs.length !== after.outputs.length) return named;
  const others = [...left.keys()];
  return named.map((at) => at ?? others.shift());
}

/** The earlier branch with its columns where, and called as, they are in the later one. */
function renamedPair(
  { before, after }: SelectPair,
  places: readonly (number | undefined)[],
): BranchPair {
  const outputs = after.outputs.flatMap(({ name }, at) => {
    const place = places[at];
    const known = place === undefined ? undefined : before.outputs[place];
    return known ? [{ ...known, name }] : [];
  });
  return { before: { ...before, outputs }, after };
}

export const isByName = ({ how }: SetOutline): boolean => how.endsWith("ByName");

const isListed = ({ stars }: SelectOutline): boolean => stars.every(({ isKnown }) => isKnown);

/** Names by place; nothing for what is no SELECT. */
export const placesOf = (body: BodyOutline): string =>
  body.kind === "select" ? JSON.stringify([namesIn(body), body.stars.length]) : "";

const namesIn = (body: BodyOutline): readonly string[] =>
  body.kind === "select" ? body.outputs.map(({ name }) => name.toLowerCase()) : [];

/** A column of a union by name that one of its branches stopped giving, or gives now: the others give it as before. */
export interface UnitedColumn {
  readonly name: string;
  readonly value: "nulls" | "other";
}

export function unitedColumns(before: SetOutline, after: SetOutline): readonly UnitedColumn[] {
  if (!isByName(after)) return [];
  const given = [
    new Set(before.branches.flatMap(namesIn)),
    new Set(after.branches.flatMap(namesIn)),
  ];
  const found = new Map<string, UnitedColumn>();
  for (const [index, branch] of after.branches.entries()) {
    const old = new Set(before.branches[index] && namesIn(before.branches[index]));
    const now = new Set(namesIn(branch));
    const isKept = (name: string): boolean => given.every((names) => names.has(name));
    for (const name of old)
      if (!now.has(name) && isKept(name) && !found.has(name))
        found.set(name, { name, value: "nulls" });
    for (const name of now)
      if (!old.has(name) && isKept(name)) found.set(name, { name, value: "other" });
  }
  return [...found.values()];
}
