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
  const pairs: BranchPair[] = [];
  for (const [index, branch] of after.branches.entries()) {
    const known = before.branches[index];
    const aligned = known && alignBranch(known, branch, isByName(after));
    if (aligned === undefined) return undefined;
    pairs.push({ before: aligned, after: branch });
  }
  return pairs;
}

/** The earlier branch with its columns called as in the later one. */
function alignBranch(
  before: BodyOutline,
  after: BodyOutline,
  byName: boolean,
): BodyOutline | undefined {
  if (placesOf(before) === placesOf(after)) return before;
  if (before.kind !== "select" || after.kind !== "select") return undefined;
  if (!isListed(before) || !isListed(after)) return undefined;
  if (byName) return before;
  if (before.outputs.length !== after.outputs.length) return undefined;
  const outputs = before.outputs.map((output, at) => ({
    ...output,
    name: after.outputs[at]?.name ?? output.name,
  }));
  return { ...before, outputs };
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
